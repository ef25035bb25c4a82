/** Builders of detectors in memory, and of what they are shown. */
import {
  type CheckedDetector,
  checkDefinition,
} from '../../src/rules/detection/typescript/check-definition.ts';
import {
  type DetectorLimits,
  LIMITS_DEFAULT,
} from '../../src/rules/detection/typescript/limits.ts';
import type { EventRow } from '../../src/rules/detection/typescript/protocol.ts';

/** What a detector has to say of itself. */
export const DEFINITION = {
  id: 'a-detector',
  title: 'A detector',
  level: 'medium',
  description: 'For tests.',
  attack: ['T1059', 'TA0002'],
  falsePositives: [],
  runbook: 'Look.',
  version: '1',
  inputs: ['process.exec'],
  fields: ['process.pid'],
  detect: () => undefined,
} as const;

/** A detector that passes the check; say what is different. */
export function aDetector(changes: Readonly<Record<string, unknown>> = {}): CheckedDetector {
  const checked = checkDefinition({ ...DEFINITION, ...changes });
  if ('head' in checked) return checked;
  throw new Error(checked.join('; '));
}

/** Bounds that no test meets by accident; say which are lower. */
export function someLimits(changes: Partial<DetectorLimits> = {}): DetectorLimits {
  return { ...LIMITS_DEFAULT, budgetMs: 10_000, stuckMs: 60_000, ...changes };
}

/** An execution at a time, by a process. */
export function anExecRow(timeMs = 0, pid = 1): EventRow {
  return { class: 'process.exec', timeMs, place: '', values: [pid] };
}
