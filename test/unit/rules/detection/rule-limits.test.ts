/** How many findings a rule may give. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import type { Finding } from '../../../../src/model/finding.ts';
import { DetectionEngine } from '../../../../src/rules/detection/detection-engine.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aRule, aTestOf } from '../../../support/detection-rules.ts';
import { someContext } from '../../../support/findings.ts';

/** So many executions at one moment. */
function atOnce(count: number, second: number, changes = {}): readonly DetectionEvent[] {
  const timeNs = BigInt(second) * 1_000_000_000n;
  return Array.from({ length: count }, (_, sequence) =>
    aDetectionEvent({ sequence, timeNs, ...changes }),
  );
}

function anEngine(findingsPerSecond: number | undefined): {
  readonly engine: DetectionEngine;
  readonly findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const rare = aRule({
    id: 'rare',
    condition: aTestOf('event.class', {
      ...{ kind: 'equals', texts: ['process.exit'], ignoresCase: false },
    }),
  });
  const engine = new DetectionEngine({
    ...{ rules: [aRule(), rare], context: someContext(), origin: 'node-1/boot' },
    ...{ findingsPerSecond, onFinding: (finding) => findings.push(finding) },
  });
  return { engine, findings };
}

describe('a rule that fires for every event', () => {
  it('gives ten seconds of findings at once, and says later how many were left out', () => {
    const { engine, findings } = anEngine(2);
    engine.detect(atOnce(50, 1));
    const flood = findings.length;
    engine.detect(atOnce(5, 2));

    assert.equal(flood, 20);
    assert.deepStrictEqual(
      findings.slice(flood).map(({ suppressed }) => suppressed),
      [30, undefined],
    );
    assert.equal(engine.counts().get('a-rule')?.matched, 55);
    assert.equal(engine.counts().get('a-rule')?.suppressed, 33);
  });

  it('does not hide the first finding of another', () => {
    const { engine, findings } = anEngine(0.01);
    engine.detect(atOnce(50, 1));
    engine.detect(atOnce(1, 1, { class: 'process.exit' }));

    assert.deepStrictEqual(
      findings.map(({ rule }) => rule.id),
      ['a-rule', 'rare'],
    );
    assert.equal(engine.counts().get('rare')?.suppressed, 0);
  });

  it('gives all of them when there is no bound', () => {
    const { engine, findings } = anEngine(undefined);
    engine.detect(atOnce(500, 1));

    assert.equal(findings.length, 500);
    assert.ok(findings.every(({ suppressed }) => suppressed === undefined));
  });
});
