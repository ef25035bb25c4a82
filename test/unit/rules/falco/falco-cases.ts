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

/** Operators and what is done to values. */
export const OPERATOR_CASES: readonly FalcoCase[] = [
  { condition: 'proc.name = bash', match: named('bash'), miss: named('Bash') },
  { condition: 'proc.name == bash', match: named('bash'), miss: named('bash2') },
  { condition: 'proc.name != bash', match: named('sh'), miss: named('bash') },
  { condition: 'proc.name != bash', match: named('sh'), miss: {} },
  { condition: 'not proc.name = bash', match: {}, miss: named('bash') },
  {
    condition: 'proc.pid < 10',
    match: { 'process.pid': 9 },
    miss: { 'process.pid': 10 },
  },
  { condition: 'proc.pid <= 10', match: { 'process.pid': 10 }, miss: { 'process.pid': 11 } },
  { condition: 'proc.pid > 10', match: { 'process.pid': 11 }, miss: { 'process.pid': 10 } },
  { condition: 'proc.pid>=10', match: { 'process.pid': 10 }, miss: { 'process.pid': 9 } },
  { condition: 'proc.cmdline contains "a b"', match: command('xa bx'), miss: command('xA bx') },
  { condition: 'proc.cmdline icontains "a b"', match: command('xA Bx'), miss: command('ab') },
  { condition: 'fd.name startswith /etc', match: path('/etc/x'), miss: path('/x/etc') },
  { condition: 'fd.name endswith .conf', match: path('/a.conf'), miss: path('/a.conf2') },
  { condition: 'fd.name glob /etc/*/x?', match: path('/etc/a/xy'), miss: path('/etc/a/x') },
  { condition: 'fd.name iglob /ETC/*', match: path('/etc/a'), miss: path('/x/etc/a') },
  { condition: "fd.name regex '/etc/[a-c]+'", match: path('/etc/abc'), miss: path('/etc/abcd') },
  { condition: 'proc.name in (a, b)', match: named('b'), miss: named('c') },
  { condition: 'proc.name in (names)', match: named('inner'), miss: named('names') },
  {
    condition: 'proc.args intersects (-x, -y)',
    match: { 'process.args': ['-y'] },
    miss: { 'process.args': ['-z'] },
  },
  { condition: 'fd.name pmatch (/etc, /usr)', match: path('/usr/x'), miss: path('/usrx') },
  { condition: 'fd.name exists', match: path('/a'), miss: {} },
  { condition: 'tolower(proc.name) = bash', match: named('BASH'), miss: named('BASH2') },
  { condition: 'toupper(proc.name) = BASH', match: named('bash'), miss: named('sh') },
  { condition: 'basename(fd.name) = x', match: path('/a/x'), miss: path('/x/a') },
  { condition: 'len(proc.name) > 3', match: named('bash'), miss: named('ash') },
  { condition: 'b64(proc.name) = bash', match: named('YmFzaA=='), miss: named('bash') },
  {
    condition: 'proc.name = val(proc.pname)',
    match: { ...named('a'), 'parent.name': 'a' },
    miss: { ...named('a'), 'parent.name': 'b' },
  },
  { condition: 'proc.cmdline contains "a\\"b"', match: command('a"b'), miss: command('ab') },
];

/** Booleans, macros and lists. */
export const FORM_CASES: readonly FalcoCase[] = [
  {
    condition: 'proc.name=a and fd.name=/b',
    match: { ...named('a'), ...path('/b') },
    miss: named('a'),
  },
  { condition: 'proc.name=a or fd.name=/b', match: path('/b'), miss: path('/a') },
  {
    condition: 'proc.name=a or proc.name=b and fd.name=/b',
    match: named('a'),
    miss: named('b'),
  },
  {
    condition: '(proc.name=a or proc.name=b) and fd.name=/b',
    match: { ...named('a'), ...path('/b') },
    miss: named('a'),
  },
  { condition: 'not (not proc.name=a)', match: named('a'), miss: named('b') },
  { condition: 'is_a', match: named('a'), miss: named('b') },
  { condition: 'not is_a', match: named('b'), miss: named('a') },
  // A macro may have the name of a system call: behind an operator it is a value.
  {
    condition: 'rename and evt.type in (rename, renameat)',
    class: 'file.rename',
    match: named('a'),
    miss: named('b'),
  },
];

/** Fields, by what they are here. */
export const FIELD_CASES: readonly FalcoCase[] = [
  {
    condition: 'evt.type in (open, openat)',
    class: 'file.open',
    match: {},
    miss: {},
    missClass: 'process.exec',
  },
  {
    condition: 'evt.type != execve',
    class: 'file.open',
    match: {},
    miss: {},
    missClass: 'process.exec',
  },
  { condition: 'evt.type = execve and evt.dir = <', match: {}, miss: {}, missClass: 'file.open' },
  {
    condition: 'evt.is_open_write = true',
    class: 'file.open',
    match: { 'file.flags': ['read', 'write'] },
    miss: { 'file.flags': ['read'] },
  },
  {
    condition: "fd.typechar = 'f' and fd.num >= 0",
    class: 'file.open',
    match: {},
    miss: {},
    missClass: 'network.connect',
  },
  {
    condition: 'fd.typechar in (4, 6)',
    class: 'network.connect',
    match: { 'network.family': 'ipv6' },
    miss: { 'network.family': 'unix' },
  },
  {
    condition: 'fd.sport = 22',
    class: 'network.connect',
    match: { 'network.direction': 'outbound', 'network.remote.port': 22 },
    miss: { 'network.direction': 'inbound', 'network.remote.port': 22 },
  },
  {
    condition: 'fd.cip = 10.0.0.1',
    class: 'network.accept',
    match: { 'network.direction': 'inbound', 'network.remote.ip': '10.0.0.1' },
    miss: { 'network.direction': 'outbound', 'network.remote.ip': '10.0.0.1' },
  },
  {
    condition: 'fd.rnet in (10.0.0.0/8)',
    class: 'network.connect',
    match: { 'network.remote.ip': '10.9.9.9' },
    miss: { 'network.remote.ip': '11.9.9.9' },
  },
  {
    condition: 'fd.ip != "0.0.0.0"',
    class: 'network.connect',
    match: { 'network.remote.ip': '10.9.9.9' },
    miss: { 'network.remote.ip': '0.0.0.0' },
  },
  { condition: 'fd.directory = /etc', match: path('/etc/x'), miss: path('/etc/x/y') },
  { condition: 'fd.filename = x', match: path('/etc/x'), miss: path('/x/etc') },
  { condition: 'container.id != host', match: { 'container.id': 'abc' }, miss: {} },
  { condition: 'container.id = host', match: {}, miss: { 'container.id': 'abc' } },
  { condition: 'user.loginuid != -1', match: { 'process.loginuid': 0 }, miss: {} },
  { condition: 'user.loginuid = -1', match: {}, miss: { 'process.loginuid': 0 } },
  {
    condition: 'thread.cap_effective contains CAP_SYS_ADMIN',
    match: { 'process.caps.effective': ['CAP_CHOWN', 'CAP_SYS_ADMIN'] },
    miss: { 'process.caps.effective': ['CAP_CHOWN'] },
  },
  {
    condition: 'proc.is_exe_from_memfd = true',
    match: { 'process.exe.memfd': true },
    miss: { 'process.exe.memfd': false },
  },
  {
    condition: 'proc.aname[2] = a',
    match: { 'ancestors.name': ['x', 'a'] },
    miss: { 'ancestors.name': ['a', 'x'] },
  },
  {
    condition: 'proc.aname = a',
    match: { 'ancestors.name': ['x', 'a'] },
    miss: { 'ancestors.name': ['x'] },
  },
  {
    condition: 'proc.aname[0] = a',
    match: named('a'),
    miss: { 'ancestors.name': ['a'] },
  },
  {
    condition: 'k8s.pod.label[app.kubernetes.io/name] = web',
    match: { 'k8s.pod.label[app.kubernetes.io/name]': 'web' },
    miss: { 'k8s.pod.label[app]': 'web' },
  },
  {
    condition: 'evt.arg.mode contains S_ISUID',
    class: 'file.mode',
    match: { 'file.mode_bits': ['S_ISUID', 'S_IRUSR'] },
    miss: { 'file.mode_bits': ['S_IRUSR'] },
  },
  {
    condition: 'evt.arg.request in (PTRACE_ATTACH, PTRACE_POKEDATA)',
    class: 'process.ptrace',
    match: { 'ptrace.request': 'attach' },
    miss: { 'ptrace.request': 'read' },
  },
  {
    condition: 'fs.path.source startswith /bin',
    class: 'file.rename',
    match: { 'file.old_path': '/bin/a' },
    miss: { 'file.path': '/bin/a' },
  },
  {
    condition: 'evt.type = execve and evt.rawres >= 0 and evt.failed = false',
    match: {},
    miss: {},
    missClass: 'file.open',
  },
];
