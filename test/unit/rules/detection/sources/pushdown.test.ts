/** What the kernel leaves out is nothing that a rule could want. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventClass } from '../../../../../src/model/event-class.ts';
import type { FieldSource } from '../../../../../src/rules/detection/fields/field-value.ts';
import type { Condition, Test } from '../../../../../src/rules/detection/ir/condition.ts';
import { accessFlags } from '../../../../../src/rules/detection/sources/kernel-flags.ts';
import { pushDown, type Term } from '../../../../../src/rules/detection/sources/pushdown.ts';
import { forClass } from '../../../../../src/rules/detection/sources/wanted.ts';
import { aFieldSource } from '../../../../support/detection-events.ts';
import { evaluateNaively } from '../../../../support/naive-evaluate.ts';
import { aRandom, one, type Random, some } from '../../../../support/random.ts';
import { aCondition, anEvent } from '../../../../support/random-conditions.ts';
import {
  type HookArguments,
  kernelCompares,
  sourceHook,
} from '../../../../support/source-hooks.ts';

const ROUNDS = 30_000;

/** Networks are taken to hold. */
function holds({ label, operator, value }: Term, args: HookArguments): boolean {
  const found = args[label];
  return found !== undefined && (kernelCompares(operator, found, value) ?? true);
}

interface Seen {
  readonly source: FieldSource;
  readonly args: HookArguments;
}

const PARTS: readonly string[] = [
  ...['/bin/', 'bash', 'sh', 'Bash', 'curl', '/etc', '/etc/shadow', '/', 'a', 'ab', 'aba', '/x*'],
  // What these are in lower case has letters of ASCII.
  ...['\u212a', '\u0130', 'K', 'I', 'é', 'cURL', 'L2Jpbi9zaA==', '?', ' -c '],
];
const FLAGS: readonly number[] = [0, 1, 2, 0o101, 0o1002, 0o2001, 0o100, 0o1000, 0o40];

/** An open as rules see it, and as the hook does. */
function anOpen(random: Random): Seen {
  const path = `/${some(random, PARTS, 4).join('')}`;
  const flags = one(random, FLAGS);
  const fields = { ...restOf(random), 'file.path': path, 'file.flags': accessFlags(flags) };
  return { source: aFieldSource('file.open', fields), args: { path, flags } };
}

/** A file that is made: the hook has its directory and its name. */
function aCreation(random: Random): Seen {
  const directory = `/${some(random, PARTS, 2).join('')}`.replace(/\/+$/, '');
  const name = some(random, PARTS, 3).join('').replaceAll('/', '');
  const fields = { ...restOf(random), 'file.path': `${directory}/${name}` };
  return { source: aFieldSource('file.create', fields), args: { name } };
}

function aConnection(random: Random): Seen {
  const port = one(random, [0, 1, 22, 443, 1000]);
  const known = port === 0 ? {} : { 'network.remote.port': port };
  const fields = { ...restOf(random), ...known };
  return { source: aFieldSource('network.connect', fields), args: { address: port } };
}

/** Fields that no hook looks at. */
function restOf(random: Random): Readonly<Record<string, string>> {
  const value = anEvent(random).value('process.exe.path');
  return typeof value === 'string' ? { 'process.exe.path': value } : {};
}

/** Tests of the fields in question are rarer in conditions than others. */
function aTestOf(random: Random, eventClass: EventClass): Condition {
  const base = { kind: 'test', transforms: [], written: '' } as const;
  const text = (): Test => ({
    ...base,
    field: 'file.path',
    transforms: random(4) === 0 ? [one(random, ['lower', 'basename', 'dirname'] as const)] : [],
    operator: {
      kind: one(random, ['equals', 'contains', 'starts_with', 'ends_with'] as const),
      texts: Array.from({ length: 1 + random(2) }, () => some(random, PARTS, 3).join('')),
      ignoresCase: random(2) === 0,
    },
  });
  if (eventClass === 'file.create') return text();
  if (eventClass === 'network.connect') {
    const operator = { kind: 'number_equals', numbers: [one(random, [1, 22, 443])] } as const;
    return { ...base, field: 'network.remote.port', operator };
  }
  if (random(2) === 0) return text();
  const flag = one(random, ['read', 'write', 'create', 'truncate', 'append', 'exec']);
  const operator = { kind: 'equals', texts: [flag], ignoresCase: random(2) === 0 } as const;
  return { ...base, field: 'file.flags', operator };
}

function aRule(random: Random, eventClass: EventClass): Condition {
  const parts = [aTestOf(random, eventClass), aCondition(random, 2)];
  const kind = random(3) === 0 ? 'or' : 'and';
  const joined: Condition = { kind, parts: random(3) === 0 ? parts.slice(0, 1) : parts };
  return random(8) === 0 ? { kind: 'not', part: joined } : joined;
}

const PLACES: readonly (readonly [EventClass, string, (random: Random) => Seen])[] = [
  ['file.open', 'file_open', anOpen],
  ['file.create', 'file_create', aCreation],
  ['network.connect', 'network_connect', aConnection],
];

interface Counts {
  matched: number;
  leftOut: number;
  whole: number;
}

/** One event and some rules; fails when a rule matches what was left out. */
function play(random: Random, [eventClass, name, see]: (typeof PLACES)[number]): Partial<Counts> {
  const rules = Array.from({ length: 1 + random(2) }, () => aRule(random, eventClass));
  const { source, args } = see(random);
  const conditions = rules.map((rule) => forClass(rule, eventClass));
  const terms = pushDown(conditions, sourceHook(name));
  const isKept = terms === undefined || terms.some((term) => holds(term, args));
  const isMatched = rules.some((rule) => evaluateNaively(rule, source));
  assert.ok(isKept || !isMatched, JSON.stringify({ rules, terms, args }));
  return {
    matched: Number(isMatched),
    leftOut: Number(!isKept),
    whole: Number(terms === undefined),
  };
}

describe('pushDown', () => {
  for (const place of PLACES) {
    it(`leaves out no ${place[0]} that a rule matches`, () => {
      const random = aRandom(17);
      const counts: Counts = { matched: 0, leftOut: 0, whole: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const { matched = 0, leftOut = 0, whole = 0 } = play(random, place);
        counts.matched += matched;
        counts.leftOut += leftOut;
        counts.whole += whole;
      }

      // Neither is it always right because nothing is left out, nor because nothing matches.
      assert.ok(Math.min(...Object.values(counts)) > 500, JSON.stringify(counts));
    });
  }
});

const test = (field: Test['field'], operator: Test['operator']): Test => {
  return { kind: 'test', field, operator, transforms: [], written: '' };
};
const path = (kind: 'equals' | 'ends_with' | 'contains', ...texts: readonly string[]): Test =>
  test('file.path', { kind, texts, ignoresCase: false });
const flag = (...texts: readonly string[]): Test =>
  test('file.flags', { kind: 'equals', texts, ignoresCase: false });

function termsOf(...conditions: readonly Condition[]): readonly string[] | undefined {
  return termsAt('file_open', ...conditions);
}

function termsAt(
  source: string,
  ...conditions: readonly Condition[]
): readonly string[] | undefined {
  const terms = pushDown(conditions, sourceHook(source));
  return terms?.map(({ label, operator, value }) => `${label} ${operator} ${value}`);
}

describe('terms of pushDown', () => {
  it('are those of all rules', () => {
    const rules = [path('equals', '/etc/shadow'), path('ends_with', '/id_rsa'), flag('write')];
    assert.deepStrictEqual(termsOf(...rules), [
      ...['path Equal /etc/shadow', 'path Postfix /id_rsa', 'flags Mask 3'],
    ]);
  });

  it('are none when one rule wants everything', () => {
    const rules = [path('equals', '/etc/shadow'), flag('read')];
    assert.equal(termsOf(...rules), undefined);
    assert.deepStrictEqual(termsOf(path('equals', '/etc/shadow')), ['path Equal /etc/shadow']);
  });

  it('are the cheapest of those that have to hold together', () => {
    const parts = [path('contains', 'shadow'), flag('write'), flag('read')];
    assert.deepStrictEqual(termsOf({ kind: 'and', parts }), ['flags Mask 3']);
  });

  it('are numbers of families and types of sockets, with a name of their own or without', () => {
    const family = (...texts: readonly string[]): Test =>
      test('network.family', { kind: 'equals', texts, ignoresCase: false });

    assert.deepStrictEqual(termsAt('network_socket', family('ipv6', '38')), [
      ...['family Equal 10', 'family Equal 38'],
    ]);
    assert.equal(termsAt('network_socket', family('ipv6', '99')), undefined);
  });

  it('are none where a denial could let anything pass', () => {
    assert.equal(termsOf({ kind: 'not', part: path('equals', '/etc/shadow') }), undefined);
  });

  it('are none for more texts than a hook takes well', () => {
    const texts = (count: number): readonly string[] =>
      Array.from({ length: count }, (_, index) => `/files/number-${index}`);
    assert.equal(termsOf(path('equals', ...texts(2001))), undefined);
    assert.equal(termsOf(path('equals', ...texts(2000)))?.length, 2000);
    assert.equal(termsOf(path('contains', ...texts(2000))), undefined);
  });

  it('of texts without regard to case are those that other letters could be, too', () => {
    const folded = (text: string): readonly string[] | undefined =>
      termsOf(test('file.path', { kind: 'equals', texts: [text], ignoresCase: true }));
    assert.deepStrictEqual(folded('/etc/SHADOW'), ['path SubStringIgnCase /etc/shadow']);
    assert.deepStrictEqual(folded('/.ssh/Key'), [
      ...['path SubStringIgnCase /.ssh/key', 'path SubString \u212a'],
    ]);
    assert.deepStrictEqual(folded('bin'), [
      ...['path SubStringIgnCase bin', 'path SubString \u0130'],
    ]);
    assert.deepStrictEqual(folded('é/tmp/é/x'), ['path SubStringIgnCase /tmp/']);
    assert.equal(folded('é/é'), undefined);
  });
});
