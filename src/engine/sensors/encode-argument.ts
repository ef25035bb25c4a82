/** How the kernel is told what to read as an argument. */
import type { ArgumentType } from '../../model/argument-types.ts';
import type { MemberAccess } from '../../model/kernel-types.ts';
import {
  ARGUMENT_SOURCE,
  ARGUMENT_TYPE,
  ARGUMENT_WIDTH,
  type ArgumentConfig,
  BUFFER_SIZE_MAX,
  PATH_SIZE_MAX,
} from '../records/index.ts';
import type { JoinedArgument } from './join-plans.ts';

const TYPES: Readonly<Record<ArgumentType, number>> = {
  int8: ARGUMENT_TYPE.INT8,
  int16: ARGUMENT_TYPE.INT16,
  int: ARGUMENT_TYPE.INT,
  int64: ARGUMENT_TYPE.INT64,
  uint8: ARGUMENT_TYPE.UINT8,
  uint16: ARGUMENT_TYPE.UINT16,
  uint32: ARGUMENT_TYPE.UINT32,
  size_t: ARGUMENT_TYPE.SIZE,
  syscall64: ARGUMENT_TYPE.SYSCALL64,
  capability: ARGUMENT_TYPE.CAPABILITY,
  bpf_cmd: ARGUMENT_TYPE.BPF_CMD,
  kernel_cap_t: ARGUMENT_TYPE.CAP_SET,
  cap_inheritable: ARGUMENT_TYPE.CAP_INHERITABLE,
  cap_permitted: ARGUMENT_TYPE.CAP_PERMITTED,
  cap_effective: ARGUMENT_TYPE.CAP_EFFECTIVE,
  string: ARGUMENT_TYPE.STRING,
  char_buf: ARGUMENT_TYPE.BUFFER,
  char_iovec: ARGUMENT_TYPE.VECTOR,
  iov_iter: ARGUMENT_TYPE.ITERATOR,
  command_line: ARGUMENT_TYPE.COMMAND_LINE,
  filename: ARGUMENT_TYPE.FILENAME,
  data_loc: ARGUMENT_TYPE.STRING,
  file: ARGUMENT_TYPE.FILE,
  path: ARGUMENT_TYPE.PATH,
  fd: ARGUMENT_TYPE.FD,
  kiocb: ARGUMENT_TYPE.KIOCB,
  linux_binprm: ARGUMENT_TYPE.LINUX_BINPRM,
  dentry: ARGUMENT_TYPE.DENTRY,
  net_device: ARGUMENT_TYPE.NET_DEVICE,
  sockaddr_un: ARGUMENT_TYPE.SOCKADDR_UN,
  module: ARGUMENT_TYPE.MODULE,
  load_info: ARGUMENT_TYPE.LOAD_INFO,
  sock: ARGUMENT_TYPE.SOCK,
  socket: ARGUMENT_TYPE.SOCKET,
  skb: ARGUMENT_TYPE.SKB,
  sockaddr: ARGUMENT_TYPE.SOCKADDR,
  cred: ARGUMENT_TYPE.CRED,
  user_namespace: ARGUMENT_TYPE.USER_NAMESPACE,
  bpf_attr: ARGUMENT_TYPE.BPF_ATTR,
  bpf_prog: ARGUMENT_TYPE.BPF_PROG,
  bpf_map: ARGUMENT_TYPE.BPF_MAP,
  perf_event: ARGUMENT_TYPE.PERF_EVENT,
  nop: ARGUMENT_TYPE.NOP,
};

const REGISTER_BYTES = 8;

/** What encoding an argument needs to know of its hook. */
export interface ArgumentContext {
  /** Gives the place of a parameter. */
  slotOf(index: number): number;
  /** Undefined when the parameter itself is read. */
  accessOf(argument: JoinedArgument): MemberAccess | undefined;
}

/** The row of one argument in the config of a hook. */
export function encodeArgument(
  argument: JoinedArgument,
  { slotOf, accessOf }: ArgumentContext,
): ArgumentConfig {
  const { index, type, sizeIndex, maxData } = argument;
  const access = accessOf(argument);
  return {
    ...beginningOf(argument, () => slotOf(index)),
    type: TYPES[type],
    stepCount: access?.steps.length ?? 0,
    width: access === undefined ? 0 : widthOf(access, type),
    sizeIndex: sizeIndex === undefined ? 0 : slotOf(sizeIndex) + 1,
    sizeMax: maxData || type === 'command_line' ? BUFFER_SIZE_MAX : PATH_SIZE_MAX,
    steps: access?.steps ?? [],
  };
}

/** Types that a narrower number with a sign is extended to. */
const SIGNED: readonly ArgumentType[] = ['int16', 'int', 'int64', 'fd'];

/** A number keeps its sign in a type that has one and is wider. */
function widthOf({ width, isSigned }: MemberAccess, type: ArgumentType): number {
  const isExtended = isSigned === true && SIGNED.includes(type);
  return isExtended ? width | ARGUMENT_WIDTH.SIGNED : width;
}

/** Where reading begins: `index` counts parameters or the words of registers. */
function beginningOf(
  { resolve, atReturn }: JoinedArgument,
  slot: () => number,
): Pick<ArgumentConfig, 'index' | 'source'> {
  if (resolve?.register !== undefined) {
    return { index: resolve.register / REGISTER_BYTES, source: ARGUMENT_SOURCE.REGISTER };
  }
  if (resolve?.isCurrentTask === true) return { index: 0, source: ARGUMENT_SOURCE.CURRENT_TASK };
  if (atReturn === 'result') return { index: 0, source: ARGUMENT_SOURCE.RESULT };
  return { index: slot(), source: ARGUMENT_SOURCE.PARAMETER };
}
