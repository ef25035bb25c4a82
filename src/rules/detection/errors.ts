/** Errors of the detection engine that are not of one language of rules. */
import type { ErrorSpec } from '../../model/errors.ts';

/** Codes; each is a key of RULE_ERRORS. */
export type RuleErrorCode =
  | 'RULE_FILE_TOO_LARGE'
  | 'RULE_ID_REPEATED'
  | 'RULE_RECORDING_INVALID'
  | 'RULE_EVENT_INVALID'
  | 'RULE_STATE_INVALID';

/** What each code means. */
export const RULE_ERRORS: Readonly<Record<RuleErrorCode, ErrorSpec>> = {
  RULE_FILE_TOO_LARGE: {
    summary: 'a file of rules has more bytes than are read',
    remedy: 'Split it, or correct the path; the other files are loaded.',
    retryable: false,
  },
  RULE_ID_REPEATED: {
    summary: 'two rules have the same id',
    remedy: 'Give one of them another id, or leave it out; the first one is loaded.',
    retryable: false,
  },
  RULE_EVENT_INVALID: {
    summary: 'what was given as an event is not one',
    remedy: 'Give a class and fields as the reference of fields names them.',
    retryable: false,
  },
  RULE_RECORDING_INVALID: {
    summary: 'a recording of events is damaged, or is not one',
    remedy: 'Record again; the message names the line.',
    retryable: false,
  },
  RULE_STATE_INVALID: {
    summary: 'what correlations remembered is damaged, or was written by another version',
    remedy: 'Nothing has to be done: the file was set aside, and correlations begin anew.',
    retryable: false,
  },
};
