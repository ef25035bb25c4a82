/** Bounds of detectors. */
import { FINDINGS_PER_SECOND } from '../../../model/finding.ts';

/** Bounds of detectors; those of all of them together are the last ones. */
export interface DetectorLimits {
  /** Time on a CPU for one batch; the rest of the batch is left out when it is over. */
  readonly budgetMs: number;
  /** Time after which a detector that does not come back is ended. */
  readonly stuckMs: number;
  /** The same for loading its file. */
  readonly loadMs: number;
  /** After this many exceptions in a row, one per event, it is switched off. */
  readonly errorsInARow: number;
  /** After this many batches in a row that took too long it is switched off. */
  readonly overrunsInARow: number;
  /** Of each detector that says nothing else; Infinity: all; undefined: all go out of any. */
  readonly findingsPerSecond: number | undefined;
  /** Characters of what one detector remembers. */
  readonly stateLength: number;
  /** What all detectors together hold of the heap; twice as much of buffers. */
  readonly memoryMb: number;
  /** Events that wait for the thread. */
  readonly queueEvents: number;
  /** How often what detectors remember is saved. */
  readonly snapshotMs: number;
}

/** Where the configuration says nothing. */
export const LIMITS_DEFAULT: DetectorLimits = {
  budgetMs: 50,
  stuckMs: 1000,
  loadMs: 30_000,
  errorsInARow: 10,
  overrunsInARow: 10,
  findingsPerSecond: FINDINGS_PER_SECOND,
  stateLength: 1_048_576,
  memoryMb: 64,
  queueEvents: 8192,
  snapshotMs: 5000,
};
