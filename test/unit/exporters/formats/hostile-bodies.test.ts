/** Whatever a body is, each format writes one line that is valid. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FORMATS } from '../../../../src/exporters/formats/formats.ts';
import { MESSAGE_KINDS, type OutboundMessage } from '../../../../src/model/delivery.ts';
import { readCef } from '../../../support/cef-reader.ts';
import { SAMPLES } from '../../../support/format-samples.ts';
import { aMessage } from '../../../support/messages.ts';
import { aRandom, one, type Random } from '../../../support/random.ts';
import { checkEcs } from '../../../support/schemas/ecs.ts';
import { checkOcsf } from '../../../support/schemas/ocsf-classes.ts';

const ROUNDS = 1000;

const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2, 4_294_967_295],
  ...['', ' ', 'a\nb\rc', '\0', '\ud800', '|=\\ dst=6.6.6.6', '__proto__', 'constructor'],
  ...['1.2.3.4', '::1', '999.1.1.1', '2026-01-02T03:04:05Z', '2026-99-99T99:99:99Z', 'a 1'],
  ...['denied', 'killed', 'toString', 'process.exec', '😀'.repeat(3000)],
  ...[[], [[]], {}, { __proto__: 1 }, ['a', 1, null], { toString: 1, length: -1 }],
];

/** The value with some parts of it replaced, or gone. */
function mutate(random: Random, value: unknown): unknown {
  if (random(12) === 0) return one(random, VALUES);
  if (Array.isArray(value)) return value.map((item) => mutate(random, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => random(20) > 0)
      .map(([name, member]) => [name, mutate(random, member)]),
  );
}

function problems(message: OutboundMessage): readonly string[] {
  const [ocsf, ecs, cef, plain] = [
    FORMATS.ocsf.encode(message),
    FORMATS.ecs.encode(message),
    FORMATS.cef.encode(message),
    FORMATS.tetragon.encode(message),
  ];
  JSON.parse(plain);
  readCef(cef);
  const lines = [ocsf, ecs, cef, plain].filter((line) => /[\r\n]/.test(line));
  return [
    ...checkOcsf(JSON.parse(ocsf)),
    ...checkEcs(JSON.parse(ecs)),
    ...lines.map((line) => `more than a line: ${line}`),
    ...(/[\p{Cc}\p{Zl}\p{Zp}]/u.test(cef) || !cef.isWellFormed() ? ['controls in CEF'] : []),
  ];
}

describe('All formats', () => {
  const samples = Object.values(SAMPLES);

  it('write what is valid, whatever of a message is changed', () => {
    const random = aRandom(20_260_101);
    for (let round = 0; round < ROUNDS; round += 1) {
      const sample = one(random, samples);
      if (sample.body === '' || !sample.body.endsWith('}')) continue;
      const body = JSON.stringify(mutate(random, JSON.parse(sample.body)));
      const kind = random(10) === 0 ? one(random, MESSAGE_KINDS) : sample.kind;

      assert.deepStrictEqual(problems({ ...sample, kind, body }), [], `round ${round}: ${body}`);
    }
  });

  it('write what is valid of a message that was cut anywhere', () => {
    const { body = '' } = SAMPLES['an alert'] ?? {};
    for (let length = 0; length < body.length; length += 41) {
      assert.deepStrictEqual(
        problems(aMessage(1, { kind: 'alert', body: body.slice(0, length) })),
        [],
      );
    }
  });

  it('write what is valid of names that others chose', () => {
    const text = 'a\r\nb\0|=\\ dst=6.6.6.6 \ud800 😀';
    const message = { id: text, node: text, namespace: text, rule: text, body: `{"a":"\n${text}"` };

    for (const kind of MESSAGE_KINDS) {
      assert.deepStrictEqual(problems(aMessage(1, { ...message, kind })), []);
    }
  });

  it('write what is valid of objects that are too deep to be written again', () => {
    const deep = `${'{"process":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

    for (const body of [
      deep,
      `{"process_exec":${deep}}`,
      `{"process_kprobe":{"args":[${deep}]}}`,
    ]) {
      assert.deepStrictEqual(problems(aMessage(1, { body })), []);
    }
  });
});

describe('The format of Tetragon', () => {
  it('is the body as it is', () => {
    const { body } = SAMPLES['an exec'] ?? aMessage(1);

    assert.equal(FORMATS.tetragon.encode(aMessage(1, { body })), body);
  });

  for (const body of ['no JSON', '[1]', '{"a":\n1}', '']) {
    it(`is one object on one line for ${JSON.stringify(body)}`, () => {
      const line = FORMATS.tetragon.encode(aMessage(1, { body }));

      assert.doesNotMatch(line, /\n/);
      assert.equal(JSON.parse(line).warder.body, body);
    });
  }
});
