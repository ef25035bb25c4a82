/** Every code a diagnostic of a file of responses can carry. */
import type { ErrorSpec } from '../../../model/errors.ts';

const row = (summary: string, remedy: string): ErrorSpec => ({ summary, remedy, retryable: false });

/** Codes; each is a key of RULE_RESPONSE_ERRORS. */
export type RuleResponseErrorCode =
  | 'RULE_RESPONSE_YAML_INVALID'
  | 'RULE_RESPONSE_YAML_TOO_LARGE'
  | 'RULE_RESPONSE_YAML_KEY_DUPLICATE'
  | 'RULE_RESPONSE_YAML_KEY_INVALID'
  | 'RULE_RESPONSE_YAML_ALIAS_INVALID'
  | 'RULE_RESPONSE_YAML_TAG_UNSUPPORTED'
  | 'RULE_RESPONSE_INVALID'
  | 'RULE_RESPONSE_RULE_UNKNOWN'
  | 'RULE_RESPONSE_UNUSED'
  | 'RULE_RESPONSE_ALL_DRY';

/** What each code means. */
export const RULE_RESPONSE_ERRORS: Readonly<Record<RuleResponseErrorCode, ErrorSpec>> = {
  RULE_RESPONSE_YAML_INVALID: row('the text is not YAML', 'Correct the place that is shown.'),
  RULE_RESPONSE_YAML_TOO_LARGE: row('a file of responses is too large', 'Divide it.'),
  RULE_RESPONSE_YAML_KEY_DUPLICATE: row('a mapping has a key twice', 'Keep one of them.'),
  RULE_RESPONSE_YAML_KEY_INVALID: row('a key is not text', 'Write a name as the key.'),
  RULE_RESPONSE_YAML_ALIAS_INVALID: row(
    'an alias names no anchor',
    'Define the anchor before the alias.',
  ),
  RULE_RESPONSE_YAML_TAG_UNSUPPORTED: row('a YAML tag has no meaning here', 'Leave it out.'),
  RULE_RESPONSE_INVALID: row(
    'an entry of a file of responses is not as they are',
    'Say which rules it is for and what is to be done; the message says what is wrong.',
  ),
  RULE_RESPONSE_RULE_UNKNOWN: row(
    'a file of responses names no rule that is loaded',
    'Correct the id, name or title of the rule, or take it out.',
  ),
  RULE_RESPONSE_UNUSED: row(
    'an entry of a file of responses is about no rule',
    'Entries before it take all its rules, or none has its tags and level.',
  ),
  RULE_RESPONSE_ALL_DRY: row(
    'no rule is answered, as what spares somebody may not have been read',
    'Correct the mistakes that are shown beside it; until then every response is a dry run.',
  ),
};
