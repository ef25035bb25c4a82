/** Arguments of hook records. */
import type { ArgumentValue, FileValue } from '../../model/event.ts';
import { SYSCALL_32_BIT } from '../../model/syscalls.ts';
import { decodeDetail } from './decode-detail.ts';
import { ARGUMENT_STATUS, ARGUMENT_TYPE } from './generated/enums.ts';
import type { ArgumentRecordView } from './generated/views.ts';
import type { RecordPlace } from './string-table.ts';

const UNREADABLE: ArgumentValue = { kind: 'unreadable' };

/** One argument. A type this build does not know is unreadable. */
export function decodeArgument(argument: ArgumentRecordView, place: RecordPlace): ArgumentValue {
  if (argument.status === ARGUMENT_STATUS.UNREADABLE) return UNREADABLE;
  return decodeNumber(argument) ?? decodeTexts(argument, place) ?? decodeObject(argument, place);
}

function decodeNumber(argument: ArgumentRecordView): ArgumentValue | undefined {
  switch (argument.type) {
    case ARGUMENT_TYPE.INT8:
    case ARGUMENT_TYPE.INT16:
    case ARGUMENT_TYPE.INT:
      return { kind: 'int', value: argument.valueLow | 0 };
    case ARGUMENT_TYPE.UINT8:
    case ARGUMENT_TYPE.UINT16:
    case ARGUMENT_TYPE.UINT32:
      return { kind: 'uint', value: argument.valueLow };
    case ARGUMENT_TYPE.INT64:
      return { kind: 'long', value: BigInt.asIntN(64, argument.value) };
    case ARGUMENT_TYPE.SIZE:
      return { kind: 'size', value: argument.value };
    case ARGUMENT_TYPE.SYSCALL64:
      return decodeSyscall(argument.valueLow);
    case ARGUMENT_TYPE.CAPABILITY:
      return { kind: 'capability', value: argument.valueLow | 0 };
    case ARGUMENT_TYPE.BPF_CMD:
      return { kind: 'bpf_cmd', value: argument.valueLow | 0 };
    case ARGUMENT_TYPE.CAP_SET:
      return { kind: 'kernel_cap_t', value: argument.value };
    case ARGUMENT_TYPE.CAP_INHERITABLE:
      return { kind: 'cap_inheritable', value: argument.value };
    case ARGUMENT_TYPE.CAP_PERMITTED:
      return { kind: 'cap_permitted', value: argument.value };
    case ARGUMENT_TYPE.CAP_EFFECTIVE:
      return { kind: 'cap_effective', value: argument.value };
    default:
      return undefined;
  }
}

function decodeSyscall(value: number): ArgumentValue {
  const isArm = process.arch === 'arm64';
  if (value < SYSCALL_32_BIT)
    return { kind: 'syscall', number: value, abi: isArm ? 'arm64' : 'x64' };
  return { kind: 'syscall', number: value - SYSCALL_32_BIT, abi: isArm ? 'arm32' : 'i386' };
}

function decodeTexts(argument: ArgumentRecordView, place: RecordPlace): ArgumentValue | undefined {
  switch (argument.type) {
    case ARGUMENT_TYPE.FILENAME:
    case ARGUMENT_TYPE.COMMAND_LINE:
    case ARGUMENT_TYPE.STRING: {
      const truncated = argument.status === ARGUMENT_STATUS.TRUNCATED;
      return { kind: 'string', value: decodeText(argument, place), truncated };
    }
    case ARGUMENT_TYPE.BUFFER:
    case ARGUMENT_TYPE.VECTOR:
    case ARGUMENT_TYPE.ITERATOR:
      return decodeBuffer(argument, place);
    case ARGUMENT_TYPE.FILE:
    case ARGUMENT_TYPE.FD:
    case ARGUMENT_TYPE.KIOCB:
      return { kind: 'file', ...decodeFile(argument, place) };
    case ARGUMENT_TYPE.LINUX_BINPRM:
      return { kind: 'linux_binprm', ...decodeFile(argument, place) };
    case ARGUMENT_TYPE.PATH:
    case ARGUMENT_TYPE.DENTRY:
      return { kind: 'path', ...decodeFile(argument, place) };
    case ARGUMENT_TYPE.NET_DEVICE:
      return { kind: 'net_device', name: decodeText(argument, place) };
    case ARGUMENT_TYPE.SOCKADDR_UN:
      return {
        kind: 'sockaddr_un',
        family: argument.valueLow,
        path: decodeText(argument, place),
      };
    case ARGUMENT_TYPE.MODULE:
    case ARGUMENT_TYPE.LOAD_INFO:
      return {
        kind: 'module',
        name: decodeText(argument, place),
        isSigned: argument.mode !== 0,
        taints: argument.value,
      };
    default:
      return undefined;
  }
}

function decodeObject(argument: ArgumentRecordView, place: RecordPlace): ArgumentValue {
  if (argument.type === ARGUMENT_TYPE.NOP) return { kind: 'nop' };
  // Cut before its detail: the record was full.
  if (argument.textLength === 0) return UNREADABLE;
  return decodeDetail(argument, place) ?? UNREADABLE;
}

function decodeText(argument: ArgumentRecordView, place: RecordPlace): string {
  return place.strings.decode(place.bytes, place.at + argument.textOffset, argument.textLength);
}

/** The bytes outlive the batch. */
function decodeBuffer(argument: ArgumentRecordView, place: RecordPlace): ArgumentValue {
  const start = place.at + argument.textOffset;
  const value = place.bytes.slice(start, start + argument.textLength);
  return { kind: 'bytes', value, size: Number(argument.value) };
}

function decodeFile(argument: ArgumentRecordView, place: RecordPlace): FileValue {
  // A path that found no room in the record is as good as cut.
  const unresolved = argument.status !== ARGUMENT_STATUS.OK;
  return { path: decodeText(argument, place), mode: argument.mode, unresolved };
}
