/** Fields of Falco's language: what each family of them reads, and what it does not. */
import type { EventClass } from '../../../../src/model/event-class.ts';
import type { FieldName } from '../../../../src/rules/detection/fields/field-table.ts';
import type { WrittenFields } from '../../../support/detection-events.ts';
import type { FalcoCase } from './falco-cases.ts';

/** Fields that are a field of the engine by another name. */
export const RENAMED: readonly (readonly [string, FieldName | `${FieldName}[${string}]`])[] = [
  ['proc.name', 'process.name'],
  ['proc.exe', 'process.arg0'],
  ['proc.exepath', 'process.exe.path'],
  ['proc.exeline', 'process.cmdline'],
  ['proc.cmdline', 'process.command'],
  ['proc.args', 'process.args_text'],
  ['proc.cwd', 'process.cwd'],
  ['proc.pname', 'parent.name'],
  ['proc.pexe', 'parent.arg0'],
  ['proc.pexepath', 'parent.exe.path'],
  ['proc.pcmdline', 'parent.command'],
  ['proc.aname', 'ancestors.name'],
  ['proc.aname[1]', 'ancestors.name[0]'],
  ['proc.aexe[2]', 'ancestors.arg0[1]'],
  ['proc.aexepath[3]', 'ancestors.exe.path[2]'],
  ['proc.acmdline', 'ancestors.command'],
  ['proc.aname[0]', 'process.name'],
  ['proc.aexepath[0]', 'process.exe.path'],
  ['proc.args[0]', 'process.args[0]'],
  ['user.name', 'process.user'],
  ['fd.name', 'file.path'],
  ['fs.path.name', 'file.path'],
  ['fs.path.source', 'file.old_path'],
  ['fs.path.target', 'file.path'],
  ['evt.abspath', 'file.path'],
  ['evt.arg.path', 'file.path'],
  ['evt.arg[name]', 'file.path'],
  ['evt.rawarg.oldpath', 'file.old_path'],
  ['evt.arg.newpath', 'file.path'],
  ['evt.arg.target', 'file.target'],
  ['evt.arg.dev', 'mount.source'],
  ['evt.hostname', 'node.name'],
  ['fd.l4proto', 'network.protocol'],
  ['container.image', 'container.image'],
  ['container.image.repository', 'container.image.repository'],
  ['container.image.tag', 'container.image.tag'],
  ['container.image.digest', 'container.image.digest'],
  ['container.name', 'container.name'],
  ['container.type', 'container.runtime'],
  ['k8s.ns.name', 'k8s.namespace'],
  ['k8s.pod.name', 'k8s.pod'],
  ['k8s.pod.id', 'k8s.pod.uid'],
  ['k8s.pod.label[app.kubernetes.io/name]', 'k8s.pod.label[app.kubernetes.io/name]'],
  ['k8s.pod.label.app', 'k8s.pod.label[app]'],
];

/** Cases about the event itself. */
export const EVENT_CASES: readonly FalcoCase[] = [
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
  { condition: 'syscall.type = execveat', match: {}, miss: {}, missClass: 'file.open' },
  { condition: 'evt.type = execve and evt.dir = <', match: {}, miss: {}, missClass: 'file.open' },
  { condition: 'evt.type = execve and evt.dir=>', match: {}, miss: {}, missClass: 'file.open' },
  {
    condition: 'evt.type = procexit',
    class: 'process.exit',
    match: {},
    miss: {},
    missClass: 'process.exec',
  },
  {
    condition: 'evt.type = setns',
    class: 'process.namespace',
    match: { 'event.syscall': 'setns' },
    miss: { 'event.syscall': 'unshare' },
  },
  {
    condition: 'evt.type in (setns, bpf)',
    class: 'process.namespace',
    match: {},
    miss: { 'event.syscall': 'unshare' },
  },
  {
    condition: 'evt.type in (setns, bpf)',
    class: 'kernel.bpf',
    match: {},
    miss: {},
    missClass: 'process.exec',
  },
  {
    condition: 'evt.type = execve and evt.rawres >= 0 and evt.failed = false and evt.res != -1',
    match: {},
    miss: {},
    missClass: 'file.open',
  },
  {
    condition: 'evt.type = execve and not (evt.num = 0 or evt.res startswith E or evt.rawres < 0)',
    match: {},
    miss: {},
    missClass: 'file.open',
  },
  {
    condition: 'evt.is_open_write = true',
    class: 'file.open',
    match: { 'file.flags': ['read', 'write'] },
    miss: { 'file.flags': ['read'] },
  },
  {
    condition: 'evt.is_open_read=True and evt.is_open_write=0',
    class: 'file.open',
    match: { 'file.flags': ['read'] },
    miss: { 'file.flags': ['read', 'write'] },
  },
  {
    condition: 'evt.is_open_exec=true',
    class: 'file.create',
    match: { 'file.mode_bits': ['S_IXGRP'] },
    miss: { 'file.mode_bits': ['S_IRUSR'] },
  },
  {
    condition: 'evt.is_open_exec=true',
    class: 'file.open',
    match: { 'file.mode_bits': ['S_IXUSR'], 'file.flags': ['create'] },
    miss: { 'file.mode_bits': ['S_IXUSR'], 'file.flags': ['write'] },
  },
  {
    condition: 'evt.rawtime > 1000000000',
    match: { 'event.time_ms': 1001 },
    miss: { 'event.time_ms': 1000 },
  },
];

const connection: WrittenFields = {
  'network.family': 'ipv4',
  'network.local.ip': '10.0.0.1',
  'network.local.port': 4000,
  'network.remote.ip': '192.0.2.7',
  'network.remote.port': 443,
};
const outbound: WrittenFields = { ...connection, 'network.direction': 'outbound' };
const inbound: WrittenFields = { ...connection, 'network.direction': 'inbound' };

const net = (condition: string, match: WrittenFields, miss: WrittenFields): FalcoCase => {
  return { condition, class: 'network.connect', match, miss };
};

/** Cases about files and sockets. */
export const DESCRIPTOR_CASES: readonly FalcoCase[] = [
  {
    condition: "fd.typechar = 'f' and fd.num >= 0",
    class: 'file.open',
    match: {},
    miss: {},
    missClass: 'network.connect',
  },
  {
    condition: "fd.typechar='d'",
    class: 'file.open',
    match: { 'file.mode_bits': ['S_IFDIR'] },
    miss: { 'file.mode_bits': ['S_IFREG'] },
  },
  {
    condition: 'fd.type = file',
    class: 'file.open',
    match: { 'file.mode_bits': ['S_IFREG'] },
    miss: { 'file.mode_bits': ['S_IFDIR'] },
  },
  {
    condition: 'fd.type != ipv4',
    class: 'file.open',
    match: {},
    miss: { 'network.family': 'ipv4' },
    missClass: 'network.connect',
  },
  {
    condition: 'not fd.type != ipv4',
    class: 'process.exec',
    match: {},
    miss: {},
    missClass: 'file.open',
  },
  net('fd.typechar in (4, 6)', { 'network.family': 'ipv6' }, { 'network.family': 'unix' }),
  net('fd.type in ("ipv4", unix)', { 'network.family': 'unix' }, { 'network.family': 'ipv6' }),
  net('fd.sockfamily = ip', { 'network.family': 'ipv6' }, { 'network.family': 'unix' }),
  net('fd.sport = 443', outbound, inbound),
  net('fd.cport = 443', inbound, outbound),
  net('fd.sip = "192.0.2.7"', outbound, inbound),
  net('fd.cip = 192.0.2.7', inbound, outbound),
  net('fd.snet in (192.0.2.0/24)', outbound, inbound),
  net('fd.rnet in (10.0.0.0/8)', { 'network.remote.ip': '10.9.9.9' }, outbound),
  net('fd.ip = "10.0.0.1"', outbound, { ...outbound, 'network.local.ip': '10.0.0.2' }),
  net('fd.ip != "10.0.0.1"', { ...outbound, 'network.local.ip': '10.0.0.2' }, outbound),
  net('fd.net != "10.0.0.0/8"', { 'network.remote.ip': '192.0.2.7' }, {}),
  net('fd.port in (443, 444)', outbound, { ...outbound, 'network.remote.port': 80 }),
  net('fd.name contains 192.0.2.7:443', outbound, { ...outbound, 'network.remote.port': 80 }),
  net('fd.name endswith ->192.0.2.7:443', outbound, inbound),
  net('fd.is_server = true', inbound, outbound),
  {
    condition: 'fd.sport = 4000 and fd.is_server = true',
    class: 'network.listen',
    match: connection,
    miss: { ...connection, 'network.local.port': 1 },
  },
  {
    condition: 'fd.connected = true',
    class: 'network.connect',
    match: {},
    miss: {},
    missClass: 'network.listen',
  },
  {
    condition: 'fd.directory = /etc',
    match: { 'file.path': '/etc/x' },
    miss: { 'file.path': '/etc/x/y' },
  },
  {
    condition: 'fd.directory = /',
    match: { 'file.path': '/x' },
    miss: { 'file.path': '/x/y' },
  },
  {
    condition: 'fd.filename in (x, y)',
    match: { 'file.path': '/etc/x' },
    miss: { 'file.path': '/x/etc' },
  },
];

/** Cases about arguments. */
export const ARGUMENT_CASES: readonly FalcoCase[] = [
  {
    condition: 'evt.arg.flags contains O_CREAT',
    class: 'file.open',
    match: { 'file.flags': ['write', 'create'] },
    miss: { 'file.flags': ['write'] },
  },
  {
    condition: 'evt.arg.flags contains "O_RDWR"',
    class: 'file.open',
    match: { 'file.flags': ['read', 'write'] },
    miss: { 'file.flags': ['write'] },
  },
  {
    condition: 'evt.arg.flags contains CLONE_NEWUSER',
    class: 'process.namespace',
    match: { 'namespace.flags': ['mnt', 'user'] },
    miss: { 'namespace.flags': ['mnt'] },
  },
  {
    condition: 'evt.arg.flags contains CLONE_NEW',
    class: 'process.namespace',
    match: { 'namespace.flags': ['mnt'] },
    miss: { 'mount.flags': ['bind'] },
  },
  {
    condition: 'evt.arg.flags intersects (MS_BIND, MS_MOVE)',
    class: 'file.mount',
    match: { 'mount.flags': ['move'] },
    miss: { 'mount.flags': ['remount'] },
  },
  {
    condition: 'evt.arg.flags contains EXE_UPPER_LAYER',
    match: { 'process.exe.upper_layer': true },
    miss: { 'process.exe.upper_layer': false },
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
    miss: { 'ptrace.request': 'traceme' },
  },
  {
    condition: 'evt.arg.cmd = BPF_PROG_LOAD',
    class: 'kernel.bpf',
    match: { 'bpf.command': 'prog_load' },
    miss: { 'bpf.command': 'map_create' },
  },
  {
    condition: 'evt.arg.domain contains AF_PACKET',
    class: 'network.socket',
    match: { 'network.family': 'packet' },
    miss: { 'network.family': 'ipv4' },
  },
  {
    condition: 'evt.arg[0] contains AF_PACKET',
    class: 'network.socket',
    match: { 'network.family': 'packet' },
    miss: { 'network.family': 'packet' },
    missClass: 'network.connect',
  },
  {
    condition: 'evt.arg[1] contains SOCK_RAW',
    class: 'network.socket',
    match: { 'network.type': 'raw' },
    miss: { 'network.type': 'stream' },
  },
  {
    condition: 'evt.arg.type in (SOCK_RAW, tmpfs)',
    class: 'file.mount',
    match: { 'file.filesystem': 'tmpfs' },
    miss: { 'file.filesystem': 'ext4' },
  },
  {
    condition: 'evt.arg.sig in (SIGKILL, 15)',
    class: 'process.signal',
    match: { 'signal.number': 9 },
    miss: { 'signal.number': 1 },
  },
  {
    condition: 'evt.arg.uid=nobody',
    class: 'process.credentials',
    match: { 'credentials.new_uid': 65534, 'credentials.new_user': 'nobody' },
    miss: { 'credentials.new_uid': 0, 'credentials.new_user': 'root' },
  },
  {
    condition: 'evt.arg.uid = 0',
    class: 'process.credentials',
    match: { 'credentials.new_uid': 0 },
    miss: { 'credentials.new_uid': 1 },
  },
];

/** Cases about processes and whose they are. */
export const ACTOR_CASES: readonly FalcoCase[] = [
  { condition: 'container.id != host', match: { 'container.id': 'abc' }, miss: {} },
  { condition: 'container.id = host', match: {}, miss: { 'container.id': 'abc' } },
  {
    condition: 'container.id in (host, 0123456789ab)',
    match: { 'container.id': '0123456789abcdef' },
    miss: { 'container.id': '1123456789abcdef' },
  },
  { condition: 'container.name != host', match: { 'container.name': 'web' }, miss: {} },
  { condition: 'container.type startswith ho', match: {}, miss: { 'container.runtime': 'x' } },
  {
    condition: 'container.privileged = true',
    match: { 'container.privileged': true },
    miss: { 'container.privileged': false },
  },
  { condition: 'user.loginuid != -1', match: { 'process.loginuid': 0 }, miss: {} },
  { condition: 'user.loginuid = -1', match: {}, miss: { 'process.loginuid': 0 } },
  { condition: 'user.loginuid >= 0', match: { 'process.loginuid': 0 }, miss: {} },
  { condition: 'user.loginuid < 0', match: {}, miss: { 'process.loginuid': 0 } },
  { condition: 'user.name != _apt', match: {}, miss: { 'process.user': '_apt' } },
  { condition: 'user.name = "<NA>"', match: {}, miss: { 'process.user': 'root' } },
  { condition: 'not proc.pname exists', match: {}, miss: { 'parent.name': 'sh' } },
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
    condition: 'proc.is_exe_upper_layer=false',
    match: { 'process.exe.upper_layer': false },
    miss: { 'process.exe.upper_layer': true },
  },
  {
    condition: 'proc.args contains "-e sh"',
    match: { 'process.args': ['-e', 'sh'] },
    miss: { 'process.args': ['-e', 'x', 'sh'] },
  },
  {
    condition: 'proc.args startswith -i',
    match: { 'process.args': ['-i', '-l'] },
    miss: { 'process.args': ['-l', '-i'] },
  },
  {
    condition: 'proc.apid[1] = 1',
    match: { 'ancestors.pid': [1, 0] },
    miss: { 'ancestors.pid': [0, 1] },
  },
  {
    condition: 'proc.duration <= 5000000000',
    match: { 'process.age_ms': 5000 },
    miss: { 'process.age_ms': 5001 },
  },
  {
    condition: 'k8s.deployment.name = web',
    match: { 'k8s.workload.name': 'web', 'k8s.workload.kind': 'Deployment' },
    miss: { 'k8s.workload.name': 'web', 'k8s.workload.kind': 'DaemonSet' },
  },
];
