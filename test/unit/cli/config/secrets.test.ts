/** Secrets of a configuration: what is hidden when it is shown, and what is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
    ['not the place of a secret', { secrets: [{ file: '/k' }] }, { secrets: [{ file: '/k' }] }],
    ['not a server', { servers: ['nats://a:1', 'b:2'] }, { servers: ['nats://a:1', 'b:2'] }],
    ['not a name', { name: 'bus', count: 3, on: true }, { name: 'bus', count: 3, on: true }],
  ];
  for (const [name, value, expected] of cases) {
    it(`hides ${name}`, () => assert.deepStrictEqual(withoutSecrets(value), expected));
  }
});
