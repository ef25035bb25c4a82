/** The argument types of the language: what they are called, and what can be asked of them. */
import type { ArgumentType } from '../../model/argument-types.ts';

/** Types whose text is the path of a file. */
const FILE_TYPES: ReadonlySet<ArgumentType> = new Set<ArgumentType>([
  'file',
  'path',
  'fd',
  'kiocb',
  'linux_binprm',
  'dentry',
]);

const SOCKET_TYPES: ReadonlySet<ArgumentType> = new Set<ArgumentType>(['sock', 'socket', 'skb']);

/** C declarations of what objects and texts are read from; numbers are not here. */
const DECLARATIONS: ReadonlyMap<ArgumentType, string> = new Map<ArgumentType, string>([
  ['file', 'struct file*'],
  ['path', 'struct path*'],
  ['kiocb', 'struct kiocb*'],
  ['filename', 'struct filename*'],
  ['iov_iter', 'struct iov_iter*'],
  ['linux_binprm', 'struct linux_binprm*'],
  ['command_line', 'struct task_struct*'],
  ['dentry', 'struct dentry*'],
  ['net_device', 'struct net_device*'],
  ['module', 'struct module*'],
  ['load_info', 'struct load_info*'],
  ['sock', 'struct sock*'],
  ['socket', 'struct socket*'],
  ['skb', 'struct sk_buff*'],
  ['sockaddr', 'struct sockaddr*'],
  ['sockaddr_un', 'struct sockaddr*'],
  ['cred', 'struct cred*'],
  ['user_namespace', 'struct user_namespace*'],
  ['bpf_attr', 'union bpf_attr*'],
  ['bpf_prog', 'struct bpf_prog*'],
  ['bpf_map', 'struct bpf_map*'],
  ['perf_event', 'struct perf_event*'],
  ['kernel_cap_t', 'kernel_cap_t*'],
  ['cap_inheritable', 'kernel_cap_t*'],
  ['cap_permitted', 'kernel_cap_t*'],
  ['cap_effective', 'kernel_cap_t*'],
]);

/** Spellings of a type that mean exactly the same to the kernel side and in events. */
export const ARGUMENT_TYPES: ReadonlyMap<string, ArgumentType> = new Map<string, ArgumentType>([
  ['int', 'int'],
  ['int32', 'int'],
  ['sint32', 'int'],
  ['int8', 'int8'],
  ['sint8', 'int8'],
  ['int16', 'int16'],
  ['sint16', 'int16'],
  ['int64', 'int64'],
  ['sint64', 'int64'],
  ['long', 'int64'],
  ['uint8', 'uint8'],
  ['uint16', 'uint16'],
  ['uint32', 'uint32'],
  ['size_t', 'size_t'],
  ['uint64', 'size_t'],
  ['ulong', 'size_t'],
  ['syscall64', 'syscall64'],
  ['capability', 'capability'],
  ['bpf_cmd', 'bpf_cmd'],
  ['kernel_cap_t', 'kernel_cap_t'],
  ['cap_inheritable', 'cap_inheritable'],
  ['cap_permitted', 'cap_permitted'],
  ['cap_effective', 'cap_effective'],
  ['string', 'string'],
  ['char_buf', 'char_buf'],
  ['char_iovec', 'char_iovec'],
  ['iov_iter', 'iov_iter'],
  ['filename', 'filename'],
  ['data_loc', 'data_loc'],
  ['file', 'file'],
  ['path', 'path'],
  ['fd', 'fd'],
  ['kiocb', 'kiocb'],
  ['linux_binprm', 'linux_binprm'],
  ['command_line', 'command_line'],
  ['dentry', 'dentry'],
  ['net_device', 'net_device'],
  ['sockaddr_un', 'sockaddr_un'],
  ['module', 'module'],
  ['load_info', 'load_info'],
  ['sock', 'sock'],
  ['socket', 'socket'],
  ['skb', 'skb'],
  ['sockaddr', 'sockaddr'],
  ['cred', 'cred'],
  ['user_namespace', 'user_namespace'],
  ['bpf_attr', 'bpf_attr'],
  ['bpf_prog', 'bpf_prog'],
  ['bpf_map', 'bpf_map'],
  ['perf_event', 'perf_event'],
  ['nop', 'nop'],
]);

/** Types that are bytes, of which `maxData` reads more. */
export function isBytesType(type: ArgumentType): boolean {
  return type === 'iov_iter' || isCountedType(type);
}

/** Types of which another parameter says how many there are. */
export function isCountedType(type: ArgumentType): boolean {
  return type === 'char_buf' || type === 'char_iovec';
}

export function isFileType(type: ArgumentType): boolean {
  return FILE_TYPES.has(type);
}

/** Types with both ends of a connection. */
export function isSocketType(type: ArgumentType): boolean {
  return SOCKET_TYPES.has(type);
}

/** sockaddr is the same struct in programs; the others are known to the kernel only. */
export function isKernelObject(type: ArgumentType): boolean {
  return declarationOf(type) !== undefined && type !== 'sockaddr' && type !== 'sockaddr_un';
}

/** How a kernel function declares a parameter of the type; undefined for texts and numbers. */
export function declarationOf(type: ArgumentType): string | undefined {
  return DECLARATIONS.get(type);
}
