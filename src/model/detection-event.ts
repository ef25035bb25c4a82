/** Events as detections see them: one class, the process, and the facts of that class. */
import type { Process } from './event.ts';
import type { EventClass } from './event-class.ts';
import type { Facts } from './fact.ts';
import type { Workload } from './workload.ts';

/** Immutable. What was done, by whom. */
export interface DetectionEvent {
  readonly class: EventClass;
  /** Per-node record number; events made from one record share it. */
  readonly sequence: number;
  /** CLOCK_BOOTTIME ns. */
  readonly timeNs: bigint;
  readonly tid: number;
  readonly process: Process;
  /** The parent first, then its parent, up to the first that is not known. */
  readonly ancestors: readonly Process[];
  readonly workload?: Workload | undefined;
  /** Name of the system call, when the hook tells it. */
  readonly syscall?: string | undefined;
  readonly facts: Facts;
}
