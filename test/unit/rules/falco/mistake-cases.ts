/** Files and conditions with one mistake each. */
import { aRuleText } from './falco-text.ts';

const GOOD = aRuleText('evt.type=execve');

/** What is wrong, the text, and what is told, with line and column. */
export const BAD_FILES: readonly (readonly [string, string, string])[] = [
  ['no YAML', '- [', 'error FALCO_YAML_INVALID 1:4'],
  [
    'a file that is too large',
    `# ${'x'.repeat(4 * 1024 * 1024)}`,
    'error FALCO_YAML_TOO_LARGE 1:1',
  ],
  ['a key that is there twice', `${GOOD}  desc: y\n`, 'error FALCO_YAML_KEY_DUPLICATE 6:3'],
  ['no list', 'a: b', 'error FALCO_ITEM_INVALID 1:1'],
  ['no mapping', '- a', 'error FALCO_ITEM_INVALID 1:3'],
  ['no item', '- a: b', 'error FALCO_ITEM_INVALID 1:3'],
  ['no name', '- rule:\n  desc: x\n', 'error FALCO_ITEM_INVALID 1:7'],
  [
    'a macro without a good name',
    '- macro: a-b\n  condition: x\n',
    'error FALCO_ITEM_INVALID 1:10',
  ],
  ['a list without a good name', '- list: a b\n  items: [x]\n', 'error FALCO_ITEM_INVALID 1:9'],
  ['a key that means nothing', `${GOOD}  prioriti: x\n`, 'warning FALCO_KEY_UNKNOWN 6:3'],
  [
    'no condition',
    '- rule: R\n  desc: x\n  output: x\n  priority: ERROR\n',
    'error FALCO_KEY_MISSING 1:9',
  ],
  ['no output', GOOD.replace('  output: o\n', ''), 'error FALCO_KEY_MISSING 1:9'],
  ['a list without values', '- list: l\n', 'error FALCO_KEY_MISSING 1:9'],
  ['values that are no list', '- list: l\n  items: x\n', 'error FALCO_VALUE_INVALID 2:10'],
  ['a value that is no text', '- list: l\n  items: [[x]]\n', 'error FALCO_VALUE_INVALID 2:11'],
  [
    'a description that is no text',
    GOOD.replace('desc: x', 'desc: [x]'),
    'error FALCO_VALUE_INVALID 2:9',
  ],
  ['a priority that is none', GOOD.replace('ERROR', 'ERORR'), 'error FALCO_VALUE_INVALID 5:13'],
  [
    'a priority of JavaScript',
    GOOD.replace('ERROR', 'constructor'),
    'error FALCO_VALUE_INVALID 5:13',
  ],
  [
    'a switch that is neither on nor off',
    `${GOOD}  enabled: 2\n`,
    'error FALCO_VALUE_INVALID 6:12',
  ],
  [
    'an addition that is neither one nor not',
    `${GOOD}- rule: R\n  condition: and proc.name=a\n  append: ture\n`,
    'error FALCO_VALUE_INVALID 8:11',
  ],
  ['a response that is none', `${GOOD}  respond: kil\n`, 'error FALCO_VALUE_INVALID 6:12'],
  [
    'a webhook of a rule',
    `${GOOD}  respond: webhook https://x/\n`,
    'error FALCO_VALUE_INVALID 6:12',
  ],
  ['another source', `${GOOD}  source: k8s_audit\n`, 'error FALCO_SOURCE_UNSUPPORTED 6:11'],
  [
    'a change of nothing',
    '- rule: R\n  condition: and x\n  override: {condition: append}\n',
    'error FALCO_OVERRIDE_INVALID 1:9',
  ],
  [
    'a macro that is extended before it is there',
    '- macro: m\n  condition: or proc.name=a\n  append: true\n',
    'error FALCO_OVERRIDE_INVALID 1:10',
  ],
  [
    'a rule that is switched off and not there',
    '- rule: R\n  enabled: false\n',
    'error FALCO_OVERRIDE_INVALID 1:9',
  ],
  [
    'a way to override that is none',
    `${GOOD}- rule: R\n  condition: x\n  override: {condition: prepend}\n`,
    'error FALCO_OVERRIDE_INVALID 8:25',
  ],
  [
    'a key to override that is none',
    `${GOOD}- rule: R\n  condition: x\n  override: {conditon: replace}\n`,
    'error FALCO_OVERRIDE_INVALID 8:14',
  ],
  [
    'a key that cannot be extended',
    `${GOOD}- rule: R\n  priority: INFO\n  override: {priority: append}\n`,
    'error FALCO_OVERRIDE_INVALID 8:14',
  ],
  [
    'a key that is overridden and not given',
    `${GOOD}- rule: R\n  override: {output: replace}\n`,
    'error FALCO_OVERRIDE_INVALID 6:9',
  ],
  [
    'a key that is given and not overridden',
    `${GOOD}- rule: R\n  condition: x\n  output: y\n  override: {output: replace}\n`,
    'error FALCO_OVERRIDE_INVALID 7:3',
  ],
  [
    'both ways to change',
    `${GOOD}- rule: R\n  output: y\n  append: true\n  override: {output: replace}\n`,
    'error FALCO_OVERRIDE_INVALID 8:3',
  ],
  [
    'an override that is no mapping',
    `${GOOD}- rule: R\n  output: y\n  override: output\n`,
    'error FALCO_OVERRIDE_INVALID 8:13',
  ],
  ['a version that is none', '- required_engine_version: new\n', 'error FALCO_VALUE_INVALID 1:28'],
  [
    'a version of later',
    '- required_engine_version: 1.0.0\n',
    'warning FALCO_REQUIREMENT_UNSUPPORTED 1:28',
  ],
  [
    'a plugin that is not here',
    '- required_plugin_versions: [{name: json, version: 1.0.0}]\n',
    'warning FALCO_REQUIREMENT_UNSUPPORTED 1:30',
  ],
  [
    'plugins that are no list',
    '- required_plugin_versions: json\n',
    'error FALCO_VALUE_INVALID 1:29',
  ],
  [
    'a macro of itself',
    '- macro: m\n  condition: not n\n- macro: n\n  condition: not evt.num=0\n' +
      '- macro: o\n  condition: o\n',
    'error FALCO_CONDITION_TOO_LARGE 5:10',
  ],
  ['a list of itself', '- list: l\n  items: [a, l]\n', 'error FALCO_CONDITION_TOO_LARGE 1:9'],
  ['no event', aRuleText('proc.name=a'), 'warning FALCO_EVENT_MISSING 3:14'],
];

const SYNTAX = 'error FALCO_CONDITION_INVALID';
const VALUE = 'error FALCO_VALUE_INVALID';
const OPERATOR = 'error FALCO_OPERATOR_UNSUPPORTED';
const EVENT = 'error FALCO_EVENT_UNSUPPORTED';

/** The condition, where in it the mistake is, counted from 1, what is told, and the hint. */
export const BAD_CONDITIONS: readonly (readonly [string, number, string, string?])[] = [
  ['evt.type=execve and', 20, SYNTAX],
  ['evt.type=execve AND proc.name=a', 17, SYNTAX, 'did you mean `and`?'],
  ['evt.type=execve and proc.name like x', 31, SYNTAX],
  ['evt.type=execve and proc.name contain x', 31, SYNTAX, 'did you mean `contains`?'],
  ['(evt.type=execve', 17, SYNTAX],
  ['evt.type=execve)', 16, SYNTAX],
  ['evt.type in (execve', 20, SYNTAX],
  ['evt.type in (execve,)', 21, SYNTAX],
  ['evt.type = (execve)', 12, SYNTAX],
  ["evt.type=execve and proc.name='a", 31, SYNTAX],
  ['evt.type=execve and proc.aname[2=a', 35, SYNTAX],
  ["evt.type=execve and proc.name='\\d'", 32, SYNTAX, 'write two backslashes for one'],
  ['evt.type=execve and tolower(proc.name=a', 38, SYNTAX],
  ["evt.type=execve and join(proc.args, ' ')=a", 21, OPERATOR],
  ['evt.type=execve and concat(proc.name)=a', 21, OPERATOR],
  ['evt.type=execve and getopt(proc.args)=a', 21, OPERATOR],
  ['evt.type=execve and tolowr(proc.name)=a', 21, OPERATOR, 'did you mean `tolower`?'],
  ['evt.type=execve and len(container.privileged)=a', 21, VALUE],
  ['evt.type=execve and tolower(evt.res)=a', 21, OPERATOR],
  ['evt.type=execve and spawned', 21, 'error FALCO_NAME_UNKNOWN'],
  ['evt.type=execve and proc.nmae=x', 21, 'error FALCO_FIELD_UNKNOWN', 'did you mean `proc.name`?'],
  ['evt.type=execve and ka.verb=x', 21, 'error FALCO_FIELD_UNKNOWN'],
  ['evt.type=execve and proc.sid=x', 21, 'error FALCO_FIELD_UNSUPPORTED'],
  ['evt.type=execve and fd.nameraw=x', 21, 'error FALCO_FIELD_UNSUPPORTED'],
  [
    'evt.type=execve and evt.arg.falgs=x',
    21,
    'error FALCO_FIELD_UNSUPPORTED',
    'did you mean `evt.arg.flags`?',
  ],
  ['evt.type=execve and evt.buffer bcontains cafebabe', 21, 'error FALCO_FIELD_UNSUPPORTED'],
  ['evt.type=execve and proc.name=val(proc.nmae)', 21, 'error FALCO_FIELD_UNKNOWN'],
  ['evt.type=execve and proc.name=val(evt.num)', 21, 'error FALCO_FIELD_UNSUPPORTED'],
  ['evt.type=execve and proc.name glob val(proc.pname)', 21, OPERATOR],
  ['evt.type contains exec', 1, OPERATOR, 'write `=` or `in`'],
  ["evt.type=execve and proc.name regex '(?=a)'", 21, 'error FALCO_REGEX_INVALID'],
  ['evt.type=execve and proc.name glob !(a)[b]', 37, SYNTAX],
  ["evt.type=execve and proc.name glob '!(a)[b]'", 21, 'error FALCO_REGEX_INVALID'],
  ['evt.type=execve and proc.name bcontains xyz', 21, VALUE],
  ['evt.type=execve and proc.name bcontains ff', 21, VALUE],
  ['evt.type=execve and proc.pid = x', 21, VALUE],
  ['evt.type=execve and proc.pid < x', 21, VALUE],
  ['evt.type=execve and fd.sip = x', 21, VALUE],
  ['evt.type=execve and fd.ip = 10.0.0.0/33', 21, VALUE],
  ['evt.type=execve and container.privileged = yes', 21, VALUE],
  ['evt.type=userfaultfd', 1, EVENT],
  ['evt.type=evecve', 1, EVENT, 'did you mean `execve`?'],
  [
    'evt.type=bpf and evt.arg.cmd=BPF_PROG_LAOD',
    18,
    'error FALCO_VALUE_UNSUPPORTED',
    'did you mean `BPF_PROG_LOAD`?',
  ],
  ['evt.type=execve and evt.type in (dup)', 21, EVENT],
];
