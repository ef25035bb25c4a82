/** Secrets of a configuration: what is hidden when it is shown, and what is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maskUnread } from '../../../../src/cli/config/mask-unread.ts';
import { HIDDEN, withoutSecrets } from '../../../../src/cli/config/secrets.ts';

describe('withoutSecrets', () => {
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    ['a token', { token: 'hunter2' }, { token: HIDDEN }],
    ['secrets in a list', { secrets: ['a', 'b'] }, { secrets: [HIDDEN, HIDDEN] }],
    ['all headers', { headers: { x: 'y' } }, { headers: { x: HIDDEN } }],
    ['a routing key', { routingKey: 'abc' }, { routingKey: HIDDEN }],
    [
      'the path of a webhook',
      { url: 'https://hooks.example.org/T0/B0' },
      { url: `https://hooks.example.org/${HIDDEN}` },
    ],
    ['a password in a URL', { url: 'https://a:b@example.org/' }, { url: `https://${HIDDEN}` }],
    ['one with slashes', { url: 'tls://a:b/c@h' }, { url: `tls://${HIDDEN}` }],
    ['a path without a scheme', { url: 'hooks.org/T0' }, { url: `hooks.org/${HIDDEN}` }],
    ['a path behind backslashes', { url: 'https:\\hT0' }, { url: `https:\\${HIDDEN}` }],
    ['a password that is misspelt', { passwort: 'a' }, { passwort: HIDDEN }],
    ['not the place of a secret', { secrets: [{ file: '/k' }] }, { secrets: [{ file: '/k' }] }],
    ['not a server', { servers: ['nats://a:1', 'b:2'] }, { servers: ['nats://a:1', 'b:2'] }],
    ['not a name', { name: 'bus', count: 3, on: true }, { name: 'bus', count: 3, on: true }],
  ];
  for (const [name, value, expected] of cases) {
    it(`hides ${name}`, () => assert.deepStrictEqual(withoutSecrets(value), expected));
  }
});

describe('maskUnread', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['the rest of a line', '{a: 1, password: x, b: 2', '{a: 1, password: ** ** *'],
    ['lines below a key', 'secrets:\n  - x\n- y\nname: a', 'secrets:\n  * *\n* *\nname: a'],
    ['lines below a key of an item', '- token: >\n    x\n  a: 1', '- token: *\n    *\n  a: 1'],
    ['what is behind a URL', 'url: https://h/x', 'url: https://***'],
    ['a secret without its key', '- whsec_abc "', '- whsec_*** *'],
    ['nothing else', 'name: a\n  x: [1\n\ny', 'name: a\n  x: [1\n\ny'],
  ];
  for (const [name, text, expected] of cases) {
    it(`hides ${name}`, () => assert.equal(maskUnread(text), expected));
  }
});
