/** Joined plans against the meaning of the policies: the kernel's algorithm, run on the rows. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dimension, RowKey } from '../../../../src/engine/sensors/dimension.ts';
import { toBytesKey } from '../../../../src/engine/sensors/dimension.ts';
import {
  type HookMember,
  type JoinedPlans,
  joinPlans,
} from '../../../../src/engine/sensors/join-plans.ts';
import { setOf } from '../../../../src/engine/sensors/selector-set.ts';
import type { ArgumentMatch, SelectorPlan } from '../../../../src/model/plan.ts';

/** What a hook run looks like: a text, a number, and the path of the executable. */
interface Run {
  readonly text: string;
  readonly number: bigint;
  readonly binary: string;
}

const TEXTS = ['/etc/shadow', '/etc/shadow-', '/etc/ssh/key', '/tmp/a', '/etc', '/a/shadow', 'é'];
const AFFIXES = ['/etc', '/etc/sh', '/e', '/', 'shadow', 'w', '/tmp/a', 'key', 'é'];
const NUMBERS = [0n, 1n, 2n, 4n, 6n, 0xffffffffffffffffn, 0x8000000000000000n];
const BINARIES = ['/usr/bin/cat', '/usr/bin/head', '/usr/sbin/sshd'];

function aMember(policyName: string, selectors: readonly SelectorPlan[]): HookMember {
  return {
    policyName,
    plan: {
      hook: { kind: 'function', name: 'f' },
      source: 'kprobes[0]',
      arguments: [
        { index: 1, type: 'string', label: '' },
        { index: 0, type: 'size_t', label: '' },
      ],
      selectors,
      message: '',
      tags: [],
      optional: false,
    },
  };
}

/** Meaning of a condition, written without rows, sets or tries. */
function holds(match: ArgumentMatch, run: Run): boolean {
  if (match.kind === 'number') {
    const isEqual = match.values.includes(run.number);
    if (match.operator === 'Equal') return isEqual;
    if (match.operator === 'NotEqual') return !isEqual;
    return match.values.some((mask) => (mask & run.number) !== 0n);
  }
  const isEqual = match.values.includes(run.text);
  if (match.operator === 'Equal') return isEqual;
  if (match.operator === 'NotEqual') return !isEqual;
  if (match.operator === 'Prefix') return match.values.some((value) => run.text.startsWith(value));
  return match.values.some((value) => run.text.endsWith(value));
}

function selectorHolds(selector: SelectorPlan, run: Run): boolean {
  const binaries = selector.matchBinaries.every(
    ({ operator, values }) => values.includes(run.binary) === (operator === 'In'),
  );
  return binaries && selector.matchArgs.every((match) => holds(match, run));
}

/** Numbers of the selectors that act: the first that holds, per member. */
function expected(joined: JoinedPlans, run: Run): readonly number[] {
  const members = [...new Set(joined.selectors.map(({ member }) => member))];
  return members.flatMap((member) => {
    const first = member.plan.selectors.findIndex((selector) => selectorHolds(selector, run));
    const own = joined.selectors.filter((selector) => selector.member === member);
    return first < 0 ? [] : [own[first]?.number ?? -1];
  });
}

/** What the kernel computes from the rows. */
function computed(joined: JoinedPlans, run: Run): readonly number[] {
  const all = setOf(joined.selectors.map(({ number }) => number));
  const matched = joined.dimensions.reduce(
    (left, dimension) =>
      left & ((lookUp(dimension, run) ^ dimension.negated) | (all & ~dimension.constrained)),
    all,
  );
  const done = new Set<HookMember>();
  return joined.selectors.flatMap(({ number, member }) => {
    if (((matched >> BigInt(number)) & 1n) === 0n || done.has(member)) return [];
    done.add(member);
    return [number];
  });
}

function lookUp(dimension: Dimension, run: Run): bigint {
  const { rows } = dimension;
  const row = (key: RowKey): bigint => rows.get(key) ?? 0n;
  const bytes = toBytesKey(run.text);
  switch (dimension.kind) {
    case 'binary':
      return row(toBytesKey(run.binary));
    case 'number':
      return row(run.number);
    case 'mask':
      return NUMBERS_OF_BITS.reduce(
        (set, bit) => ((run.number >> bit) & 1n ? set | row(bit) : set),
        0n,
      );
    case 'text':
      return row(bytes);
    case 'prefix':
      return longest(rows, bytes);
    case 'postfix':
      return longest(rows, [...bytes].reverse().join(''));
  }
}

const NUMBERS_OF_BITS = Array.from({ length: 64 }, (_, bit) => BigInt(bit));

/** A trie gives the row of the longest key that is a prefix of the text, and only that. */
function longest(rows: ReadonlyMap<RowKey, bigint>, text: string): bigint {
  for (let length = text.length; length > 0; length--) {
    const set = rows.get(text.slice(0, length));
    if (set !== undefined) return set;
  }
  return 0n;
}

/** Numerical Recipes' generator: the same cases in every run. */
function aRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function pick<T>(random: (below: number) => number, from: readonly T[], max: number): readonly T[] {
  return Array.from({ length: 1 + random(max) }, () => from[random(from.length)]).filter(
    (item) => item !== undefined,
  );
}

function randomMatch(random: (below: number) => number): ArgumentMatch {
  if (random(2) === 0) {
    const operator = (['Equal', 'NotEqual', 'Mask'] as const)[random(3)] ?? 'Equal';
    return { kind: 'number', argument: 1, operator, values: pick(random, NUMBERS, 3) };
  }
  const operator = (['Equal', 'NotEqual', 'Prefix', 'Postfix'] as const)[random(4)] ?? 'Equal';
  const from = operator === 'Prefix' || operator === 'Postfix' ? AFFIXES : TEXTS;
  return { kind: 'text', argument: 0, operator, values: pick(random, from, 3) };
}

function randomSelector(random: (below: number) => number): SelectorPlan {
  return {
    matchArgs: Array.from({ length: random(4) }, () => randomMatch(random)),
    matchBinaries:
      random(3) > 0
        ? []
        : [{ operator: random(2) ? 'In' : 'NotIn', values: pick(random, BINARIES, 2) }],
    actions: [{ kind: 'Post' }],
  };
}

describe('joinPlans', () => {
  it('finds the selectors that the policies mean, for random policies and runs', () => {
    const random = aRandom(20251);
    for (let round = 0; round < 400; round++) {
      const members = Array.from({ length: 1 + random(4) }, (_, policy) =>
        aMember(
          `p${policy}`,
          Array.from({ length: 1 + random(4) }, () => randomSelector(random)),
        ),
      );
      const joined = joinPlans(members);
      for (const text of TEXTS) {
        for (const number of NUMBERS) {
          const binary = BINARIES[random(BINARIES.length)] ?? '';
          const run = { text, number, binary };
          assert.deepStrictEqual(computed(joined, run), expected(joined, run));
        }
      }
    }
  });

  it('reads an argument once for all policies that want it in the same form', () => {
    const members = [aMember('a', [ANY]), aMember('b', [ANY])];

    const joined = joinPlans(members);

    assert.deepStrictEqual(joined.arguments, [
      { index: 1, type: 'string' },
      { index: 0, type: 'size_t' },
    ]);
    assert.deepStrictEqual(
      members.map((member) => joined.argumentPositions(member)),
      [
        [0, 1],
        [0, 1],
      ],
    );
  });

  it('reads an argument twice when two policies want it in different forms', () => {
    const other = aMember('b', [ANY]);
    const asInt: HookMember = {
      ...other,
      plan: { ...other.plan, arguments: [{ index: 0, type: 'int', label: '' }] },
    };

    const joined = joinPlans([aMember('a', [ANY]), asInt]);

    assert.deepStrictEqual(joined.argumentPositions(asInt), [2]);
  });

  it('puts the cheap dimensions first', () => {
    const selector: SelectorPlan = {
      matchArgs: [
        { kind: 'text', argument: 0, operator: 'Postfix', values: ['x'] },
        { kind: 'number', argument: 1, operator: 'Mask', values: [3n] },
      ],
      matchBinaries: [{ operator: 'In', values: ['/usr/bin/cat'] }],
      actions: [{ kind: 'Post' }],
    };

    const joined = joinPlans([aMember('a', [selector])]);

    assert.deepStrictEqual(
      joined.dimensions.map(({ kind }) => kind),
      ['binary', 'mask', 'postfix'],
    );
  });

  it('keeps the selectors of a policy within one word of the set', () => {
    const joined = joinPlans([
      aMember(
        'a',
        Array.from({ length: 62 }, () => ANY),
      ),
      aMember('b', [ANY, ANY, ANY]),
      aMember('c', [ANY]),
    ]);

    assert.deepStrictEqual(
      joined.selectors.slice(61).map(({ number }) => number),
      [61, 64, 65, 66, 67],
    );
  });

  it('takes 512 selectors on a hook', () => {
    const joined = joinPlans(
      Array.from({ length: 512 }, (_, number) => aMember(`p${number}`, [ANY])),
    );

    assert.equal(joined.selectors.length, 512);
  });

  it('refuses the 513th selector with a code', () => {
    const members = Array.from({ length: 513 }, (_, number) => aMember(`p${number}`, [ANY]));

    assert.throws(() => joinPlans(members), { code: 'ENGINE_HOOK_FULL' });
  });
});

const ANY: SelectorPlan = { matchArgs: [], matchBinaries: [], actions: [{ kind: 'Post' }] };
