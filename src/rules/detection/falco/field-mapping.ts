/** Fields of Falco's language and what they are here. */
import { ARGUMENTS, EVENT } from './event-fields.ts';
import type { FilterField } from './filter-syntax.ts';
import {
  absent,
  constant,
  either,
  field,
  type MappedField,
  type Name,
  NOT_SEEN,
} from './mapped-field.ts';

const side = (outbound: Name, inbound: Name): MappedField => {
  return { kind: 'side', outbound: { field: outbound }, inbound: { field: inbound } };
};

const member = (name: Name, value: string): MappedField => {
  return { kind: 'member', field: name, value };
};

const NOT_KEPT = absent('it is not kept of processes');
const NO_GROUPS = absent('names of groups are not looked up');

const PROCESS: Readonly<Record<string, MappedField>> = {
  'proc.name': field('process.name'),
  'proc.exe': field('process.arg0'),
  'proc.exepath': field('process.exe.path'),
  'proc.exeline': field('process.cmdline'),
  'proc.cmdline': field('process.command'),
  'proc.args': field('process.args'),
  'proc.arg': field('process.args'),
  'proc.cwd': field('process.cwd'),
  'proc.pid': field('process.pid'),
  'proc.vpid': field('process.vpid'),
  'proc.ppid': field('parent.pid'),
  'proc.pname': field('parent.name'),
  'proc.pexe': field('parent.arg0'),
  'proc.pexepath': field('parent.exe.path'),
  'proc.pcmdline': field('parent.command'),
  'proc.aname': field('ancestors.name'),
  'proc.aexe': field('ancestors.arg0'),
  'proc.aexepath': field('ancestors.exe.path'),
  'proc.acmdline': field('ancestors.command'),
  'proc.apid': field('ancestors.pid'),
  'proc.exe_ino': field('process.exe.inode'),
  'proc.is_exe_upper_layer': field('process.exe.upper_layer'),
  'proc.is_exe_from_memfd': field('process.exe.memfd'),
  'proc.duration': { kind: 'scaled', field: 'process.age_ms', factor: 1_000_000 },
  'proc.is_container_healthcheck': constant(false),
  'proc.is_container_liveness_probe': constant(false),
  'proc.is_container_readiness_probe': constant(false),
  'proc.env': NOT_KEPT,
  'proc.penv': NOT_KEPT,
  'proc.aenv': NOT_KEPT,
  'proc.tty': NOT_KEPT,
  'proc.sid': NOT_KEPT,
  'proc.sname': NOT_KEPT,
  'proc.vpgid': NOT_KEPT,
  'proc.vpgid.name': NOT_KEPT,
  'proc.is_vpgid_leader': NOT_KEPT,
  'proc.is_sid_leader': NOT_KEPT,
  'proc.is_exe_writable': NOT_KEPT,
  'proc.is_exe_lower_layer': NOT_KEPT,
  'proc.cmdnargs': NOT_KEPT,
  'proc.cmdlenargs': NOT_KEPT,
  'proc.nthreads': NOT_KEPT,
  'proc.stdin.type': NOT_KEPT,
  'proc.stdout.type': NOT_KEPT,
  'proc.stderr.type': NOT_KEPT,
  'proc.stdin.name': NOT_KEPT,
  'proc.stdout.name': NOT_KEPT,
  'proc.stderr.name': NOT_KEPT,
  'proc.exe_ino.ctime_duration_proc_start': NOT_KEPT,
  'proc.exe_ino.ctime': NOT_KEPT,
  'proc.exe_ino.mtime': NOT_KEPT,
  'thread.tid': field('process.tid'),
  'thread.vtid': field('process.vpid'),
  'thread.cap_effective': field('process.caps.effective'),
  'thread.cap_permitted': field('process.caps.permitted'),
  'thread.cap_inheritable': field('process.caps.inheritable'),
  'thread.ismain': NOT_KEPT,
  'user.name': field('process.user'),
  'user.uid': field('process.uid'),
  'user.loginuid': { kind: 'optional', field: 'process.loginuid' },
  'user.loginname': NOT_KEPT,
  'user.homedir': NOT_KEPT,
  'user.shell': NOT_KEPT,
  'group.gid': field('process.gid'),
  'group.name': NO_GROUPS,
};

const FILE: Readonly<Record<string, MappedField>> = {
  'fd.name': field('file.path'),
  'fd.nameraw': field('file.path'),
  'fd.directory': field('file.path', 'dirname'),
  'fd.filename': field('file.path', 'basename'),
  'fd.ino': field('file.inode'),
  'fd.dev': field('file.device'),
  'fd.num': constant(3),
  'fd.name_changed': constant(true),
  'fs.path.name': field('file.path'),
  'fs.path.nameraw': field('file.path'),
  'fs.path.source': field('file.old_path'),
  'fs.path.sourceraw': field('file.old_path'),
  'fs.path.target': field('file.path'),
  'fs.path.targetraw': field('file.path'),
  'evt.abspath': field('file.path'),
  'evt.is_open_read': member('file.flags', 'read'),
  'evt.is_open_write': member('file.flags', 'write'),
  'evt.is_open_exec': member('file.flags', 'exec'),
  'evt.is_open_create': member('file.flags', 'create'),
};

const NETWORK: Readonly<Record<string, MappedField>> = {
  'fd.ip': either('network.local.ip', 'network.remote.ip'),
  'fd.port': either('network.local.port', 'network.remote.port'),
  'fd.net': either('network.local.ip', 'network.remote.ip'),
  'fd.rip': field('network.remote.ip'),
  'fd.rport': field('network.remote.port'),
  'fd.rnet': field('network.remote.ip'),
  'fd.lip': field('network.local.ip'),
  'fd.lport': field('network.local.port'),
  'fd.lnet': field('network.local.ip'),
  'fd.sip': side('network.remote.ip', 'network.local.ip'),
  'fd.sport': side('network.remote.port', 'network.local.port'),
  'fd.snet': side('network.remote.ip', 'network.local.ip'),
  'fd.cip': side('network.local.ip', 'network.remote.ip'),
  'fd.cport': side('network.local.port', 'network.remote.port'),
  'fd.cnet': side('network.local.ip', 'network.remote.ip'),
  'fd.sip.name': field('network.remote.name'),
  'fd.rip.name': field('network.remote.name'),
  'fd.cip.name': NOT_SEEN,
  'fd.lip.name': NOT_SEEN,
  'fd.l4proto': field('network.protocol'),
  'fd.sockfamily': { kind: 'constant', values: ['ip'] },
  'fd.is_server': {
    ...{ kind: 'renamed', field: 'network.direction' },
    values: { true: 'inbound', false: 'outbound' },
  },
  'fd.connected': constant(true),
  'fd.type': { kind: 'descriptor' },
  'fd.typechar': { kind: 'descriptor' },
  'fd.proto': NOT_SEEN,
  'fd.sproto': NOT_SEEN,
  'fd.rproto': NOT_SEEN,
  'fd.lproto': NOT_SEEN,
  'fd.cproto': NOT_SEEN,
  'fd.uid': NOT_SEEN,
};

const WORKLOAD: Readonly<Record<string, MappedField>> = {
  'container.id': { kind: 'container', field: 'container.id' },
  'container.full_id': { kind: 'container', field: 'container.id' },
  'container.name': field('container.name'),
  'container.type': field('container.runtime'),
  'container.image': field('container.image'),
  'container.image.repository': field('container.image.repository'),
  'container.image.tag': field('container.image.tag'),
  'container.image.digest': field('container.image.digest'),
  'container.privileged': field('container.privileged'),
  'container.image.id': NOT_SEEN,
  'container.image.full_id': NOT_SEEN,
  'container.mount': NOT_SEEN,
  'container.mount.dest': NOT_SEEN,
  'container.mount.source': NOT_SEEN,
  'container.mount.mode': NOT_SEEN,
  'container.mounts': NOT_SEEN,
  'container.labels': NOT_SEEN,
  'container.label': NOT_SEEN,
  'container.start_ts': NOT_SEEN,
  'container.duration': NOT_SEEN,
  'container.ip': NOT_SEEN,
  'container.info': NOT_SEEN,
  'k8s.ns.name': field('k8s.namespace'),
  'k8s.pod.name': field('k8s.pod'),
  'k8s.pod.id': field('k8s.pod.uid'),
  'k8s.pod.uid': field('k8s.pod.uid'),
  'k8s.pod.label': field('k8s.pod.label'),
  'k8s.pod.labels': field('k8s.pod.label'),
  'k8s.deployment.name': field('k8s.workload.name'),
  'k8s.rs.name': field('k8s.workload.name'),
  'k8s.pod.sandbox_id': NOT_SEEN,
  'k8s.pod.full_sandbox_id': NOT_SEEN,
  'k8s.pod.cni.json': NOT_SEEN,
  'k8s.pod.ip': NOT_SEEN,
};

const FIELDS: Readonly<Record<string, MappedField>> = {
  ...PROCESS,
  ...FILE,
  ...NETWORK,
  ...WORKLOAD,
  ...EVENT,
};

/** Names of all fields, for hints. */
export const FIELD_NAMES: readonly string[] = Object.keys(FIELDS);

/** What a field stands for; undefined when there is none of that name. */
export function mapField({ name, argument }: FilterField): MappedField | undefined {
  const [, dotted] = /^evt\.(?:raw)?arg\.(\w+)$/.exec(name) ?? [];
  if (dotted !== undefined || name === 'evt.arg' || name === 'evt.rawarg') {
    const wanted = dotted ?? argument ?? '';
    if (Object.hasOwn(ARGUMENTS, wanted)) return ARGUMENTS[wanted];
    return { kind: 'absent', reason: `events do not carry the argument ${wanted}` };
  }
  const mapped = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  return mapped === undefined ? undefined : withArgument(mapped, name, argument);
}

function withArgument(
  mapped: MappedField,
  name: string,
  argument: string | undefined,
): MappedField {
  if (argument === undefined || mapped.kind !== 'field') return mapped;
  // The language counts the process itself as 0 and its parent as 1.
  const isLineage = name.startsWith('proc.a') && name !== 'proc.args' && name !== 'proc.arg';
  if (!isLineage) return { ...mapped, key: argument };
  const level = Number(argument);
  if (level === 0) return { ...mapped, field: OWN_FIELDS[name] ?? mapped.field };
  return { ...mapped, key: String(level - 1) };
}

const OWN_FIELDS: Readonly<Record<string, Name>> = {
  'proc.aname': 'process.name',
  'proc.aexe': 'process.arg0',
  'proc.aexepath': 'process.exe.path',
  'proc.acmdline': 'process.command',
  'proc.apid': 'process.pid',
};
