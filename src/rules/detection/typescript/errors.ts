/** Every code that is about a detector in TypeScript. */
import type { ErrorSpec } from '../../../model/errors.ts';

/** Codes; each is a key of DETECTOR_ERRORS. */
export type DetectorErrorCode =
  | 'RULE_DETECTOR_UNREADABLE'
  | 'RULE_DETECTOR_SYNTAX'
  | 'RULE_DETECTOR_IMPORT'
  | 'RULE_DETECTOR_LOAD'
  | 'RULE_DETECTOR_EXPORT'
  | 'RULE_DETECTOR_DEFINITION'
  | 'RULE_DETECTOR_REPEATED'
  | 'RULE_DETECTOR_STUCK'
  | 'RULE_DETECTOR_SLOW'
  | 'RULE_DETECTOR_THROWS'
  | 'RULE_DETECTOR_MEMORY'
  | 'RULE_DETECTOR_STATE'
  | 'RULE_DETECTOR_ENDED'
  | 'RULE_DETECTOR_WORKER'
  | 'RULE_DETECTOR_SAVED_INVALID';

const row = (summary: string, remedy: string): ErrorSpec => ({ summary, remedy, retryable: false });

/** What each code means. */
export const DETECTOR_ERRORS: Readonly<Record<DetectorErrorCode, ErrorSpec>> = {
  RULE_DETECTOR_UNREADABLE: row(
    'the directory of detectors, or a file in it, cannot be read',
    'Correct the path or the permissions.',
  ),
  RULE_DETECTOR_SYNTAX: row(
    'a detector is not TypeScript whose types can be left out',
    'Correct the place; enums, namespaces and parameter properties have to be written otherwise.',
  ),
  RULE_DETECTOR_IMPORT: row(
    'a detector imports what detectors may not',
    'Import `warder/detector` and files beside it only.',
  ),
  RULE_DETECTOR_LOAD: row('a detector throws while it is loaded', 'Correct what it throws.'),
  RULE_DETECTOR_EXPORT: row(
    'a file exports no detector',
    'Write `export default defineDetector({…})`; move what is no detector into a subdirectory.',
  ),
  RULE_DETECTOR_DEFINITION: row(
    'the definition of a detector is not complete',
    'Correct what the message names.',
  ),
  RULE_DETECTOR_REPEATED: row(
    'two detectors have the same id',
    'Give one of them another id; the first one is loaded.',
  ),
  RULE_DETECTOR_STUCK: row(
    'a detector did not come back, and was ended',
    'Look for a loop without an end; read the rules again when it is corrected.',
  ),
  RULE_DETECTOR_SLOW: row(
    'a detector took more than its time too often, and was switched off',
    'Do less for each event, or ask for fewer classes of events.',
  ),
  RULE_DETECTOR_THROWS: row(
    'a detector threw for one event after the other, and was switched off',
    'Correct what it throws; the message has the last of them.',
  ),
  RULE_DETECTOR_MEMORY: row(
    'a detector took more memory than detectors have, and was ended',
    'Keep less; what tables hold is bounded, other variables are not.',
  ),
  RULE_DETECTOR_STATE: row(
    'what a detector remembers is too large, or not plain data',
    'Keep texts, numbers, flags, lists and plain objects in tables, and lower their bounds.',
  ),
  RULE_DETECTOR_ENDED: row(
    'a detector ended the thread of all detectors, or waits for ever while it is loaded',
    'Await nothing outside of functions, and leave the process alone.',
  ),
  RULE_DETECTOR_WORKER: row(
    'the thread of the detectors ended several times in a minute, in no code of one of them',
    'Look for timers in detectors; restart the agent when they are gone.',
  ),
  RULE_DETECTOR_SAVED_INVALID: row(
    'what detectors remembered cannot be read',
    'Remove the file; the detectors begin with nothing.',
  ),
};
