/** What is known of a detector, and of a file that is none. */
import type { EventClass } from '../../../model/event-class.ts';
import type { FindingLevel } from '../../../model/finding.ts';
import type { DetectorErrorCode } from './errors.ts';
import type { EventFilter } from './event-filter.ts';

/** What is said of a detector. */
export interface DetectorHead {
  readonly file: string;
  /** First 16 hexadecimal digits of the SHA-256 of the file. */
  readonly fileHash: string;
  readonly id: string;
  readonly title: string;
  readonly level: FindingLevel;
  readonly description: string;
  readonly attack: readonly string[];
  readonly falsePositives: readonly string[];
  readonly runbook: string;
  readonly version: string;
  readonly status: string;
  readonly tags: readonly string[];
  readonly inputs: readonly EventClass[];
  readonly fields: readonly string[];
  readonly only: EventFilter;
  /** As the author says; Infinity: all go out; absent: as the configuration says. */
  readonly findingsPerSecond?: number | undefined;
}

/** Why there is no detector, or why it was switched off. */
export interface DetectorFailure {
  readonly code: DetectorErrorCode;
  readonly message: string;
}

/** A file without a detector. */
export interface LoadProblem extends DetectorFailure {
  readonly file: string;
}
