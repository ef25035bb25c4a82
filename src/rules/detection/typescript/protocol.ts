/** What the thread of the detectors and the main thread tell each other: plain data only. */
import type { EventClass } from '../../../model/event-class.ts';
import type { FieldValue } from '../fields/field-value.ts';
import type { DetectorFailure, DetectorHead, LoadProblem } from './head.ts';
import type { DetectorLimits } from './limits.ts';

/** One event; values in the order of the plan for its class. */
export interface EventRow {
  readonly class: EventClass;
  readonly timeMs: number;
  /** The container or service; see `placeOf`. */
  readonly place: string;
  readonly values: readonly (FieldValue | undefined)[];
}

/** Fields that are handed over, by class. Classes that are not there are not. */
export type RowPlan = Readonly<Partial<Record<EventClass, readonly string[]>>>;

/** What a detector reported. */
export interface EmittedFinding {
  readonly id: string;
  /** Position of the event in the batch. */
  readonly row: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly count: number;
  /** Findings of the detector that were left out since the one before. */
  readonly suppressed: number;
}

/** What a detector did since it was asked before. */
export interface DetectorReport {
  readonly id: string;
  readonly events: number;
  readonly suppressed: number;
  readonly errors: number;
  readonly overruns: number;
  readonly skipped: number;
  readonly evicted: number;
  /** Absent: it goes on. */
  readonly failure?: DetectorFailure | undefined;
}

/** What a detector remembers, as text. */
export interface SavedState {
  readonly id: string;
  readonly version: string;
  readonly text: string;
}

/** What the thread begins with. */
export interface ThreadData {
  readonly files: readonly string[];
  readonly states: readonly SavedState[];
  readonly limits: DetectorLimits;
  /** Two numbers, see `progress.ts`. */
  readonly progress: SharedArrayBuffer;
}

export type ToThread =
  | { readonly kind: 'plan'; readonly plan: RowPlan }
  | { readonly kind: 'batch'; readonly number: number; readonly rows: readonly EventRow[] }
  | { readonly kind: 'save' };

export type FromThread =
  | {
      readonly kind: 'loaded';
      readonly detectors: readonly DetectorHead[];
      readonly problems: readonly LoadProblem[];
    }
  | {
      readonly kind: 'batch';
      readonly number: number;
      readonly findings: readonly EmittedFinding[];
      readonly reports: readonly DetectorReport[];
    }
  | {
      readonly kind: 'saved';
      readonly states: readonly SavedState[];
      readonly reports: readonly DetectorReport[];
    };
