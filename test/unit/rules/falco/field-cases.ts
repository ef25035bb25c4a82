/** Fields of Falco's language: what each family of them reads, and what it does not. */
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

const NAMED: WrittenFields = { 'network.remote.name': 'a.example' };

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
  net('fd.sip.name = "a.example"', { ...outbound, ...NAMED }, { ...inbound, ...NAMED }),
  net('fd.sip.name in (b.example, a.example)', { ...outbound, ...NAMED }, outbound),
  net('fd.cip.name = a.example', { ...inbound, ...NAMED }, { ...outbound, ...NAMED }),
  net('fd.rip.name = a.example', { ...inbound, ...NAMED }, inbound),
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
