/** How many findings of one detector go out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Emit } from '../../../../src/rules/detection/typescript/api/index.ts';
import { DetectorRun } from '../../../../src/rules/detection/typescript/detector-run.ts';
import { aDetector, anExecRow, someLimits } from '../../../support/detectors.ts';

interface Rates {
  /** As the configuration says. */
  readonly rate: number | undefined;
  /** As the detector says. */
  readonly ownRate?: number;
}

/** A detector that reports every event. */
function aRun({ rate, ownRate }: Rates): DetectorRun {
  const detect = (_event: unknown, _state: unknown, emit: Emit): void => emit();
  const detector = aDetector({ detect, findingsPerSecond: ownRate });
  const run = new DetectorRun(detector, someLimits({ findingsPerSecond: rate }));
  run.setPlan({ 'process.exec': ['process.pid'] });
  return run;
}

const noTime = (): number => 0;

describe('a detector that reports every event', () => {
  it('reports so many at once, and then so many in a second of the time of events', () => {
    const run = aRun({ rate: 2 });
    const atOnce = run.run(Array(50).fill(anExecRow(1000)), noTime);
    const later = run.run(Array(20).fill(anExecRow(2500)), noTime);

    assert.deepStrictEqual([atOnce.length, later.length, run.report().suppressed], [20, 3, 47]);
    assert.deepStrictEqual(
      later.map(({ suppressed }) => suppressed),
      [30, 0, 0],
    );
  });

  it('reports the first of each container, however many there were in others', () => {
    const run = aRun({ rate: 0.1 });
    const places = ['container a', 'container a', 'container b', '', 'container b'];
    const findings = run.run(
      places.map((place) => ({ ...anExecRow(1000), place })),
      noTime,
    );

    assert.deepStrictEqual(
      findings.map(({ row }) => row),
      [0, 2, 3],
    );
  });

  it('reports as many as it says itself, before what the configuration says', () => {
    const counts = [0.1, 2, Number.POSITIVE_INFINITY].map((ownRate) => {
      const run = aRun({ rate: 10, ownRate });
      return run.run(Array(500).fill(anExecRow(1000)), noTime).length;
    });

    assert.deepStrictEqual(counts, [1, 20, 500]);
  });

  it('reports all of them where nobody asks for a bound', () => {
    const run = aRun({ rate: undefined, ownRate: 1 });

    assert.equal(run.run(Array(500).fill(anExecRow(1000)), noTime).length, 500);
  });
});
