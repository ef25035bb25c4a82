/** Mistakes in rules of Sigma, each with the code and the place that it is told with. */

/** A mistake: what it is, the text, and the code with line and column of the first report. */
export type Mistake = readonly [name: string, text: string, report: string];

/** A rule of this detection, which begins at column 12 of the third line. */
export function aRuleText(detection: string, logsource = 'category: process_creation'): string {
  return `title: A rule\nlogsource: {product: linux, ${logsource}}\ndetection: ${detection}\n`;
}

/** The rest of a rule that has no mistake. */
export const GOOD =
  'logsource: {category: process_creation}\ndetection: {s: {Image: /a}, condition: s}\n';

/** One search, which begins at column 16 of the third line. */
const search = (text: string, logsource?: string): string =>
  aRuleText(`{s: ${text}, condition: s}`, logsource);

const condition = (text: string): string =>
  aRuleText(`{s: {Image: a}, t: {Image: b}, condition: ${text}}`);

const network = 'category: network_connection';
const auditd = 'service: auditd';

/** Of documents, logsources and heads. */
export const DOCUMENT_MISTAKES: readonly Mistake[] = [
  ['text that is no YAML', 'title: [', 'SIGMA_YAML_INVALID 1:9'],
  ['a document that is no rule', 'title: x', 'SIGMA_DOCUMENT_INVALID 1:1'],
  ['a list', '- a', 'SIGMA_DOCUMENT_INVALID 1:1'],
  ['too many documents', '--- {}\n'.repeat(20_001), 'SIGMA_YAML_TOO_LARGE 1:1'],
  ['a file too large', `#${' '.repeat(4 * 1024 * 1024)}`, 'SIGMA_YAML_TOO_LARGE 1:1'],
  ['a key twice', `title: x\ntitle: y\n${GOOD}`, 'SIGMA_YAML_KEY_DUPLICATE 2:1'],
  ['a rule without a title', GOOD, 'SIGMA_FIELD_MISSING 1:1'],
  ['a level that is none', `title: x\nlevel: hihg\n${GOOD}`, 'SIGMA_VALUE_INVALID 2:8'],
  [
    'a webhook',
    `title: x\nrespond: webhook https://a.example\n${GOOD}`,
    'SIGMA_VALUE_INVALID 2:10',
  ],
  ['a signal that is none', `title: x\nrespond: signal 9\n${GOOD}`, 'SIGMA_VALUE_INVALID 2:10'],
  ['a response that is none', `title: x\nrespond: kil\n${GOOD}`, 'SIGMA_VALUE_INVALID 2:10'],
  [
    'no logsource',
    'title: x\ndetection: {s: {Image: /a}, condition: s}',
    'SIGMA_FIELD_MISSING 1:1',
  ],
  [
    'a logsource of another system',
    'title: x\nlogsource: {product: windows, category: process_creation}\ndetection: {s: {a: b}}',
    'SIGMA_LOGSOURCE_UNSUPPORTED 2:12',
  ],
  [
    'a logsource of another service',
    search('{Image: /a}', 'service: sshd'),
    'SIGMA_LOGSOURCE_UNSUPPORTED 2:12',
  ],
  [
    'a logsource that is a list',
    'title: x\nlogsource: [linux]\ndetection: {s: {a: b}}',
    'SIGMA_VALUE_INVALID 2:12',
  ],
  [
    'a category that is a list',
    'title: x\nlogsource: {category: [process_creation]}\ndetection: {s: {a: b}}',
    'SIGMA_VALUE_INVALID 2:23',
  ],
];

/** Of searches, fields and their values. */
export const SEARCH_MISTAKES: readonly Mistake[] = [
  ['a map without fields', search('{}'), 'SIGMA_VALUE_INVALID 3:16'],
  ['an empty list', search('[]'), 'SIGMA_VALUE_INVALID 3:16'],
  ['a field without values', search('{Image: []}'), 'SIGMA_VALUE_INVALID 3:24'],
  ['a keyword that is nothing', search('[a, null]'), 'SIGMA_VALUE_INVALID 3:20'],
  ['a keyword that is empty', search("['']"), 'SIGMA_VALUE_INVALID 3:17'],
  ['a value that is a map', search('{Image: {a: b}}'), 'SIGMA_VALUE_INVALID 3:24'],
  ['a field that is none', search('{Imgae: /a}'), 'SIGMA_EVENT_FIELD_UNSUPPORTED 3:17'],
  ['a hash', search('{Hashes|contains: a}'), 'SIGMA_EVENT_FIELD_UNSUPPORTED 3:17'],
  ['a key of no list', search("{'process.pid[1]': 1}"), 'SIGMA_EVENT_FIELD_UNSUPPORTED 3:17'],
  [
    'a key that is no index',
    search("{'process.args[x]': 1}"),
    'SIGMA_EVENT_FIELD_UNSUPPORTED 3:17',
  ],
  ['a text for a number', search('{ProcessId: init}'), 'SIGMA_VALUE_INVALID 3:28'],
  ['a number that is none', search('{ProcessId|lt: x}'), 'SIGMA_VALUE_INVALID 3:31'],
  ['a flag that is neither', search('{process.exe.memfd: maybe}'), 'SIGMA_VALUE_INVALID 3:36'],
  ['a part of a flag', search('{process.exe.memfd|contains: t}'), 'SIGMA_VALUE_INVALID 3:45'],
  ['existing perhaps', search('{ParentImage|exists: maybe}'), 'SIGMA_VALUE_INVALID 3:37'],
  [
    'a network that is none',
    search('{SourceIp|cidr: 10.0.0.0/33}', network),
    'SIGMA_VALUE_INVALID 3:32',
  ],
  ['a direction that is none', search('{Initiated: perhaps}', network), 'SIGMA_VALUE_INVALID 3:28'],
  [
    'a field to compare with that is none',
    search('{Image|fieldref: Nothing}'),
    'SIGMA_EVENT_FIELD_UNSUPPORTED 3:33',
  ],
  [
    'a type of records that is not seen',
    search('{type: USER_AUTH}', auditd),
    'SIGMA_EVENT_VALUE_UNSUPPORTED 3:23',
  ],
  [
    'a call that is not seen',
    search('{syscall: sysinfo}', auditd),
    'SIGMA_EVENT_VALUE_UNSUPPORTED 3:26',
  ],
  [
    'calls that failed',
    search("{syscall: execve, success: 'no'}", auditd),
    'SIGMA_EVENT_VALUE_UNSUPPORTED 3:43',
  ],
  [
    'a key of audit rules',
    search('{type: EXECVE, key: x}', auditd),
    'SIGMA_EVENT_FIELD_UNSUPPORTED 3:31',
  ],
  [
    'registers of a call',
    search("{syscall: connect, a0: '26'}", auditd),
    'SIGMA_EVENT_FIELD_UNSUPPORTED 3:35',
  ],
  [
    'registers of one of several calls',
    search("{syscall: [socket, bind], a0: '26'}", auditd),
    'SIGMA_EVENT_FIELD_UNSUPPORTED 3:42',
  ],
  [
    'a number that a register never has',
    search('{syscall: socket, a0: inet}', auditd),
    'SIGMA_EVENT_VALUE_UNSUPPORTED 3:38',
  ],
  [
    'registers that another search speaks of',
    aRuleText('{s: {a0: 1}, t: {type: SYSCALL}, condition: s and t}', auditd),
    'SIGMA_EVENT_FIELD_UNSUPPORTED 3:17',
  ],
];

/** Of modifiers. */
export const MODIFIER_MISTAKES: readonly Mistake[] = [
  ['one that is none', search('{Image|contians: a}'), 'SIGMA_MODIFIER_UNKNOWN 3:17'],
  ['a flag without an expression', search('{Image|i: a}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['a flag twice', search('{Image|re|i|i: a}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['two comparisons', search('{Image|re|contains: a}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['two placements', search('{Image|startswith|endswith: a}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['one twice', search('{Image|all|all: [a, b]}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['encoding what is placed', search('{Image|contains|base64: a}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['bytes of no text', search('{Image|wide|contains: a}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  [
    'dashes in what is encoded',
    search('{Image|base64|windash: a}'),
    'SIGMA_MODIFIER_CONFLICT 3:17',
  ],
  [
    'placeholders in what is encoded',
    search('{Image|base64|expand: a}'),
    'SIGMA_MODIFIER_CONFLICT 3:17',
  ],
  [
    'encoding any offset again',
    search('{Image|base64offset|base64: a}'),
    'SIGMA_MODIFIER_CONFLICT 3:17',
  ],
  ['encoding wildcards', search("{Image|base64: 'a*'}"), 'SIGMA_MODIFIER_CONFLICT 3:31'],
  ['existing in part', search('{Image|exists|contains: true}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['existing and not', search('{Image|exists|neq: true}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['an encoded field', search('{Image|fieldref|base64: User}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['a number in one case', search('{ProcessId|lt|cased: 3}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['a bound and its opposite', search('{ProcessId|lt|neq: 3}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['a part of an hour', search('{UtcTime|hour|contains: 3}'), 'SIGMA_MODIFIER_CONFLICT 3:17'],
  ['the hour of a text', search('{Image|hour: 3}'), 'SIGMA_MODIFIER_UNSUPPORTED 3:17'],
  ['a time as a whole', search('{UtcTime: 2026-01-01}'), 'SIGMA_MODIFIER_UNSUPPORTED 3:17'],
  [
    'a network of no address',
    search('{Image|cidr: 10.0.0.0/8}'),
    'SIGMA_MODIFIER_UNSUPPORTED 3:17',
  ],
  ['bounds of an address', search('{SourceIp|gt: 10}', network), 'SIGMA_MODIFIER_UNSUPPORTED 3:17'],
  ['bounds of types', search('{type|gt: 10}', auditd), 'SIGMA_MODIFIER_UNSUPPORTED 3:17'],
  ['a part of nothing', search('{Image|contains: null}'), 'SIGMA_MODIFIER_CONFLICT 3:33'],
  ['keywords with bounds', search("{'|gt': [3]}"), 'SIGMA_MODIFIER_CONFLICT 3:25'],
  ['an expression that looks ahead', search("{Image|re: '(?=a)'}"), 'SIGMA_REGEX_INVALID 3:27'],
  ['a keyword that looks back', search("{'|re': ['(?<!a)b']}"), 'SIGMA_REGEX_INVALID 3:25'],
  [
    'a placeholder without values',
    search("{User|expand: '%x%'}"),
    'SIGMA_PLACEHOLDER_UNDEFINED 3:30',
  ],
  [
    'dashes without end',
    search(`{Image|windash: '${' -x'.repeat(6)}'}`),
    'SIGMA_VALUES_TOO_MANY 3:32',
  ],
  [
    'values without end',
    search(`{Image|windash: [${`'${' -x'.repeat(5)}', `.repeat(20)}a]}`),
    'SIGMA_VALUES_TOO_MANY 3:337',
  ],
];

const FORTY = Array.from({ length: 40 }, (_, at) => `s${at}: {Image: a}`);

/** Of conditions. */
export const CONDITION_MISTAKES: readonly Mistake[] = [
  ['no condition', aRuleText('{s: {Image: a}}'), 'SIGMA_FIELD_MISSING 3:1'],
  ['an empty list of conditions', condition('[]'), 'SIGMA_FIELD_MISSING 3:43'],
  ['a map of conditions', condition('[{a: b}]'), 'SIGMA_VALUE_INVALID 3:55'],
  ['an end that comes too early', condition('s and'), 'SIGMA_CONDITION_INVALID 3:54'],
  ['a parenthesis that is open', condition('s and (t'), 'SIGMA_CONDITION_INVALID 3:60'],
  ['a parenthesis that is too much', condition('s or t)'), 'SIGMA_CONDITION_INVALID 3:60'],
  ['no word between searches', condition('s t'), 'SIGMA_CONDITION_INVALID 3:56'],
  ['too many levels', condition(`${'not '.repeat(200)}s`), 'SIGMA_CONDITION_INVALID 3:54'],
  ['too many parentheses', condition(`${'('.repeat(200)}s`), 'SIGMA_CONDITION_INVALID 3:54'],
  ['a search that is not there', condition('s and tt'), 'SIGMA_SEARCH_UNKNOWN 3:60'],
  ['a pattern of none', condition('s and 1 of x*'), 'SIGMA_CONDITION_INVALID 3:65'],
  ['none of them', condition('0 of them'), 'SIGMA_CONDITION_INVALID 3:54'],
  ['more than there are', condition('3 of them'), 'SIGMA_CONDITION_INVALID 3:54'],
  ['some of them', condition('some of them'), 'SIGMA_CONDITION_INVALID 3:54'],
  ['of, and nothing', condition('1 of'), 'SIGMA_CONDITION_INVALID 3:54'],
  ['an aggregation', condition('s | count() > 3'), 'SIGMA_CONDITION_UNSUPPORTED 3:56'],
  [
    'a timeframe',
    aRuleText('{s: {Image: a}, condition: s, timeframe: 5m}'),
    'SIGMA_CONDITION_UNSUPPORTED 3:42',
  ],
  [
    'combinations without end',
    aRuleText(`{${FORTY.join(', ')}, condition: 20 of them}`),
    'SIGMA_CONDITION_INVALID 3:694',
  ],
];
