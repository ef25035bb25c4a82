/** Rules that are replaced: what the engine after another one goes on with, and what not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DetectionEngine } from '../../../../src/rules/detection/detection-engine.ts';
import type { DetectionRule } from '../../../../src/rules/detection/ir/rule.ts';
import { aCorrelation, aRule } from '../../../support/detection-rules.ts';
import { execs } from '../../../support/detector-files.ts';
import { someContext } from '../../../support/findings.ts';

const NS_PER_SECOND = 1_000_000_000n;
const SILENT = aRule({ emits: false });
const THREE = aCorrelation({ bounds: { greaterOrEqual: 3 } });

/** What was found before the rules became others and after it, and how much was forgotten. */
interface Outcome {
  readonly found: readonly string[];
  readonly forgotten: number;
  readonly engine: DetectionEngine;
}

interface Change {
  readonly before: readonly DetectionRule[];
  readonly after: readonly DetectionRule[];
  readonly perSecond?: readonly [number, number];
  /** Executions, of which so many come before the change. */
  readonly executions: number;
  readonly at: number;
  /** The rules become others before what came is put into its order. */
  readonly isSudden?: boolean;
}

function change({ before, after, perSecond = [100, 100], ...rest }: Change): Outcome {
  const found: string[] = [];
  const create = (rules: readonly DetectionRule[], findingsPerSecond: number): DetectionEngine =>
    new DetectionEngine({
      ...{ rules, context: someContext(), origin: 'node-1/boot', findingsPerSecond },
      onFinding: ({ rule, count }) => found.push(`${rule.id} ${count}`),
    });
  const events = execs(...Array.from({ length: rest.executions }, (_, at) => at + 1));
  const first = create(before, perSecond[0]);
  first.detect(events.slice(0, rest.at));
  if (rest.isSudden !== true) first.advance(BigInt(rest.at + 1) * NS_PER_SECOND);
  const engine = create(after, perSecond[1]);
  const forgotten = engine.takeOver(first);
  engine.detect(events.slice(rest.at));
  engine.advance(BigInt(rest.executions + 1) * NS_PER_SECOND);
  return { found, forgotten, engine };
}

describe('rules in the place of others', () => {
  it('go on counting where they are the same', () => {
    const after = [SILENT, aRule({ id: 'new', emits: false }), THREE];
    const { found, forgotten, engine } = change({
      ...{ before: [SILENT, THREE], after, executions: 3, at: 2 },
    });

    assert.deepStrictEqual([found, forgotten], [['a-correlation 3'], 0]);
    assert.equal(engine.events, 3);
    assert.equal(engine.counts().get('a-rule')?.matched, 3);
    assert.equal(engine.counts().get('new')?.matched, 1);
  });

  it('take in what had not been put into its order yet', () => {
    const rules = [SILENT, THREE];
    const { found } = change({ before: rules, after: rules, executions: 3, at: 2, isSudden: true });

    assert.deepStrictEqual(found, ['a-correlation 3']);
  });

  it('begin anew where they, or those that they are about, have changed', () => {
    const version = '1111111111111111';
    const others: readonly (readonly DetectionRule[])[] = [
      [SILENT, { ...THREE, version }],
      [{ ...SILENT, version }, THREE],
    ];
    const outcomes = others.flatMap((after) =>
      [true, false].map((isSudden) =>
        change({ before: [SILENT, THREE], after, executions: 4, at: 2, isSudden }),
      ),
    );

    const whole = outcomes.filter(({ found }) => found.length > 0);
    // Of the same rule, what waits is counted by whoever comes: it is as much as comes after.
    assert.deepStrictEqual(
      outcomes.map(({ forgotten }) => forgotten),
      [0, 1, 0, 1],
    );
    assert.deepStrictEqual(
      whole.map(({ found }) => found),
      [['a-correlation 3']],
    );
  });

  it('forget what is gone, and do not know it when it comes back', () => {
    const { found, forgotten, engine } = change({
      ...{ before: [SILENT, THREE], after: [SILENT], executions: 3, at: 2 },
    });
    const back = new DetectionEngine({
      ...{ rules: [SILENT, THREE], context: someContext(), origin: '' },
      onFinding: () => assert.fail('it counted what nobody remembers'),
    });
    back.takeOver(engine);
    back.detect(execs(1));
    back.advance(10n * NS_PER_SECOND);

    assert.deepStrictEqual([found, forgotten], [[], 1]);
  });

  it('are held to the findings that they had', () => {
    const rules = [aRule({ findingsPerSecond: 0.0001 })];
    const same = change({ before: rules, after: rules, executions: 6, at: 3 });
    const changed = [aRule({ findingsPerSecond: 0.0001, version: '1111111111111111' })];
    const other = change({ before: rules, after: changed, executions: 6, at: 3 });

    assert.equal(same.found.length, 1);
    assert.equal(same.engine.counts().get('a-rule')?.suppressed, 5);
    assert.equal(other.found.length, 2);
    // Totals of a rule never fall.
    assert.equal(other.engine.counts().get('a-rule')?.suppressed, 4);
  });

  it('have a full bucket when the rate is another', () => {
    const rules = [aRule()];
    const perSecond = [0.0001, 0.0002] as const;
    const { found } = change({ before: rules, after: rules, perSecond, executions: 6, at: 3 });

    assert.equal(found.length, 2);
  });
});
