/** Rules that ask for too much: what is bounded, and that the others go on finding. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import { GROUPS_MAX } from '../../../../src/rules/detection/correlate/group-table.ts';
import { DetectionEngine } from '../../../../src/rules/detection/detection-engine.ts';
import { compileRules, type DetectionRule } from '../../../../src/rules/index.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aCorrelation, aRule } from '../../../support/detection-rules.ts';
import { aProcess } from '../../../support/events.ts';
import { someContext } from '../../../support/findings.ts';

const GROUPS = 1_000_000;
const BATCH = 1000;
const NS_PER_US = 1000n;

interface Stage {
  readonly engine: DetectionEngine;
  readonly found: readonly string[];
}

function anEngine(rules: readonly DetectionRule[]): Stage {
  const found: string[] = [];
  const engine = new DetectionEngine({
    ...{ rules, context: someContext(), origin: 'node-1/boot' },
    onFinding: ({ rule }) => found.push(rule.id),
  });
  return { engine, found };
}

function sigma(id: string, test: string): string {
  return [
    `title: Rule ${id}`,
    `id: ${id}`,
    'logsource: {category: process_creation, product: linux}',
    `detection: {s: {${test}}, condition: s}`,
    'level: low',
  ].join('\n');
}

/** An execution with this argument. */
function execOf(argument: string): DetectionEvent {
  return aDetectionEvent({ process: aProcess({ argv: ['sh', argument] }) });
}

describe('a rule with a pathological expression', () => {
  // A backtracking engine takes 2^50000 steps for this; the test ends, or it does not.
  const hostile = `${'a'.repeat(50_000)}b`;
  const text = [
    sigma('evil', "CommandLine|re: '(a+)+$'"),
    sigma('other', "CommandLine|re: '(x+x+)+y'"),
    sigma('plain', 'CommandLine|endswith: ab'),
  ].join('\n---\n');
  const { rules, diagnostics } = compileRules([{ file: 'rules.yaml', text }]);

  it('is matched in linear time, and the others find', () => {
    const { engine, found } = anEngine(rules);
    engine.detect([execOf(hostile)]);

    assert.deepStrictEqual(diagnostics, []);
    assert.deepStrictEqual(found, ['plain']);
  });

  it('still matches what it is for', () => {
    const { engine, found } = anEngine(rules);
    engine.detect([execOf('aaaa')]);

    assert.deepStrictEqual(found, ['evil']);
  });

  it('is an error with a place when no linear engine can run it', () => {
    const refused = compileRules([
      { file: 'rules.yaml', text: sigma('evil', String.raw`CommandLine|re: '(a+)\1'`) },
    ]);

    assert.deepStrictEqual(refused.rules, []);
    const [error] = refused.diagnostics;
    assert.equal(error?.severity, 'error');
    assert.equal(error.location.line, 4);
  });
});

describe('a correlation with a million groups', () => {
  const twice = aCorrelation({
    bounds: { greaterOrEqual: 2 },
    groupBy: [
      { written: 'pid', fields: new Map([['a-rule', { field: 'process.pid', key: undefined }]]) },
    ],
  });
  const shared = aProcess();

  function execBy(number: number): DetectionEvent {
    return aDetectionEvent({
      sequence: number,
      timeNs: BigInt(number) * NS_PER_US,
      process: { ...shared, tgid: number },
    });
  }

  it('counts what it forgets, keeps a bounded number, and lets the agent go on', async () => {
    const other = aRule({ id: 'other', emits: true });
    const { engine, found } = anEngine([aRule({ emits: false }), twice, other]);
    let ticks = 0;
    const ticker = setInterval(() => {
      ticks += 1;
    }, 1);
    for (let start = 1; start <= GROUPS; start += BATCH) {
      engine.detect(Array.from({ length: BATCH }, (_, at) => execBy(start + at)));
      engine.advance(BigInt(start) * NS_PER_US);
      if (start % (BATCH * 100) === 1) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    clearInterval(ticker);
    engine.flush(BigInt(GROUPS) * NS_PER_US);
    const counts = engine.counts().get('a-correlation')?.correlation;

    assert.deepStrictEqual(counts, {
      groups: GROUPS_MAX,
      evicted: GROUPS - GROUPS_MAX,
      dropped: 0,
      ungrouped: 0,
    });
    assert.ok(ticks > 0);
    assert.equal(found.filter((id) => id === 'other').length, GROUPS);
    assert.ok(!found.includes('a-correlation'));

    engine.detect([execBy(GROUPS)]);
    engine.flush(BigInt(GROUPS) * NS_PER_US);
    assert.equal(found.at(-1), 'a-correlation');
  });
});
