/** Every code a diagnostic of a Falco rule can carry. */
import type { ErrorSpec } from '../../../model/errors.ts';

const row = (summary: string, remedy: string): ErrorSpec => ({ summary, remedy, retryable: false });

/** Codes; each is a key of FALCO_ERRORS. */
export type FalcoErrorCode =
  | 'FALCO_YAML_INVALID'
  | 'FALCO_YAML_TOO_LARGE'
  | 'FALCO_YAML_KEY_DUPLICATE'
  | 'FALCO_YAML_KEY_INVALID'
  | 'FALCO_YAML_ALIAS_INVALID'
  | 'FALCO_YAML_TAG_UNSUPPORTED'
  | 'FALCO_ITEM_INVALID'
  | 'FALCO_KEY_UNKNOWN'
  | 'FALCO_KEY_MISSING'
  | 'FALCO_VALUE_INVALID'
  | 'FALCO_VALUE_UNSUPPORTED'
  | 'FALCO_REQUIREMENT_UNSUPPORTED'
  | 'FALCO_SOURCE_UNSUPPORTED'
  | 'FALCO_OVERRIDE_INVALID'
  | 'FALCO_NAME_UNKNOWN'
  | 'FALCO_CONDITION_INVALID'
  | 'FALCO_CONDITION_TOO_LARGE'
  | 'FALCO_CONDITION_OBSOLETE'
  | 'FALCO_FIELD_UNKNOWN'
  | 'FALCO_FIELD_UNSUPPORTED'
  | 'FALCO_OPERATOR_UNSUPPORTED'
  | 'FALCO_REGEX_INVALID'
  | 'FALCO_EVENT_UNSUPPORTED'
  | 'FALCO_EVENT_MISSING'
  | 'FALCO_EXCEPTION_INVALID';

/** What each code means. */
export const FALCO_ERRORS: Readonly<Record<FalcoErrorCode, ErrorSpec>> = {
  FALCO_YAML_INVALID: row('the text is not YAML', 'Correct the place that is shown.'),
  FALCO_YAML_TOO_LARGE: row('a file of rules is too large', 'Divide it into several files.'),
  FALCO_YAML_KEY_DUPLICATE: row('a mapping has a key twice', 'Keep one of them.'),
  FALCO_YAML_KEY_INVALID: row('a key is not text', 'Write a name as the key.'),
  FALCO_YAML_ALIAS_INVALID: row('an alias names no anchor', 'Define the anchor before the alias.'),
  FALCO_YAML_TAG_UNSUPPORTED: row('a YAML tag has no meaning here', 'Leave the tag out.'),
  FALCO_ITEM_INVALID: row(
    'an item is neither a rule nor a macro nor a list',
    'Begin it with `rule`, `macro` or `list`.',
  ),
  FALCO_KEY_UNKNOWN: row('a key has no meaning', 'Correct its name or leave it out.'),
  FALCO_KEY_MISSING: row('a key that is needed is missing', 'Add it.'),
  FALCO_VALUE_INVALID: row('a value is of the wrong kind', 'Write what the message asks for.'),
  FALCO_VALUE_UNSUPPORTED: row(
    'no event here has the value that a condition asks for',
    'Correct the value, or leave it out.',
  ),
  FALCO_REQUIREMENT_UNSUPPORTED: row(
    'a file of rules asks for a plugin or a version of the language that is not here',
    'Nothing, when its rules are loaded; else leave out those that need it.',
  ),
  FALCO_SOURCE_UNSUPPORTED: row(
    'the rule is about events of a plugin',
    'Load it into what reads that source; here it can be left out.',
  ),
  FALCO_OVERRIDE_INVALID: row(
    'a change of an item is not one that can be made',
    'Define the item before it, in this file or an earlier one; name each key in `override`.',
  ),
  FALCO_NAME_UNKNOWN: row('there is no such macro', 'Define it, or correct its name.'),
  FALCO_CONDITION_INVALID: row('a condition cannot be read', 'Correct the place that is shown.'),
  FALCO_CONDITION_TOO_LARGE: row(
    'macros expand to too much, or need each other',
    'Take the macros apart.',
  ),
  FALCO_CONDITION_OBSOLETE: row('a part of a condition says nothing any more', 'Leave it out.'),
  FALCO_FIELD_UNKNOWN: row('there is no such field', 'Correct its name.'),
  FALCO_FIELD_UNSUPPORTED: row(
    'events of this sensor do not have the field',
    'Leave the rule out, or set `skip-if-unknown-filter`.',
  ),
  FALCO_OPERATOR_UNSUPPORTED: row(
    'the operator does not apply to the field here',
    'Write the condition in another way.',
  ),
  FALCO_REGEX_INVALID: row('a regular expression is not one of RE2', 'Correct the expression.'),
  FALCO_EVENT_UNSUPPORTED: row(
    'events of the type are not seen by this sensor',
    'Leave the type out, or the rule.',
  ),
  FALCO_EVENT_MISSING: row(
    'a rule does not say which events it is about',
    'Add a condition on `evt.type`: without it every event is looked at.',
  ),
  FALCO_EXCEPTION_INVALID: row(
    'an exception does not fit its fields',
    'Give each entry as many values as there are fields.',
  ),
};
