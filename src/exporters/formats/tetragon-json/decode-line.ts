/** Reads Tetragon JSON lines back, ours or Tetragon's own, as far as they are shown to people. */

import { CodedError } from '../../../model/errors.ts';
import { SYSCALL_ABIS } from '../../../model/syscalls.ts';
import type { JsonArgument, JsonFile, JsonSocket } from './json-args.ts';
import type {
  JsonBody,
  JsonEnforcement,
  JsonEvent,
  JsonExtension,
  JsonProcess,
  JsonStackFrame,
} from './json-event.ts';

/** What one line was. */
export type LineResult =
  | { readonly kind: 'event'; readonly event: JsonEvent }
  | { readonly kind: 'blank' }
  | { readonly kind: 'invalid'; readonly error: CodedError };

const EVENT_KINDS = [
  'process_exec',
  'process_exit',
  'process_kprobe',
  'process_lsm',
  'process_tracepoint',
  'process_uprobe',
  'process_usdt',
  'process_loader',
  'enrichment',
] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Decodes one line; lineNumber counts from 1. Never throws: a bad line is EXPORT_LINE_INVALID. */
export function decodeLine(line: string, lineNumber: number): LineResult {
  if (line.trim() === '') return { kind: 'blank' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    // The parser's own message quotes the line, which may hold terminal escapes: cause only.
    return invalid(lineNumber, 'not JSON', cause);
  }
  if (!isFields(value)) return invalid(lineNumber, 'not a JSON object');
  const body = readEventBody(value);
  if (body === undefined) return invalid(lineNumber, 'no event of a known kind in it');
  return { kind: 'event', event: { ...body, ...readEnvelope(value) } };
}

function invalid(lineNumber: number, reason: string, cause?: unknown): LineResult {
  const message = `line ${lineNumber}: ${reason}`;
  return { kind: 'invalid', error: new CodedError('EXPORT_LINE_INVALID', message, { cause }) };
}

function readEventBody(fields: Fields): JsonEvent | undefined {
  for (const kind of EVENT_KINDS) {
    const body = read(fields[kind], readBody);
    if (body !== undefined) return { [kind]: body };
  }
  return undefined;
}

function readEnvelope(fields: Fields): JsonEvent {
  return {
    node_name: text(fields['node_name']),
    time: text(fields['time']),
    cluster_name: text(fields['cluster_name']),
    warder: read(fields['warder'], readExtension),
  };
}

function readBody(body: Fields): JsonBody {
  const args = body['args'];
  return {
    process: read(body['process'], readProcess),
    parent: read(body['parent'], readProcess),
    signal: text(body['signal']),
    status: number(body['status']),
    function_name: text(body['function_name']),
    subsys: text(body['subsys']),
    event: text(body['event']),
    path: text(body['path']),
    symbol: text(body['symbol']),
    offset: text(body['offset']),
    provider: text(body['provider']),
    name: text(body['name']),
    args: Array.isArray(args) ? args.map((arg) => read(arg, readArgument) ?? {}) : undefined,
    return: read(body['return'], readArgument),
    kernel_stack_trace: readStack(body['kernel_stack_trace']),
    user_stack_trace: readStack(body['user_stack_trace']),
    ima_hash: text(body['ima_hash']),
    action: text(body['action']),
    policy_name: text(body['policy_name']),
    message: text(body['message']),
  };
}

function readStack(frames: unknown): JsonBody['kernel_stack_trace'] {
  if (!Array.isArray(frames)) return undefined;
  return frames.map((frame) => read(frame, readFrame) ?? {});
}

function readFrame(frame: Fields): JsonStackFrame {
  return {
    address: text(frame['address']),
    offset: text(frame['offset']),
    symbol: text(frame['symbol']),
    module: text(frame['module']),
  };
}

function readProcess(process: Fields): JsonProcess {
  return {
    exec_id: text(process['exec_id']),
    pid: number(process['pid']),
    uid: number(process['uid']),
    cwd: text(process['cwd']),
    binary: text(process['binary']),
    arguments: text(process['arguments']),
    flags: text(process['flags']),
    pod: read(process['pod'], (pod) => ({
      namespace: text(pod['namespace']),
      name: text(pod['name']),
    })),
  };
}

function readArgument(argument: Fields): JsonArgument {
  return {
    string_arg: text(argument['string_arg']),
    int_arg: number(argument['int_arg']),
    uint_arg: number(argument['uint_arg']),
    long_arg: text(argument['long_arg']),
    size_arg: text(argument['size_arg']),
    syscall_id: read(argument['syscall_id'], readSyscall),
    file_arg: read(argument['file_arg'], readFile),
    path_arg: read(argument['path_arg'], readFile),
    linux_binprm_arg: read(argument['linux_binprm_arg'], readFile),
    sock_arg: read(argument['sock_arg'], readSocket),
    error_arg: read(argument['error_arg'], (error) => ({ Message: text(error['Message']) })),
  };
}

function readSyscall(call: Fields): JsonArgument['syscall_id'] {
  const abi = SYSCALL_ABIS.find((known) => known === call['abi']);
  return abi && { id: number(call['id']) ?? 0, abi };
}

function readFile(file: Fields): JsonFile {
  return { path: text(file['path']), flags: text(file['flags']) };
}

function readSocket(socket: Fields): JsonSocket {
  return {
    protocol: text(socket['protocol']),
    saddr: text(socket['saddr']),
    sport: number(socket['sport']),
    daddr: text(socket['daddr']),
    dport: number(socket['dport']),
  };
}

const OUTCOMES = ['denied', 'killed', 'set', 'not_enforced', 'monitored'] as const;

function readExtension(extension: Fields): JsonExtension {
  return {
    interpreter: text(extension['interpreter']),
    enforcement: read(extension['enforcement'], readEnforcement),
  };
}

function readEnforcement(enforcement: Fields): JsonEnforcement | undefined {
  const outcome = OUTCOMES.find((known) => known === enforcement['outcome']);
  if (outcome === undefined) return undefined;
  return {
    outcome,
    error: text(enforcement['error']),
    signal: text(enforcement['signal']),
    signal_failed: enforcement['signal_failed'] === true || undefined,
    set_failed: enforcement['set_failed'] === true || undefined,
  };
}

function read<T>(value: unknown, reader: (fields: Fields) => T): T | undefined {
  return isFields(value) ? reader(value) : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
