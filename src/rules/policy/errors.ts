/** Every code a policy diagnostic can carry, with what it means and what to do about it. */

import type { ErrorSpec } from '../../model/errors.ts';

const row = (summary: string, remedy: string): ErrorSpec => ({ summary, remedy, retryable: false });

/** Codes of policy diagnostics; each is a key of POLICY_ERRORS. */
export type PolicyErrorCode =
  | 'POLICY_YAML_INVALID'
  | 'POLICY_YAML_TOO_LARGE'
  | 'POLICY_YAML_KEY_DUPLICATE'
  | 'POLICY_YAML_KEY_INVALID'
  | 'POLICY_YAML_ALIAS_INVALID'
  | 'POLICY_YAML_TAG_UNSUPPORTED'
  | 'POLICY_DOCUMENT_MISSING'
  | 'POLICY_API_VERSION_UNKNOWN'
  | 'POLICY_KIND_UNKNOWN'
  | 'POLICY_NAME_INVALID'
  | 'POLICY_NAME_DUPLICATE'
  | 'POLICY_NAME_UNDEFINED'
  | 'POLICY_DEFINITION_UNUSED'
  | 'POLICY_MACRO_CONFLICT'
  | 'POLICY_ENFORCER_MISSING'
  | 'POLICY_PATTERN_INVALID'
  | 'POLICY_OPTION_UNKNOWN'
  | 'POLICY_OPTION_IGNORED'
  | 'POLICY_SCOPE_INVALID'
  | 'POLICY_HOOKS_MISSING'
  | 'POLICY_FIELD_UNKNOWN'
  | 'POLICY_FIELD_MISSING'
  | 'POLICY_FEATURE_UNSUPPORTED'
  | 'POLICY_LIST_TOO_LONG'
  | 'POLICY_TEXT_TOO_SHORT'
  | 'POLICY_TEXT_TRUNCATED'
  | 'POLICY_VALUE_TYPE'
  | 'POLICY_VALUE_INVALID'
  | 'POLICY_VALUE_MISSING'
  | 'POLICY_VALUE_RANGE'
  | 'POLICY_VALUE_TOO_LONG'
  | 'POLICY_VALUE_NEVER_MATCHES'
  | 'POLICY_SYSCALL_UNKNOWN'
  | 'POLICY_FUNCTION_UNKNOWN'
  | 'POLICY_HOOK_UNKNOWN'
  | 'POLICY_TRACEPOINT_UNKNOWN'
  | 'POLICY_HOOK_HOT'
  | 'POLICY_ARGUMENT_INDEX'
  | 'POLICY_ARGUMENT_TYPE'
  | 'POLICY_ARGUMENT_TYPE_UNKNOWN'
  | 'POLICY_ARGUMENT_UNDECLARED'
  | 'POLICY_RESOLVE_UNKNOWN'
  | 'POLICY_TYPES_FILE_INVALID'
  | 'POLICY_OPERATOR_UNKNOWN'
  | 'POLICY_OPERATOR_TYPE'
  | 'POLICY_EXPRESSION_INVALID'
  | 'POLICY_EXPRESSION_UNSUPPORTED'
  | 'POLICY_EXPRESSION_TOO_LARGE'
  | 'POLICY_EXPRESSION_CONSTANT'
  | 'POLICY_ACTION_UNKNOWN'
  | 'POLICY_ACTION_CONFLICT'
  | 'POLICY_ACTION_PARAMETER'
  | 'POLICY_SIGNAL_MISDIRECTED'
  | 'POLICY_ENFORCER_KILLS_ONLY'
  | 'POLICY_OVERRIDE_UNSUPPORTED'
  | 'POLICY_REQUEST_UNSUPPORTED'
  | 'POLICY_RETURN_INVALID'
  | 'POLICY_SELECTOR_SHADOWED';

/** The policy part of the error reference. None is retryable: the text has to change. */
export const POLICY_ERRORS: Readonly<Record<PolicyErrorCode, ErrorSpec>> = {
  POLICY_YAML_INVALID: row(
    'the file is not well-formed YAML',
    'Correct the text at the marked place; check indentation, quotes and brackets before it.',
  ),
  POLICY_YAML_TOO_LARGE: row(
    'the file is too large, or its aliases expand to too much',
    'Split the file (1 MiB each at most), or write repeated parts with fewer nested aliases.',
  ),
  POLICY_YAML_KEY_DUPLICATE: row(
    'a mapping has the same key twice',
    'Remove one of the two, or make them items of one list.',
  ),
  POLICY_YAML_KEY_INVALID: row(
    'a key is not plain text, or a merge key has nothing to merge',
    'Use a name as the key; give `<<` a mapping or a list of mappings.',
  ),
  POLICY_YAML_ALIAS_INVALID: row(
    'an alias names an anchor that is not complete at that place',
    'Define the anchor (`&name`) earlier in the same document and outside the aliased value.',
  ),
  POLICY_YAML_TAG_UNSUPPORTED: row(
    'a value carries a YAML tag that has no meaning in policies',
    'Remove the tag.',
  ),
  POLICY_DOCUMENT_MISSING: row(
    'the file contains no policy',
    'Write a TracingPolicy, or remove the file.',
  ),
  POLICY_API_VERSION_UNKNOWN: row(
    'apiVersion is not the one of tracing policies',
    'Write `apiVersion: cilium.io/v1alpha1`.',
  ),
  POLICY_KIND_UNKNOWN: row(
    'kind is not a kind of policy',
    'Write `kind: TracingPolicy` or `kind: TracingPolicyNamespaced`.',
  ),
  POLICY_NAME_INVALID: row(
    'the policy name is not a DNS subdomain',
    'Use at most 253 lower-case letters, digits, `-` and `.`, with a letter or digit at both ends.',
  ),
  POLICY_NAME_DUPLICATE: row(
    'two policies of one file, or two lists or options of one policy, have the same name',
    'Give each its own name.',
  ),
  POLICY_NAME_UNDEFINED: row(
    'a list or macro is referred to that the spec does not define',
    'Correct the name, or define it in spec.lists or spec.selectorsMacros.',
  ),
  POLICY_DEFINITION_UNUSED: row(
    'a list, macro or enforcer is defined and never referred to',
    'Refer to it with `call: list:NAME` or `macros: [NAME]`, or remove it.',
  ),
  POLICY_MACRO_CONFLICT: row(
    'a macro uses macros, or brings a field that the selector has already',
    'Write each field in the selector or in one macro; macros do not nest.',
  ),
  POLICY_ENFORCER_MISSING: row(
    'a selector notifies enforcers, and the spec has none',
    'Add `enforcers` with the calls at which the decision is carried out.',
  ),
  POLICY_PATTERN_INVALID: row(
    'the pattern of a list is not a regular expression that can be used',
    'Use characters, sets, groups, `|`, repetitions and anchors; no assertions or references.',
  ),
  POLICY_OPTION_UNKNOWN: row('an option does not exist', 'Correct the spelling.'),
  POLICY_OPTION_IGNORED: row(
    'an option has nothing to switch in this engine',
    'Remove it, or leave it for other engines; the policy works the same.',
  ),
  POLICY_SCOPE_INVALID: row(
    'a selector of pods, containers, the host or nodes is not one, or not for this kind',
    'Correct it as the message says.',
  ),
  POLICY_HOOKS_MISSING: row(
    'the policy names no hook, so it could never do anything',
    'Add an entry to spec.kprobes, spec.lsmhooks or another section.',
  ),
  POLICY_FIELD_UNKNOWN: row(
    'a field does not exist',
    'Correct the spelling (names are case-sensitive) or the indentation.',
  ),
  POLICY_FIELD_MISSING: row('a required field is missing', 'Add the field that is named.'),
  POLICY_FEATURE_UNSUPPORTED: row(
    'a field or value of the policy language is not supported yet',
    'Express the policy without it. It is refused because ignoring it would change the policy.',
  ),
  POLICY_LIST_TOO_LONG: row('a list has more items than allowed', 'Split it over several entries.'),
  POLICY_TEXT_TOO_SHORT: row('a message or tag is too short', 'Use at least two characters.'),
  POLICY_TEXT_TRUNCATED: row(
    'a message or tag is longer than events carry, so its end is cut off',
    'Shorten it: messages have at most 256 characters, tags 128.',
  ),
  POLICY_VALUE_TYPE: row(
    'a value has the wrong shape: text, number, boolean, list or mapping',
    'Write a value of the shape that the message names.',
  ),
  POLICY_VALUE_INVALID: row(
    'a value is not one this field can have',
    'Correct the value as the message says.',
  ),
  POLICY_VALUE_MISSING: row('a matcher has no values', 'List at least one value.'),
  POLICY_VALUE_RANGE: row(
    'a number is outside the range of its type',
    'Use a number in the range that the message names.',
  ),
  POLICY_VALUE_TOO_LONG: row(
    'a text value is longer than the kernel side compares',
    'Shorten it: texts take 4095 bytes, binary paths 255.',
  ),
  POLICY_VALUE_NEVER_MATCHES: row(
    'a value can never match, or repeats another one',
    'Remove or correct the value.',
  ),
  POLICY_SYSCALL_UNKNOWN: row(
    'the hook is said to be a system call and is not',
    'Correct the name, or set `syscall: false` when it is a kernel function.',
  ),
  POLICY_FUNCTION_UNKNOWN: row(
    'the running kernel has no such function',
    'Correct the name, or set ignore.callNotFound when the function is optional.',
  ),
  POLICY_HOOK_UNKNOWN: row('the running kernel has no such LSM hook', 'Correct the name.'),
  POLICY_TRACEPOINT_UNKNOWN: row(
    'the running kernel has no such tracepoint',
    'Correct the subsystem or the event; `ls /sys/kernel/tracing/events` lists them.',
  ),
  POLICY_HOOK_HOT: row(
    'a selector without conditions reports every call of a very frequent function',
    'Add a matcher such as matchArgs or matchBinaries, so that the kernel filters.',
  ),
  POLICY_ARGUMENT_INDEX: row(
    'an argument position does not exist',
    'Count the parameters from 0; at most six are passed in registers.',
  ),
  POLICY_ARGUMENT_TYPE: row(
    'an argument is read as a type that the function does not have there',
    'Use the type that the message suggests.',
  ),
  POLICY_ARGUMENT_TYPE_UNKNOWN: row(
    'an argument type does not exist',
    'Use one of the types that the message lists.',
  ),
  POLICY_ARGUMENT_UNDECLARED: row(
    'a selector refers to an argument that the hook does not read',
    'Add the argument to `args`, or correct the number.',
  ),
  POLICY_RESOLVE_UNKNOWN: row(
    '`resolve` leads to no member that the running kernel or the program has',
    'Correct the path; `bpftool btf dump` lists the members of every struct.',
  ),
  POLICY_TYPES_FILE_INVALID: row(
    'the file `btfPath` has no types of a program that can be read',
    'Name raw BTF, or an ELF file with a section .BTF; `readelf -S` lists the sections.',
  ),
  POLICY_OPERATOR_UNKNOWN: row('an operator does not exist', 'Correct the spelling.'),
  POLICY_OPERATOR_TYPE: row(
    'an operator does not apply to the type of the argument',
    'Prefix, Postfix and SubString compare text; GT, LT, ranges and Mask compare numbers.',
  ),
  POLICY_EXPRESSION_INVALID: row(
    'the expression of CelExpr is not one, or its parts do not go together',
    'Correct it at the marked place; docs/reference/expressions.md has the grammar.',
  ),
  POLICY_EXPRESSION_UNSUPPORTED: row(
    'the kernel side has nothing that could check this part of an expression',
    'Write it with comparisons of one or two arguments, joined by `&&` and `||`.',
  ),
  POLICY_EXPRESSION_TOO_LARGE: row(
    'an expression is too long, too deep, or stands for too many alternatives',
    'Split it over several hooks; all selectors of a hook have 64 alternatives together.',
  ),
  POLICY_EXPRESSION_CONSTANT: row(
    'an expression is always true or never',
    'Remove it, or correct the comparisons that contradict or complete each other.',
  ),
  POLICY_ACTION_UNKNOWN: row(
    'an action does not exist',
    'Use Post, NoPost, Sigkill, Signal or Override.',
  ),
  POLICY_ACTION_CONFLICT: row(
    'actions of one selector repeat or contradict each other',
    'Name each action once; Post and NoPost exclude each other.',
  ),
  POLICY_ACTION_PARAMETER: row(
    'an action has a parameter that it does not take, or that does nothing here',
    'Remove the parameter or change the action.',
  ),
  POLICY_ENFORCER_KILLS_ONLY: row(
    'a decision asks for an error and a kill in a system call, and only the kill is done',
    'Name the security_ function on the path of the call, which can fail, or leave out `argError`.',
  ),
  POLICY_SIGNAL_MISDIRECTED: row(
    'a signal at a hook of tracked sockets, which would go to whoever runs',
    'Act at the hook that tracks the socket, or in a policy that tracks none.',
  ),
  POLICY_OVERRIDE_UNSUPPORTED: row(
    'the return value of this function cannot be overridden',
    'Override a system call, a security_ function or an LSM hook on the same path instead.',
  ),
  POLICY_REQUEST_UNSUPPORTED: row(
    'a hook that is no place for `GetUrl` and `DnsLookup` asks for one',
    'Use them in `kprobes`, `fentries` or `tracepoints`.',
  ),
  POLICY_RETURN_INVALID: row(
    'a policy asks for something at the return of a hook that cannot be',
    'Do what the hint says; `return: true` is for `kprobes`, `fentries` and `uprobes`.',
  ),
  POLICY_SELECTOR_SHADOWED: row(
    'a selector comes after one that always holds, so it is never tried',
    'Move the selector without conditions to the end, or remove the others.',
  ),
};
