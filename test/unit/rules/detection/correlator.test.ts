/** Correlations: what comes about, when, and what does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Correlator } from '../../../../src/rules/detection/correlate/correlator.ts';
import { ENTRIES_MAX, GROUPS_MAX } from '../../../../src/rules/detection/correlate/group-table.ts';
import type { RuleMatch } from '../../../../src/rules/detection/correlate/match.ts';
import type { CorrelationRule } from '../../../../src/rules/detection/ir/correlation.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aCorrelation } from '../../../support/detection-rules.ts';

const SECOND_US = 1_000_000;

/** `rule@seconds key`: the key is read for every field. */
type Step = string;

const keys = new WeakMap<RuleMatch, string>();

function aMatch(step: Step): RuleMatch {
  const [, rule = '', seconds = '', key = ''] = /^(\S+)@(\S+) ?(.*)$/.exec(step) ?? [];
  const timeUs = Number(seconds) * SECOND_US;
  const match = { rule, timeUs, events: [aDetectionEvent({ sequence: timeUs })], count: 1 };
  if (key !== '') keys.set(match, key);
  return match;
}

const read = (match: RuleMatch): string | undefined => keys.get(match);

function by(...rules: readonly string[]): CorrelationRule['groupBy'] {
  return [{ written: 'key', fields: new Map(rules.map((id) => [id, { field: 'process.user' }])) }];
}

/** `rule@seconds count` of what came about, at the end of everything. */
function run(rules: readonly CorrelationRule[], steps: readonly Step[], endS = 10_000): string[] {
  const correlator = new Correlator(rules, read);
  const made: RuleMatch[] = [];
  for (const step of steps) {
    const match = aMatch(step);
    correlator.add(match);
    made.push(...correlator.advance(match.timeUs));
  }
  made.push(...correlator.flush(endS * SECOND_US));
  return made.map(({ rule, timeUs, count }) => `${rule}@${timeUs / SECOND_US} ${count}`);
}

const count = aCorrelation({ bounds: { greaterOrEqual: 3 }, groupBy: by('a-rule') });
const distinct = aCorrelation({
  type: 'value_count',
  values: by('a-rule'),
  bounds: { greaterOrEqual: 3 },
});
const pair = aCorrelation({ type: 'temporal', rules: ['a', 'b'], bounds: {} });
const chain = aCorrelation({ type: 'temporal_ordered', rules: ['a', 'b', 'c'], bounds: {} });

interface Case {
  readonly name: string;
  readonly rules: readonly CorrelationRule[];
  readonly steps: readonly Step[];
  readonly expected: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: 'counts events of one group',
    rules: [count],
    steps: ['a-rule@1 x', 'a-rule@2 x', 'a-rule@3 x'],
    expected: ['a-correlation@3 3'],
  },
  {
    name: 'does not count those of others',
    rules: [count],
    steps: ['a-rule@1 x', 'a-rule@2 y', 'a-rule@3 x'],
    expected: [],
  },
  {
    name: 'does not count what is older than the span',
    rules: [count],
    steps: ['a-rule@1 x', 'a-rule@2 x', 'a-rule@62 x'],
    expected: [],
  },
  {
    name: 'counts what is exactly as old as the span',
    rules: [count],
    steps: ['a-rule@1 x', 'a-rule@2 x', 'a-rule@61 x'],
    expected: ['a-correlation@61 3'],
  },
  {
    name: 'needs as many again for another',
    rules: [count],
    steps: ['1', '2', '3', '4', '5', '6'].map((at) => `a-rule@${at} x`),
    expected: ['a-correlation@3 3', 'a-correlation@6 3'],
  },
  {
    name: 'does not count events without the field of the group',
    rules: [count],
    steps: ['a-rule@1', 'a-rule@2', 'a-rule@3'],
    expected: [],
  },
  {
    name: 'counts different values',
    rules: [distinct],
    steps: ['a-rule@1 x', 'a-rule@2 y', 'a-rule@3 x', 'a-rule@4 z'],
    expected: ['a-correlation@4 3'],
  },
  {
    name: 'does not count the same value twice',
    rules: [distinct],
    steps: ['a-rule@1 x', 'a-rule@2 y', 'a-rule@3 x', 'a-rule@4 y'],
    expected: [],
  },
  {
    name: 'sums values',
    rules: [{ ...distinct, type: 'value_sum', bounds: { greater: 10 } }],
    steps: ['a-rule@1 6', 'a-rule@2 no number', 'a-rule@3 5'],
    expected: ['a-correlation@3 3'],
  },
  {
    name: 'does not sum to more than there is',
    rules: [{ ...distinct, type: 'value_sum', bounds: { greater: 10 } }],
    steps: ['a-rule@1 5', 'a-rule@2 5'],
    expected: [],
  },
  {
    name: 'averages values',
    rules: [{ ...distinct, type: 'value_avg', bounds: { greaterOrEqual: 4 } }],
    steps: ['a-rule@1 1', 'a-rule@2 7'],
    expected: ['a-correlation@2 2'],
  },
  {
    name: 'takes percentiles of values',
    rules: [{ ...distinct, type: 'value_percentile', percentile: 50, bounds: { greater: 4 } }],
    steps: ['a-rule@1 1', 'a-rule@2 4', 'a-rule@3 9', 'a-rule@4 9'],
    expected: ['a-correlation@4 4'],
  },
  {
    name: 'decides what more events could undo at the end of the span',
    rules: [{ ...count, bounds: { lessOrEqual: 2 } }],
    steps: ['a-rule@1 x', 'a-rule@2 x', 'a-rule@70 y', 'a-rule@71 y', 'a-rule@72 y'],
    expected: ['a-correlation@2 2'],
  },
  {
    name: 'sees rules in any order within the span',
    rules: [pair],
    steps: ['b@1', 'a@60'],
    expected: ['a-correlation@60 2'],
  },
  {
    name: 'does not see them apart by more than the span',
    rules: [pair],
    steps: ['b@1', 'a@62'],
    expected: [],
  },
  {
    name: 'sees rules in their order',
    rules: [chain],
    steps: ['a@1', 'b@2', 'a@3', 'c@4'],
    expected: ['a-correlation@4 3'],
  },
  {
    name: 'does not see them in another order',
    rules: [chain],
    steps: ['b@1', 'a@2', 'c@3'],
    expected: [],
  },
  {
    name: 'orders by the times of events that arrive the other way round',
    rules: [chain],
    steps: ['b@2.05', 'a@2', 'c@2.08'],
    expected: ['a-correlation@2.08 3'],
  },
  {
    name: 'takes a condition over rules',
    rules: [
      {
        ...pair,
        condition: {
          kind: 'and',
          parts: [
            { kind: 'rule', id: 'a' },
            { kind: 'not', part: { kind: 'rule', id: 'b' } },
          ],
        },
      },
    ],
    steps: ['b@1', 'a@2', 'a@100'],
    expected: ['a-correlation@100 1'],
  },
  {
    name: 'correlates correlations',
    rules: [
      { ...count, emits: false },
      aCorrelation({
        id: 'twice',
        rules: ['a-correlation'],
        groupBy: by('a-correlation'),
        bounds: { greaterOrEqual: 6 },
      }),
    ],
    steps: ['1', '2', '3', '4', '5', '6'].map((at) => `a-rule@${at} x`),
    expected: ['a-correlation@3 3', 'a-correlation@6 3', 'twice@6 6'],
  },
];

describe('Correlator', () => {
  for (const { name, rules, steps, expected } of CASES) {
    it(name, () => assert.deepStrictEqual(run(rules, steps), expected));
  }

  it('forgets the group that was used longest ago when there are too many', () => {
    const correlator = new Correlator([count], read);
    for (let number = 0; number <= GROUPS_MAX; number += 1) {
      correlator.add(aMatch(`a-rule@1 ${number}`));
    }
    correlator.flush(SECOND_US);

    const { groups, evicted } = correlator.counts().get('a-correlation') ?? {};
    assert.deepStrictEqual({ groups, evicted }, { groups: GROUPS_MAX, evicted: 1 });
  });

  it('bounds what all groups keep together', () => {
    const rule = { ...count, bounds: { greaterOrEqual: 1e9 } };
    const correlator = new Correlator([rule], read);
    for (let number = 0; number < ENTRIES_MAX + 100; number += 1) {
      correlator.add(aMatch(`a-rule@1 ${number % 100}`));
      if (number % 1000 === 0) correlator.advance(2 * SECOND_US);
    }
    correlator.flush(2 * SECOND_US);

    const kept = Object.values(correlator.save()).flat();
    assert.ok(kept.reduce((sum, { entries }) => sum + entries.length, 0) <= ENTRIES_MAX);
    assert.ok((correlator.counts().get('a-correlation')?.evicted ?? 0) > 0);
  });

  it('hands what it remembers to one that comes after', () => {
    const before = new Correlator([count], read);
    for (const step of ['a-rule@1 x', 'a-rule@2 x']) before.add(aMatch(step));
    before.flush(2 * SECOND_US);
    const after = new Correlator([count], read);
    after.restore(before.save());
    after.add(aMatch('a-rule@3 x'));

    assert.deepStrictEqual(
      after.flush(3 * SECOND_US).map(({ rule, count: events }) => [rule, events]),
      [['a-correlation', 3]],
    );
  });
});
