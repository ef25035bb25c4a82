/** The types of arguments, and how they are compared. */

/**
 * `int` has 32 bits, `size_t` 64 and no sign; `capability` and `bpf_cmd` are ints, the sets of
 * capabilities are behind a pointer. `syscall64` is the number of a system call, with bit 31 set
 * for that of a 32-bit program.
 */
export type NumberType =
  | 'capability'
  | 'bpf_cmd'
  | 'kernel_cap_t'
  | 'cap_inheritable'
  | 'cap_permitted'
  | 'cap_effective'
  | 'int8'
  | 'int16'
  | 'int'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'size_t'
  | 'syscall64';

/** What is compared as text. */
export type TextType =
  | 'string'
  | 'char_buf'
  | 'char_iovec'
  | 'iov_iter'
  | 'command_line'
  | 'filename'
  | 'data_loc'
  | 'file'
  | 'path'
  | 'fd'
  | 'kiocb'
  | 'linux_binprm'
  | 'dentry'
  | 'net_device'
  | 'sockaddr_un'
  | 'module'
  | 'load_info';

/** What is compared by its parts, or only reported. */
export type ObjectType =
  | 'sock'
  | 'socket'
  | 'skb'
  | 'sockaddr'
  | 'cred'
  | 'user_namespace'
  | 'bpf_attr'
  | 'bpf_prog'
  | 'bpf_map'
  | 'perf_event'
  | 'nop';

export type ArgumentType = NumberType | TextType | ObjectType;

const TEXT_TYPES: ReadonlySet<string> = new Set<TextType>([
  'string',
  'char_buf',
  'char_iovec',
  'iov_iter',
  'command_line',
  'filename',
  'data_loc',
  'file',
  'path',
  'fd',
  'kiocb',
  'linux_binprm',
  'dentry',
  'net_device',
  'sockaddr_un',
  'module',
  'load_info',
]);

/** Whether reading it costs no walk of a path and no copy of a long text. */
export function isReadEarly(type: ArgumentType): boolean {
  // Its family is compared as a number.
  return !isTextType(type) || type === 'sockaddr_un';
}

export function isTextType(type: ArgumentType): type is TextType {
  return TEXT_TYPES.has(type);
}
