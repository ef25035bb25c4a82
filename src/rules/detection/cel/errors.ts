/** Every code a problem of a condition in CEL can have. */
import type { ErrorSpec } from '../../../model/errors.ts';

/** Codes; each is a key of CEL_ERRORS. */
export type CelErrorCode =
  | 'RULE_CONDITION_SYNTAX'
  | 'RULE_CONDITION_VARIABLE'
  | 'RULE_CONDITION_TYPE'
  | 'RULE_CONDITION_FUNCTION'
  | 'RULE_CONDITION_REGEX'
  | 'RULE_CONDITION_TOO_LARGE';

const row = (summary: string, remedy: string): ErrorSpec => ({ summary, remedy, retryable: false });

/** What each code means. */
export const CEL_ERRORS: Readonly<Record<CelErrorCode, ErrorSpec>> = {
  RULE_CONDITION_SYNTAX: row('a condition is not an expression of CEL', 'Correct the place.'),
  RULE_CONDITION_VARIABLE: row(
    'a condition reads what is not there',
    'Use a field of the reference of fields, or one that the message names.',
  ),
  RULE_CONDITION_TYPE: row(
    'the parts of a condition do not go together, or it is neither true nor false',
    'Compare texts with texts and numbers with numbers.',
  ),
  RULE_CONDITION_FUNCTION: row(
    'a condition calls what conditions do not have',
    'Use one of the functions that the message names.',
  ),
  RULE_CONDITION_REGEX: row(
    'a regular expression in a condition is not one of RE2, or too large',
    'Write it without look-around, back references and large repetitions.',
  ),
  RULE_CONDITION_TOO_LARGE: row(
    'a condition is too long, too deep, or takes too many steps',
    'Split it; do not put loops over fields into each other.',
  ),
};
