/** Errors of the detection engine that are not of one language of rules. */
import type { ErrorSpec } from '../../model/errors.ts';

/** Codes; each is a key of RULE_ERRORS. */
export type RuleErrorCode = 'RULE_RECORDING_INVALID';

/** What each code means. */
export const RULE_ERRORS: Readonly<Record<RuleErrorCode, ErrorSpec>> = {
  RULE_RECORDING_INVALID: {
    summary: 'a recording of events is damaged, or is not one',
    remedy: 'Record again; the message names the line.',
    retryable: false,
  },
};
