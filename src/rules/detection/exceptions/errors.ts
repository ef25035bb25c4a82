/** Every code a diagnostic of a file of exceptions can carry. */
import type { ErrorSpec } from '../../../model/errors.ts';

const row = (summary: string, remedy: string): ErrorSpec => ({ summary, remedy, retryable: false });

/** Codes; each is a key of RULE_EXCEPTION_ERRORS. */
export type RuleExceptionErrorCode =
  | 'RULE_EXCEPTION_YAML_INVALID'
  | 'RULE_EXCEPTION_YAML_TOO_LARGE'
  | 'RULE_EXCEPTION_YAML_KEY_DUPLICATE'
  | 'RULE_EXCEPTION_YAML_KEY_INVALID'
  | 'RULE_EXCEPTION_YAML_ALIAS_INVALID'
  | 'RULE_EXCEPTION_YAML_TAG_UNSUPPORTED'
  | 'RULE_EXCEPTION_INVALID'
  | 'RULE_EXCEPTION_FIELD_UNKNOWN'
  | 'RULE_EXCEPTION_RULE_UNKNOWN'
  | 'RULE_EXCEPTION_EXPIRED';

/** What each code means. */
export const RULE_EXCEPTION_ERRORS: Readonly<Record<RuleExceptionErrorCode, ErrorSpec>> = {
  RULE_EXCEPTION_YAML_INVALID: row('the text is not YAML', 'Correct the place that is shown.'),
  RULE_EXCEPTION_YAML_TOO_LARGE: row('a file of exceptions is too large', 'Divide it.'),
  RULE_EXCEPTION_YAML_KEY_DUPLICATE: row('a mapping has a key twice', 'Keep one of them.'),
  RULE_EXCEPTION_YAML_KEY_INVALID: row('a key is not text', 'Write a name as the key.'),
  RULE_EXCEPTION_YAML_ALIAS_INVALID: row(
    'an alias names no anchor',
    'Define the anchor before the alias.',
  ),
  RULE_EXCEPTION_YAML_TAG_UNSUPPORTED: row('a YAML tag has no meaning here', 'Leave it out.'),
  RULE_EXCEPTION_INVALID: row(
    'an exception is not as exceptions are',
    'Give it a rule, an owner, a reason, and values for its fields; the message says which.',
  ),
  RULE_EXCEPTION_FIELD_UNKNOWN: row('there is no such field', 'Correct its name.'),
  RULE_EXCEPTION_RULE_UNKNOWN: row(
    'an exception names no rule that is loaded',
    'Correct the id, name or title of the rule, or take the exception out.',
  ),
  RULE_EXCEPTION_EXPIRED: row(
    'an exception has expired, and is not applied',
    'Look whether it is still needed; give it another date or take it out.',
  ),
};
