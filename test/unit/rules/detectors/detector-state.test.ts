/** What a detector may not remember. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  DetectorEvent,
  Emit,
  Table,
} from '../../../../src/rules/detection/typescript/api/index.ts';
import { DetectorRun } from '../../../../src/rules/detection/typescript/detector-run.ts';
import type { DetectorLimits } from '../../../../src/rules/detection/typescript/limits.ts';
import type { EventRow } from '../../../../src/rules/detection/typescript/protocol.ts';
import { aDetector, anExecRow, someLimits } from '../../../support/detectors.ts';

type Detect = (
  event: DetectorEvent,
  state: Readonly<Record<'seen', Table<number>>>,
  emit: Emit,
) => unknown;

interface Changes {
  readonly limits?: Partial<DetectorLimits>;
  readonly version?: string;
  readonly state?: unknown;
}

const SEEN = { seen: { kind: 'table', entriesMax: 2 } };

function aRun(detect: Detect, { limits, version = '1', state = SEEN }: Changes = {}): DetectorRun {
  const run = new DetectorRun(aDetector({ detect, version, state }), someLimits(limits));
  run.setPlan({ 'process.exec': ['process.uid', 'process.pid'], 'file.open': ['process.pid'] });
  return run;
}

function exec(timeMs = 0, pid = 7): EventRow {
  return { ...anExecRow(timeMs), values: [0, pid] };
}

const noTime = (): number => 0;

describe('the state of a detector', () => {
  it('switches it off when it is no plain data', () => {
    const run = aRun((_event, { seen }) => Reflect.apply(seen.set, seen, ['a', new Map()]));
    run.run([exec()], noTime);

    assert.equal(run.save(), undefined);
    assert.deepStrictEqual(run.report().failure, {
      code: 'RULE_DETECTOR_STATE',
      message: 'TypeError: "1" is no plain data',
    });
  });
});
