/** Every code a diagnostic of a Sigma rule can carry. */
import type { ErrorSpec } from '../../../model/errors.ts';

const row = (summary: string, remedy: string): ErrorSpec => ({ summary, remedy, retryable: false });

/** Codes; each is a key of SIGMA_ERRORS. */
export type SigmaErrorCode =
  | 'SIGMA_YAML_INVALID'
  | 'SIGMA_YAML_TOO_LARGE'
  | 'SIGMA_YAML_KEY_DUPLICATE'
  | 'SIGMA_YAML_KEY_INVALID'
  | 'SIGMA_YAML_ALIAS_INVALID'
  | 'SIGMA_YAML_TAG_UNSUPPORTED'
  | 'SIGMA_DOCUMENT_INVALID'
  | 'SIGMA_FIELD_MISSING'
  | 'SIGMA_VALUE_INVALID'
  | 'SIGMA_LOGSOURCE_UNSUPPORTED'
  | 'SIGMA_EVENT_FIELD_UNSUPPORTED'
  | 'SIGMA_EVENT_VALUE_UNSUPPORTED'
  | 'SIGMA_MODIFIER_UNKNOWN'
  | 'SIGMA_MODIFIER_CONFLICT'
  | 'SIGMA_MODIFIER_UNSUPPORTED'
  | 'SIGMA_VALUES_TOO_MANY'
  | 'SIGMA_REGEX_INVALID'
  | 'SIGMA_PLACEHOLDER_UNDEFINED'
  | 'SIGMA_CONDITION_INVALID'
  | 'SIGMA_CONDITION_UNSUPPORTED'
  | 'SIGMA_SEARCH_UNKNOWN'
  | 'SIGMA_FILTER_NOT_NEGATED'
  | 'SIGMA_RULE_UNKNOWN'
  | 'SIGMA_CORRELATION_CYCLE'
  | 'SIGMA_CORRELATION_TOO_DEEP';

/** What each code means. */
export const SIGMA_ERRORS: Readonly<Record<SigmaErrorCode, ErrorSpec>> = {
  SIGMA_YAML_INVALID: row('the text is not YAML', 'Correct the place that is shown.'),
  SIGMA_YAML_TOO_LARGE: row('a file of rules is too large', 'Divide it into several files.'),
  SIGMA_YAML_KEY_DUPLICATE: row('a mapping has a key twice', 'Keep one of them.'),
  SIGMA_YAML_KEY_INVALID: row('a key is not text', 'Write a name as the key.'),
  SIGMA_YAML_ALIAS_INVALID: row('an alias names no anchor', 'Define the anchor before the alias.'),
  SIGMA_YAML_TAG_UNSUPPORTED: row('a YAML tag has no meaning here', 'Leave the tag out.'),
  SIGMA_DOCUMENT_INVALID: row(
    'a document is neither a rule nor a correlation nor a filter',
    'Give it one of `detection`, `correlation` and `filter`.',
  ),
  SIGMA_FIELD_MISSING: row('a field that is needed is missing', 'Add it.'),
  SIGMA_VALUE_INVALID: row('a value is of the wrong kind', 'Write what the message asks for.'),
  SIGMA_LOGSOURCE_UNSUPPORTED: row(
    'the events that the rule is about are not those of this sensor',
    'Load it into what collects that log; here it can be left out.',
  ),
  SIGMA_EVENT_FIELD_UNSUPPORTED: row(
    'events of this sensor do not have the field',
    'Use a field of the reference of fields, or leave the rule out.',
  ),
  SIGMA_EVENT_VALUE_UNSUPPORTED: row(
    'no event of this sensor has the value',
    'Use a value that the message names, or leave the rule out.',
  ),
  SIGMA_MODIFIER_UNKNOWN: row('there is no such modifier', 'Use one of the specification.'),
  SIGMA_MODIFIER_CONFLICT: row(
    'modifiers cannot be combined in this way',
    'Use those that fit each other, in the order of their effect.',
  ),
  SIGMA_MODIFIER_UNSUPPORTED: row(
    'the modifier cannot be applied to events of this sensor',
    'Write the condition in another way.',
  ),
  SIGMA_VALUES_TOO_MANY: row(
    'the values of a rule stand for too many texts',
    'Write fewer dashes behind `windash`, or divide the rule.',
  ),
  SIGMA_REGEX_INVALID: row(
    'a regular expression is not one of RE2',
    'Write it without look-around and back references.',
  ),
  SIGMA_PLACEHOLDER_UNDEFINED: row(
    'a placeholder has no values',
    'Define it in the configuration of the rules.',
  ),
  SIGMA_CONDITION_INVALID: row('a condition cannot be read', 'Correct the place that is shown.'),
  SIGMA_CONDITION_UNSUPPORTED: row(
    'the condition uses what the specification has given up',
    'Use a correlation instead of an aggregation.',
  ),
  SIGMA_SEARCH_UNKNOWN: row('a condition names no search', 'Name a search of `detection`.'),
  SIGMA_FILTER_NOT_NEGATED: row(
    'a filter leaves only the events that it matches',
    'Negate its condition if it is to take them out.',
  ),
  SIGMA_RULE_UNKNOWN: row(
    'a correlation or a filter names no rule that is loaded',
    'Load the rule with it, and correct what is wrong in it.',
  ),
  SIGMA_CORRELATION_CYCLE: row('correlations need each other', 'Take one of them out.'),
  SIGMA_CORRELATION_TOO_DEEP: row(
    'a correlation stands on too many others',
    'Name rules in it instead of correlations.',
  ),
};
