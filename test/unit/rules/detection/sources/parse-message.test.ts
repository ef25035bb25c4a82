/** Messages of name servers are read as far as they are whole, whatever they are. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type DnsMessage,
  parseDnsMessage,
} from '../../../../../src/rules/detection/sources/dns/parse-message.ts';
import { dnsMessage, nameBytes } from '../../../../support/dns-messages.ts';
import { aRandom } from '../../../../support/random.ts';

const ADDRESS = Buffer.from([192, 0, 2, 7]);
const V6 = Buffer.from('20010db8000000000000000000000001', 'hex');

function valuesOf(type: number, data: Uint8Array): readonly string[] {
  const answers = [{ type, data }];
  const message = parseDnsMessage(dnsMessage({ isAnswer: true, name: 'a.test', answers }));
  return (message?.answers ?? []).map(({ type: name, value }) => `${name} ${value}`);
}

/** Bytes that nobody meant as a message, behind a header that promises much. */
function withHeader(tail: readonly number[]): Buffer {
  return Buffer.from([0, 1, 0x81, 0x80, 0, 2, 0, 5, 0, 0, 0, 0, ...tail]);
}

const VALUES: readonly (readonly [string, number, Uint8Array, readonly string[]])[] = [
  ['an address', 1, ADDRESS, ['A 192.0.2.7']],
  ['an address of IPv6', 28, V6, ['AAAA 2001:db8::1']],
  ['the address of nowhere', 28, Buffer.alloc(16), ['AAAA ::']],
  [
    'an address of IPv6 that stands for one of IPv4',
    28,
    Buffer.from('00000000000000000000ffffc0000207', 'hex'),
    ['AAAA 192.0.2.7'],
  ],
  [
    'an address of IPv6 with the longer run of zeroes last',
    28,
    Buffer.from('00010000000000020000000000000000', 'hex'),
    ['AAAA 1:0:0:2::'],
  ],
  ['another name', 5, nameBytes('b.Test'), ['CNAME b.test']],
  [
    'the name of a mail server',
    15,
    Buffer.concat([Buffer.from([0, 9]), nameBytes('mx')]),
    ['MX mx'],
  ],
  ['texts', 16, Buffer.from('\x02ab\x01c', 'latin1'), ['TXT abc']],
  ['an address that is cut', 1, ADDRESS.subarray(1), []],
  ['a text that is longer than its record', 16, Buffer.from('\x09ab', 'latin1'), []],
  ['a name that leaves its record', 5, Buffer.from([3, 97, 98]), []],
  ['a kind that has no text', 41, ADDRESS, []],
];

describe('parseDnsMessage', () => {
  it('reads what is asked', () => {
    const message = parseDnsMessage(dnsMessage({ name: 'WWW.Example.test', type: 16 }));

    assert.deepStrictEqual(message, {
      isAnswer: false,
      question: { name: 'www.example.test', type: 'TXT' },
      answers: [],
    } satisfies DnsMessage);
  });

  it('reads answers, with names that point back', () => {
    const answers = [{ type: 1, ttl: 30, data: ADDRESS }];
    const message = parseDnsMessage(dnsMessage({ isAnswer: true, name: 'a.test', answers }));

    const record = { name: 'a.test', type: 'A', ttlSeconds: 30, value: '192.0.2.7' };
    assert.deepStrictEqual(message?.answers, [record]);
  });

  for (const [what, type, data, expected] of VALUES) {
    it(`of ${what} gives ${JSON.stringify(expected)}`, () => {
      assert.deepStrictEqual(valuesOf(type, data), expected);
    });
  }

  it('takes no answers out of a query', () => {
    const answers = [{ type: 1, data: ADDRESS }];
    assert.deepStrictEqual(parseDnsMessage(dnsMessage({ name: 'a.test', answers }))?.answers, []);
  });

  it('keeps what is whole of a message that is cut', () => {
    const answers = Array.from({ length: 4 }, () => ({ type: 1, data: ADDRESS }));
    const whole = dnsMessage({ isAnswer: true, name: 'a.test', answers });

    const message = parseDnsMessage(whole.subarray(0, whole.length - 1));

    assert.equal(message?.answers.length, 3);
  });

  it('writes bytes that are no letters so that they cannot pass for others', () => {
    const bytes = dnsMessage({ name: 'a', type: 1 });
    bytes.writeUInt8(0x2e, 13);
    assert.equal(parseDnsMessage(bytes)?.question?.name, '\\.');
    bytes.writeUInt8(0, 13);
    assert.equal(parseDnsMessage(bytes)?.question?.name, '\\000');
  });

  const WITHOUT_QUESTION: readonly (readonly [string, readonly number[]])[] = [
    ['points at itself', [0xc0, 12, 0, 1, 0, 1]],
    ['points ahead', [0xc0, 14, 0, 0, 1, 0, 1]],
    ['has a label that is longer than the message', [63, 97]],
    ['has a label of a kind that there is not', [0x40, 97, 0, 0, 1, 0, 1]],
    ['is not there', []],
  ];
  for (const [what, tail] of WITHOUT_QUESTION) {
    it(`finds no question whose name ${what}`, () => {
      assert.deepStrictEqual(parseDnsMessage(withHeader(tail)), {
        isAnswer: true,
        question: undefined,
        answers: [],
      });
    });
  }

  it('reads no name that is longer than names are', () => {
    const name = Array.from({ length: 5 }, () => 'x'.repeat(60)).join('.');
    assert.equal(parseDnsMessage(dnsMessage({ name }))?.question, undefined);
    const shorter = name.slice(0, 4 * 61 - 1);
    assert.equal(parseDnsMessage(dnsMessage({ name: shorter }))?.question?.name, shorter);
  });

  it('finds nothing in less than a header', () => {
    assert.equal(parseDnsMessage(Buffer.alloc(11)), undefined);
  });
});

describe('parseDnsMessage under fuzz', () => {
  const answers = [
    { type: 5, data: nameBytes('b.test') },
    { name: 'b.test', type: 1, data: ADDRESS },
    { name: 'b.test', type: 16, data: Buffer.from('\x03abc', 'latin1') },
  ];
  const sample = dnsMessage({ isAnswer: true, name: 'www.a.test', answers });

  function check(bytes: Uint8Array): void {
    const message = parseDnsMessage(bytes);
    for (const { name, value } of message?.answers ?? []) {
      // Four characters for a byte that is no letter.
      assert.ok(name.length <= 4 * 255);
      assert.ok(value.length <= 4 * bytes.length);
    }
  }

  it('ends and throws nothing for messages with flipped bits', () => {
    const random = aRandom(1);
    for (let round = 0; round < 50_000; round++) {
      const bytes = Buffer.from(sample);
      for (let flips = 1 + random(6); flips > 0; flips--) {
        const at = random(bytes.length);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random(8)), at);
      }
      check(bytes.subarray(0, random(bytes.length + 1)));
    }
  });

  it('ends and throws nothing for random bytes', () => {
    const random = aRandom(2);
    for (let round = 0; round < 20_000; round++) {
      // Few values, so that pointers and lengths meet often.
      const bytes = Uint8Array.from({ length: random(512) }, () =>
        random(3) === 0 ? 0xc0 | random(2) : random(40),
      );
      check(bytes);
    }
  });

  it('takes a text as its bytes, not as where it is among others', () => {
    const outer = Buffer.concat([Buffer.alloc(7, 0xff), sample, Buffer.alloc(7, 0xff)]);
    assert.deepStrictEqual(
      parseDnsMessage(outer.subarray(7, 7 + sample.length)),
      parseDnsMessage(sample),
    );
  });
});
