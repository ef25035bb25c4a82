/** Which facts events of each class can have: a test of another one is false whatever happens. */
import type { EventClass } from '../../../model/event-class.ts';
import type { FactName } from '../../../model/fact.ts';

const ENTRY = ['file.path', 'file.mode'] as const;
const FILE = ['file.path', 'file.flags', 'file.mode'] as const;
const PLACE = ['file.inode', 'file.device', 'file.filesystem'] as const;
const SOCKET = ['network.family', 'network.type', 'network.protocol'] as const;
const OWN_END = ['network.local.ip', 'network.local.port'] as const;
const OTHER_END = ['network.remote.ip', 'network.remote.port', 'network.remote.name'] as const;
const CONNECTION = [...SOCKET, ...OWN_END, ...OTHER_END, 'network.direction'] as const;
const TARGET = ['target.pid', 'target.exe.path', 'target.cmdline'] as const;
const DNS = ['dns.query', 'dns.type', ...CONNECTION] as const;

/** By class. */
export const CLASS_FACTS: Readonly<Record<EventClass, readonly FactName[]>> = {
  'process.exec': [],
  'process.exit': ['exit.code', 'exit.signal'],
  'process.credentials': ['credentials.old_uid', 'credentials.new_uid', 'credentials.gained'],
  'process.ptrace': [...TARGET, 'ptrace.request'],
  'process.memory': [...TARGET, 'file.path'],
  'process.signal': [...TARGET, 'signal.number'],
  'process.namespace': ['namespace.flags'],
  'process.memfd': ['file.path'],
  'process.io_uring': [],
  'process.mapping': ['file.path', 'file.mode'],
  'file.open': [...FILE, ...PLACE],
  'file.create': ENTRY,
  'file.rename': [...ENTRY, 'file.old_path'],
  'file.unlink': ENTRY,
  'file.link': [...ENTRY, 'file.old_path'],
  'file.symlink': [...ENTRY, 'file.target'],
  'file.mode': ENTRY,
  'file.owner': [...ENTRY, 'file.uid', 'file.gid'],
  'file.mkdir': ENTRY,
  'file.rmdir': ENTRY,
  'file.mount': ['file.path', 'file.filesystem', 'mount.source', 'mount.flags'],
  'network.socket': SOCKET,
  'network.connect': [...CONNECTION, 'file.path'],
  'network.accept': CONNECTION,
  'network.bind': [...SOCKET, ...OWN_END, 'file.path'],
  'network.listen': [...SOCKET, ...OWN_END],
  'network.send': CONNECTION,
  'dns.query': DNS,
  'dns.answer': [...DNS, 'dns.answers'],
  'kernel.module': ['module.name', 'file.path'],
  'kernel.bpf': ['bpf.command', 'bpf.type', 'bpf.name'],
  'policy.match': [
    ...(['policy.name', 'policy.function', 'policy.action', 'policy.message'] as const),
    ...(['policy.tags', 'policy.args'] as const),
  ],
};
