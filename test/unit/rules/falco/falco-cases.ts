/** Every operator and form of Falco's conditions, with an event that matches and a near miss. */
import type { EventClass } from '../../../../src/model/event-class.ts';
import type { WrittenFields } from '../../../support/detection-events.ts';

export interface FalcoCase {
  readonly condition: string;
  readonly class?: EventClass;
  readonly match: WrittenFields;
  readonly miss: WrittenFields;
  /** Class of the miss, when it is another. */
  readonly missClass?: EventClass;
}

const named = (text: string): WrittenFields => ({ 'process.name': text });
const command = (text: string): WrittenFields => ({ 'process.command': text });
const path = (text: string): WrittenFields => ({ 'file.path': text });
const args = (...texts: readonly string[]): WrittenFields => ({ 'process.args': texts });

/** Operators on one value and on lists. */
export const OPERATOR_CASES: readonly FalcoCase[] = [
  { condition: 'proc.name = bash', match: named('bash'), miss: named('Bash') },
  { condition: 'proc.name == bash', match: named('bash'), miss: named('bash2') },
  { condition: 'proc.name != bash', match: named('sh'), miss: named('bash') },
  { condition: 'proc.name != bash', match: named('sh'), miss: {} },
  { condition: 'not proc.name = bash', match: {}, miss: named('bash') },
  { condition: 'proc.pid < 10', match: { 'process.pid': 9 }, miss: { 'process.pid': 10 } },
  { condition: 'proc.pid <= 10', match: { 'process.pid': 10 }, miss: { 'process.pid': 11 } },
  { condition: 'proc.pid > 0x0a', match: { 'process.pid': 11 }, miss: { 'process.pid': 10 } },
  { condition: 'proc.pid>=10', match: { 'process.pid': 10 }, miss: { 'process.pid': 9 } },
  { condition: 'proc.pid = "10"', match: { 'process.pid': 10 }, miss: { 'process.pid': 1 } },
  { condition: 'proc.cmdline contains "a b"', match: command('xa bx'), miss: command('xA bx') },
  { condition: 'proc.cmdline icontains "a b"', match: command('xA Bx'), miss: command('ab') },
  { condition: 'proc.cmdline bcontains 6120', match: command('xa x'), miss: command('6120') },
  { condition: 'proc.cmdline bstartswith 6162', match: command('abc'), miss: command('xab') },
  { condition: 'fd.name startswith /etc', match: path('/etc/x'), miss: path('/x/etc') },
  { condition: 'fd.name istartswith /ETC', match: path('/etc/x'), miss: path('/x/etc') },
  { condition: 'fd.name endswith .conf', match: path('/a.conf'), miss: path('/a.conf2') },
  { condition: 'fd.name iendswith .CONF', match: path('/a.conf'), miss: path('/a.conf2') },
  { condition: 'fd.name glob /etc/*/x?', match: path('/etc/a/xy'), miss: path('/etc/a/x') },
  { condition: "fd.name glob '/etc/\\\\*'", match: path('/etc/*'), miss: path('/etc/a') },
  { condition: 'fd.name glob /dev/tty[0-9]', match: path('/dev/tty1'), miss: path('/dev/ttyS') },
  { condition: 'fd.name glob /dev/tty[!0-9]', match: path('/dev/ttyS'), miss: path('/dev/tty1') },
  { condition: 'fd.name glob /a/[]x]?', match: path('/a/]1'), miss: path('/a/y1') },
  { condition: 'fd.name glob "/a.@(so|o)*"', match: path('/a.so.1'), miss: path('/axso') },
  { condition: 'fd.name glob "[[:digit:]]+(a)"', match: path('1aa'), miss: path('1') },
  { condition: 'fd.name iglob /ETC/*', match: path('/etc/a'), miss: path('/x/etc/a') },
  { condition: 'fd.name iglob /ETC/[A]', match: path('/etc/a'), miss: path('/etc/b') },
  { condition: "fd.name regex '/etc/[a-c]+'", match: path('/etc/abc'), miss: path('/etc/abcd') },
  { condition: 'proc.name in (a, b)', match: named('b'), miss: named('c') },
  {
    condition: 'evt.type = execve and not proc.name in ()',
    match: named('a'),
    miss: named('a'),
    missClass: 'file.open',
  },
  { condition: 'proc.args intersects (-x, -y)', match: args('-y'), miss: args('-z') },
  { condition: 'fd.name pmatch (/etc, /usr)', match: path('/usr/x'), miss: path('/usrx') },
  { condition: 'fd.name exists', match: path('/a'), miss: {} },
  { condition: 'not fd.name exists', match: {}, miss: path('/a') },
];

/** Operators on each value of a list. */
export const MODIFIER_CASES: readonly FalcoCase[] = [
  { condition: 'proc.name = anyof (a, names)', match: named('last'), miss: named('names') },
  { condition: 'proc.name != allof (a, b)', match: named('c'), miss: named('b') },
  { condition: 'proc.name != anyof (a, b)', match: named('b'), miss: {} },
  { condition: 'proc.cmdline contains allof (a, b)', match: command('ba'), miss: command('a') },
  { condition: 'proc.name startswith anyof (ab, b)', match: named('bx'), miss: named('a') },
  { condition: 'proc.name startswith oneof (a, ab)', match: named('ac'), miss: named('abc') },
  { condition: 'proc.name contains anyof', match: named('anyof'), miss: named('a') },
  { condition: 'proc.name regex anyof ("a+", "b+")', match: named('bb'), miss: named('ab') },
  {
    condition: 'evt.type = execve and not proc.name = anyof ()',
    match: named('a'),
    miss: named('a'),
    missClass: 'file.open',
  },
];

/** What is done to values before they are compared. */
export const TRANSFORMER_CASES: readonly FalcoCase[] = [
  { condition: 'tolower(proc.name) = bash', match: named('BASH'), miss: named('BASH2') },
  { condition: 'toupper(proc.name) = BASH', match: named('bash'), miss: named('sh') },
  { condition: 'basename(fd.name) = x', match: path('/a/x'), miss: path('/x/a') },
  { condition: 'len(proc.name) > 3', match: named('bash'), miss: named('ash') },
  { condition: 'len(proc.name) = 3', match: named('ash'), miss: named('bash') },
  { condition: 'b64(proc.name) = bash', match: named('YmFzaA=='), miss: named('bash') },
  {
    condition: 'toupper( basename(fd.name) ) = X',
    match: path('/a/x'),
    miss: path('/x/a'),
  },
  {
    condition: 'proc.name = val(proc.pname)',
    match: { ...named('a'), 'parent.name': 'a' },
    miss: { ...named('a'), 'parent.name': 'b' },
  },
  {
    condition: 'proc.name != val(proc.pname)',
    match: { ...named('a'), 'parent.name': 'b' },
    miss: { ...named('a'), 'parent.name': 'a' },
  },
  {
    condition: 'proc.cmdline icontains tolower(fd.filename)',
    match: { ...command('rm X'), ...path('/a/x') },
    miss: { ...command('rm y'), ...path('/a/x') },
  },
  {
    condition: 'proc.pid > val(proc.ppid)',
    match: { 'process.pid': 2, 'parent.pid': 1 },
    miss: { 'process.pid': 1, 'parent.pid': 2 },
  },
];

/** How texts are written. */
export const TEXT_CASES: readonly FalcoCase[] = [
  { condition: 'proc.cmdline contains "a\\"b"', match: command('a"b'), miss: command('ab') },
  { condition: "proc.cmdline contains 'a\\'b'", match: command("a'b"), miss: command('ab') },
  { condition: "proc.cmdline contains '\"'", match: command('a"b'), miss: command('ab') },
  { condition: 'proc.cmdline contains "a\\nb"', match: command('a\nb'), miss: command('anb') },
  { condition: 'proc.cmdline contains "a\\\\b"', match: command('a\\b'), miss: command('ab') },
  { condition: 'proc.cmdline contains "\\ "', match: command('a\\b'), miss: command('a b') },
  { condition: 'proc.cmdline endswith \\', match: command('a\\'), miss: command('a') },
  { condition: 'proc.cmdline = a<b>c!d', match: command('a<b>c!d'), miss: command('a') },
  {
    condition: 'proc.cmdline contains [ and proc.pid > 0',
    match: { ...command('['), 'process.pid': 1 },
    miss: command('['),
  },
  { condition: 'proc.name in (runc:[0:P], x*)', match: named('runc:[0:P]'), miss: named('xy') },
  {
    condition: 'proc.name=a and\n  proc.pid=1',
    match: { ...named('a'), 'process.pid': 1 },
    miss: named('a'),
  },
  { condition: 'proc.args = ""', match: { 'process.args_text': '' }, miss: args('-a') },
];

const both = { ...named('a'), ...path('/b') };

/** Booleans, macros and lists. */
export const FORM_CASES: readonly FalcoCase[] = [
  { condition: 'proc.name=a and fd.name=/b', match: both, miss: named('a') },
  { condition: 'proc.name=a or fd.name=/b', match: path('/b'), miss: path('/a') },
  { condition: 'proc.name=a or proc.name=b and fd.name=/b', match: named('a'), miss: named('b') },
  { condition: '(proc.name=a or proc.name=b) and fd.name=/b', match: both, miss: named('a') },
  { condition: 'not (not proc.name=a)', match: named('a'), miss: named('b') },
  { condition: 'not not proc.name=a', match: named('a'), miss: named('b') },
  { condition: 'not(proc.name=a)and(fd.name=/b)', match: path('/b'), miss: both },
  { condition: 'is_a', match: named('a'), miss: named('b') },
  { condition: 'not is_a', match: named('b'), miss: named('a') },
  { condition: 'is_a_twice', match: named('a'), miss: named('b') },
  // A macro may begin like a word of the language, or have the name of a system call.
  { condition: 'order or android', match: named('android'), miss: named('a') },
  {
    condition: 'rename and evt.type in (rename, renameat)',
    class: 'file.rename',
    match: named('a'),
    miss: named('b'),
  },
  { condition: 'proc.name in (names)', match: named('inner'), miss: named('names') },
  { condition: 'proc.name in (x, names, y)', match: named('last'), miss: named('names') },
  { condition: 'proc.name in names', match: named('last'), miss: named('names') },
  { condition: 'proc.name in ("names")', match: named('names'), miss: named('last') },
  { condition: 'proc.name = single', match: named('one'), miss: named('single') },
  { condition: 'proc.cmdline in (quoted)', match: command('a b'), miss: command('"a b"') },
  { condition: 'proc.name in (none, a)', match: named('a'), miss: named('none') },
];
