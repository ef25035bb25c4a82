/** CloudEvents 1.0.2: the rules for attributes, headers and the JSON format. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { attributesOf } from '../../../../src/exporters/formats/cloudevents/attributes.ts';
import { toBinary, toStructured } from '../../../../src/exporters/formats/cloudevents/envelope.ts';
import { FORMATS } from '../../../../src/exporters/formats/formats.ts';
import { SAMPLES } from '../../../support/format-samples.ts';
import { aMessage } from '../../../support/messages.ts';

const REQUIRED = ['specversion', 'id', 'source', 'type'] as const;
const HOSTILE = 'a "b" 100% é 😀\n\r\0\ud800\uffff|=\\';

/** RFC 3339 in UTC. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Breaches of the rules for names and values, in words. */
function breaches(attributes: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(attributes);
  return [
    ...names.filter((name) => !/^[a-z0-9]{1,20}$/.test(name)).map((name) => `name ${name}`),
    ...REQUIRED.filter((name) => !attributes[name]).map((name) => `no ${name}`),
    ...names
      .filter((name) => {
        const text = attributes[name] ?? '';
        return !text.isWellFormed() || /[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(text);
      })
      .map((name) => `value of ${name}`),
    ...(attributes['specversion'] === '1.0' ? [] : ['specversion']),
    ...(TIME.test(attributes['time'] ?? '') ? [] : ['time']),
    ...(URL.canParse(attributes['source'] ?? '', 'https://base') ? [] : ['source']),
  ];
}

describe('CloudEvents', () => {
  for (const [name, message] of Object.entries(SAMPLES)) {
    it(`keeps the rules for ${name}`, () =>
      assert.deepStrictEqual(breaches(attributesOf(message, 'prod')), []));
  }

  it('keeps the rules for names that others chose', () => {
    const message = aMessage(1, { id: HOSTILE, node: HOSTILE, rule: HOSTILE });

    assert.deepStrictEqual(breaches(attributesOf(message, HOSTILE)), []);
  });

  it('says who, what and when', () => {
    assert.deepStrictEqual(attributesOf(aMessage(1, { kind: 'alert', severity: 'high' }), 'prod'), {
      ...{ specversion: '1.0', id: 'node-1/boot-1/1', source: '/warder/prod/node-1' },
      ...{ type: 'warder.alert.v1', time: '2027-01-15T08:00:00.001Z', severity: 'high' },
    });
  });

  it('does not let a node pass for another one', () => {
    const sources = ['a/b', 'a%2Fb'].map(
      (node) => attributesOf(aMessage(1, { node }), '')['source'],
    );

    assert.deepStrictEqual(sources, ['/warder//a%2Fb', '/warder//a%252Fb']);
  });

  describe('in binary mode', () => {
    it('has the body of the format and its type', () => {
      const message = aMessage(1);
      const { headers, body } = toBinary(message, FORMATS.cef, 'prod');

      assert.equal(body, FORMATS.cef.encode(message));
      assert.equal(new Map(headers).get('content-type'), 'text/plain; charset=utf-8');
    });

    it('encodes all but printable ASCII, and spaces, quotes and per cent', () => {
      const message = aMessage(1, { id: 'a "b" 100% é 😀' });
      const { headers } = toBinary(message, FORMATS.ocsf, 'prod');

      assert.equal(new Map(headers).get('ce-id'), 'a%20%22b%22%20100%25%20%C3%A9%20%F0%9F%98%80');
    });

    it('has headers that HTTP takes, and a receiver reads the attributes from them', async (t) => {
      const message = aMessage(1, { id: HOSTILE, node: HOSTILE });
      const { headers, body } = toBinary(message, FORMATS.ecs, 'prod');
      const received = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
        const server = createServer((request, response) => {
          resolve(request.headers);
          response.end();
        });
        t.after(() => server.close());
        server.listen(0, '127.0.0.1', async () => {
          const { port } = server.address() as AddressInfo;
          const url = `http://127.0.0.1:${port}`;
          await fetch(url, { method: 'POST', body, headers: Object.fromEntries(headers) });
        });
      });

      const got = await received;
      for (const [name, value] of Object.entries(attributesOf(message, 'prod'))) {
        assert.equal(decodeURIComponent(String(got[`ce-${name}`])), value);
      }
    });
  });

  describe('in structured mode', () => {
    it('has JSON formats as objects', () => {
      for (const format of [FORMATS.tetragon, FORMATS.ocsf, FORMATS.ecs]) {
        const message = aMessage(1);
        const { headers, body } = toStructured(message, format, 'prod');
        const { data, datacontenttype, ...attributes } = JSON.parse(body);

        assert.match(headers[0]?.[1] ?? '', /^application\/cloudevents\+json/);
        assert.deepStrictEqual(attributes, attributesOf(message, 'prod'));
        assert.deepStrictEqual(data, JSON.parse(format.encode(message)));
        assert.equal(datacontenttype, 'application/json');
      }
    });

    it('has other formats as text', () => {
      const message = aMessage(1, { body: 'no JSON "\n' });
      const { data, datacontenttype } = JSON.parse(toStructured(message, FORMATS.cef, '').body);

      assert.equal(data, FORMATS.cef.encode(message));
      assert.equal(datacontenttype, 'text/plain; charset=utf-8');
    });
  });
});

describe('The rules of CloudEvents in these tests', () => {
  const good = attributesOf(aMessage(1), 'prod');
  const mistakes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'a name with a capital': { ...good, badName: 'x' },
    'an event without an id': { ...good, id: '' },
    'a control in a value': { ...good, severity: 'a\nb' },
    'another version': { ...good, specversion: '0.3' },
    'a time that is none': { ...good, time: 'now' },
  };
  for (const [what, attributes] of Object.entries(mistakes)) {
    it(`refuse ${what}`, () => assert.equal(breaches(attributes).length, 1));
  }
});
