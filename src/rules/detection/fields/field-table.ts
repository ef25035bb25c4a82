/** The fields that rules of any language read: their names, types and meaning. */
import { FACT_TYPES, type FactName, type Facts } from '../../../model/fact.ts';

/** `address`: text that is an IP address. */
export type FieldType = 'text' | 'number' | 'flag' | 'address';

/** One field. */
export interface FieldSpec {
  readonly type: FieldType;
  /** Has several values at once; a test holds when it holds for any of them. */
  readonly isList?: true;
  /** Takes a key: `process.env[HOME]`, `ancestors.name[2]`. Without one, any of them counts. */
  readonly takesKey?: 'name' | 'index';
  readonly description: string;
}

/** How the table says type and keys of a field. */
type Shape =
  | 'text'
  | 'texts'
  | 'number'
  | 'flag'
  | 'address'
  | 'text[name]'
  | 'text[index]'
  | 'number[index]';

type Row = readonly [shape: Shape, description: string];

const processFields = {
  'process.exec_id': ['text', 'identity of the process image, the same in every event of it'],
  'process.pid': ['number', 'process id in the namespace of the node'],
  'process.tid': ['number', 'thread id in the namespace of the node'],
  'process.vpid': ['number', 'process id in its own namespace'],
  'process.exe.path': [
    'texts',
    'path of the executed file; also as its applet where argv[0] names one',
  ],
  'process.exe.inode': ['number', 'inode of the executable'],
  'process.exe.memfd': ['flag', 'the executable lives in memory only'],
  'process.exe.deleted': ['flag', 'the executable has no name left'],
  'process.exe.upper_layer': [
    'flag',
    'the executable was written in the container, not in its image',
  ],
  'process.exe.setuid': ['flag', 'the executable gave its user to the process'],
  'process.name': ['texts', 'last part of the path of the executable, whole and cut to 15 bytes'],
  'process.interpreter': ['text', 'the interpreter, when the executed file is a script'],
  'process.arg0': ['text', 'first argument: the name the process was given'],
  'process.args': ['text[index]', 'arguments after the first; 0 is the first of them'],
  'process.args_text': ['text', 'arguments after the first, separated by blanks'],
  'process.cmdline': ['text', 'all arguments, separated by blanks'],
  'process.command': ['text', 'name of the executable and its arguments, separated by blanks'],
  'process.cwd': ['text', 'working directory'],
  'process.env': ['text[name]', 'variable of the environment'],
  'process.uid': ['number', 'user id'],
  'process.euid': ['number', 'effective user id'],
  'process.gid': ['number', 'group id'],
  'process.user': ['text', 'name of the user id on this node'],
  'process.loginuid': ['number', 'user id of the login; absent when there was none'],
  'process.caps.effective': ['texts', 'effective capabilities, as CAP_SYS_ADMIN'],
  'process.caps.permitted': ['texts', 'permitted capabilities'],
  'process.caps.inheritable': ['texts', 'inheritable capabilities'],
  'process.tty': ['number', 'controlling terminal, as tty_nr of /proc; absent when there is none'],
  'process.age_ms': ['number', 'milliseconds since the process image started'],
  'process.cgroup': ['text', 'last part of the path of the cgroup'],
} as const;

const lineageFields = {
  'parent.pid': ['number', 'process id of the parent'],
  'parent.exe.path': ['texts', 'path of the executable of the parent'],
  'parent.name': ['texts', 'name of the executable of the parent'],
  'parent.cmdline': ['text', 'all arguments of the parent'],
  'parent.command': ['text', 'name of the executable of the parent and its arguments'],
  'parent.arg0': ['text', 'first argument of the parent'],
  'parent.args': ['text[index]', 'arguments of the parent after the first'],
  'parent.cwd': ['text', 'working directory of the parent'],
  'parent.uid': ['number', 'user id of the parent'],
  'parent.user': ['text', 'name of the user id of the parent'],
  'ancestors.pid': ['number[index]', 'process ids of ancestors; 0 is the parent'],
  'ancestors.exe.path': ['text[index]', 'paths of the executables of ancestors'],
  'ancestors.name': ['text[index]', 'names of the executables of ancestors'],
  'ancestors.cmdline': ['text[index]', 'all arguments of ancestors'],
  'ancestors.command': ['text[index]', 'names of the executables of ancestors and arguments'],
  'ancestors.arg0': ['text[index]', 'first arguments of ancestors'],
} as const;

const workloadFields = {
  'container.id': ['text', 'id of the container; absent on the host'],
  'container.name': ['text', 'name of the container in its pod'],
  'container.runtime': ['text', 'containerd, cri-o, docker, podman'],
  'container.image': ['text', 'image as it was asked for'],
  'container.image.repository': ['text', 'image without tag and digest'],
  'container.image.tag': ['text', 'tag of the image'],
  'container.image.digest': ['text', 'digest of the image that runs, sha256:…'],
  'container.privileged': ['flag', 'the container is privileged'],
  'k8s.namespace': ['text', 'namespace of the pod'],
  'k8s.pod': ['text', 'name of the pod'],
  'k8s.pod.uid': ['text', 'uid of the pod'],
  'k8s.pod.label': ['text[name]', 'label of the pod'],
  'k8s.pod.annotation': ['text[name]', 'annotation of the pod'],
  'k8s.pod.host_network': ['flag', 'the pod uses the network of the node'],
  'k8s.service_account': ['text', 'service account of the pod'],
  'k8s.workload.kind': ['text', 'kind of what controls the pod, as Deployment'],
  'k8s.workload.name': ['text', 'name of what controls the pod'],
  'service.name': ['text', 'unit of systemd; absent in containers'],
  'node.name': ['text', 'name of the node'],
  'cluster.name': ['text', 'name of the cluster'],
} as const;

const eventFields = {
  'event.class': ['text', 'class of the event, as process.exec'],
  'event.syscall': ['text', 'system call, when the hook tells it'],
  'event.time_ms': ['number', 'milliseconds since the Unix epoch'],
  'event.time': ['text', 'time in the form 2026-01-31T12:00:00.000Z'],
  'event.number': ['number', 'number of the record that the event was made from'],
} as const;

/** Fields that are worked out from facts. */
const derivedFields = {
  'file.mode_bits': ['texts', 'mode bits by their names, as S_ISUID, S_IXUSR and S_IFDIR'],
  'network.connection': ['text', 'both ends, the client first: 10.0.0.1:4000->10.0.0.2:443'],
  'network.client.ip': ['address', 'address of the end that began the connection'],
  'network.client.port': ['number', 'port of the end that began the connection'],
  'network.server.ip': ['address', 'address of the end that was connected to'],
  'network.server.port': ['number', 'port of the end that was connected to'],
  'credentials.new_user': ['text', 'name on this node of the user id after'],
} as const;

/** What readers are told of a fact. */
const factDescriptions: Readonly<Record<FactName, string>> = {
  'exit.code': 'exit code, 0 to 255',
  'exit.signal': 'number of the signal that ended the process, 0 when none did',
  'file.path': 'path of the file',
  'file.old_path': 'path before a rename; the first name of a link',
  'file.target': 'what a symbolic link points at, as written',
  'file.flags': 'read, write, create, truncate, append, exclusive, directory, exec',
  'file.mode': 'mode bits, with those of the type',
  'file.inode': 'inode',
  'file.device': 'device of the file system, major << 20 | minor',
  'file.uid': 'owner after a change',
  'file.gid': 'group after a change',
  'file.filesystem': 'type of the file system, as ext4',
  'mount.source': 'what was mounted',
  'mount.flags': 'bind, remount, move, private, shared, slave, readonly',
  'network.family': 'ipv4, ipv6, unix, netlink, packet, or a number',
  'network.type': 'stream, datagram, raw, or a number',
  'network.protocol': 'tcp, udp, icmp, or a number',
  'network.direction': 'outbound, inbound',
  'network.local.ip': 'own address',
  'network.local.port': 'own port',
  'network.remote.ip': 'address of the other end',
  'network.remote.port': 'port of the other end',
  'network.remote.name': 'name that the address was resolved from',
  'dns.query': 'name that was asked for, in lower case, without a dot at the end',
  'dns.type': 'A, AAAA, TXT, …',
  'dns.answers': 'addresses and texts that came back',
  'target.pid': 'process id of the other process',
  'target.exe.path': 'executable of the other process',
  'target.cmdline': 'all arguments of the other process',
  'ptrace.request': 'attach, read',
  'signal.number': 'number of the signal',
  'credentials.old_uid': 'user id before',
  'credentials.new_uid': 'user id after',
  'credentials.gained': 'effective capabilities that the process did not have before',
  'namespace.flags': 'kinds of namespaces: mnt, pid, net, user, uts, ipc, cgroup, time',
  'module.name': 'name of the module',
  'bpf.command': 'command, as prog_load',
  'bpf.type': 'type of the program or map',
  'bpf.name': 'name of the program or map',
  'policy.name': 'name of the policy',
  'policy.function': 'hook that matched',
  'policy.action': 'last action of the selector',
  'policy.message': 'message of the policy entry',
  'policy.tags': 'tags of the policy entry',
  'policy.args': 'arguments, as text',
};

const ADDRESSES: ReadonlySet<string> = new Set(['network.local.ip', 'network.remote.ip']);

export type FieldName =
  | keyof typeof processFields
  | keyof typeof lineageFields
  | keyof typeof workloadFields
  | keyof typeof eventFields
  | keyof typeof derivedFields
  | FactName;

type Rows = typeof processFields &
  typeof lineageFields &
  typeof workloadFields &
  typeof eventFields;

/** What the values of each shape are; of those with keys, without one. */
interface ShapeTypes {
  readonly text: string;
  readonly texts: readonly string[];
  readonly number: number;
  readonly flag: boolean;
  readonly 'text[name]': readonly string[];
  readonly 'text[index]': readonly string[];
  readonly 'number[index]': readonly number[];
}

/** Type of the values of a field, for code that reads it by its name. */
export type FieldValueOf<Name extends FieldName> = Name extends keyof Rows
  ? ShapeTypes[Rows[Name][0]]
  : Name extends FactName
    ? NonNullable<Facts[Name]>
    : never;

/** Fields that take a key. */
export type KeyedFieldName = {
  readonly [Name in keyof Rows]: Rows[Name][0] extends `${string}[${string}]` ? Name : never;
}[keyof Rows];

function factRows(): Readonly<Record<FactName, Row>> {
  const rows = Object.entries(FACT_TYPES).map(([name, type]) => {
    const shape = ADDRESSES.has(name) ? 'address' : type;
    return [name, [shape, factDescriptions[name as FactName]]];
  });
  return Object.fromEntries(rows) as Record<FactName, Row>;
}

function specOf([shape, description]: Row): FieldSpec {
  switch (shape) {
    case 'texts':
      return { type: 'text', isList: true, description };
    case 'text[name]':
      return { type: 'text', isList: true, takesKey: 'name', description };
    case 'text[index]':
      return { type: 'text', isList: true, takesKey: 'index', description };
    case 'number[index]':
      return { type: 'number', isList: true, takesKey: 'index', description };
    default:
      return { type: shape, description };
  }
}

function specsOf(rows: Readonly<Record<FieldName, Row>>): Record<FieldName, FieldSpec> {
  const specs = Object.entries(rows).map(([name, row]) => [name, specOf(row)]);
  return Object.fromEntries(specs) as Record<FieldName, FieldSpec>;
}

/** Every field. */
export const FIELDS: Readonly<Record<FieldName, FieldSpec>> = specsOf({
  ...eventFields,
  ...derivedFields,
  ...processFields,
  ...lineageFields,
  ...workloadFields,
  ...factRows(),
});

/** Whether the text names a field. */
export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}
