/** What a hook event is called in compact output, and which of its arguments are worth the line. */
import type { JsonArgument } from '../tetragon-json/json-args.ts';
import type { JsonBody } from '../tetragon-json/json-event.ts';

/** Which arguments to print after the verb. */
export type Detail = 'none' | 'text' | 'text_and_size' | 'number' | 'socket' | 'all';

export interface Verb {
  readonly emoji: string;
  readonly word: string;
  readonly detail: Detail;
  /** Printed before the arguments when the word does not say which function ran; else empty. */
  readonly subject: string;
}

type Row = readonly [emoji: string, word: string, detail: Detail];

/** By kernel function; system calls without the prefix of the architecture. */
const VERBS: Readonly<Record<string, Row>> = {
  sys_open: ['📬', 'open', 'text'],
  sys_openat: ['📬', 'openat', 'text'],
  fd_install: ['📬', 'open', 'text'],
  sys_close: ['📪', 'close', 'text'],
  sys_read: ['📚', 'read', 'text_and_size'],
  sys_write: ['📝', 'write', 'text_and_size'],
  security_path_truncate: ['📝', 'truncate', 'text'],
  sys_mount: ['💾', 'mount', 'text'],
  sys_pivot_root: ['💾', 'pivot_root', 'text'],
  sys_setuid: ['🔑', 'setuid', 'number'],
  sys_setns: ['🔧', 'setns', 'number'],
  sys_clock_settime: ['⏰', 'clock_settime', 'none'],
  tcp_connect: ['🔌', 'connect', 'socket'],
  tcp_close: ['🧹', 'close', 'socket'],
  tcp_sendmsg: ['📤', 'sendmsg', 'socket'],
  bpf_check: ['🐝', 'bpf_load', 'all'],
  security_perf_event_alloc: ['🐝', 'perf_event_alloc', 'all'],
  security_bpf_map_alloc: ['🗺', 'bpf_map_create', 'all'],
};

const SYSCALL_PREFIX = /^__(?:x64|arm64|ia32|riscv)_(?=sys_)/;

const MAY_WRITE = 2;
const MAY_READ = 4;

/** The verb of a kprobe event. */
export function kprobeVerb(functionName: string, args: readonly JsonArgument[]): Verb {
  const name = functionName.replace(SYSCALL_PREFIX, '');
  const row = fileAccess(name, args) ?? (Object.hasOwn(VERBS, name) ? VERBS[name] : undefined);
  if (row === undefined) {
    return { emoji: '❓', word: 'syscall', detail: 'all', subject: functionName };
  }
  return { emoji: row[0], word: row[1], detail: row[2], subject: '' };
}

/** The verb of an LSM event. */
export function lsmVerb(functionName: string): Verb {
  return { emoji: '🔒', word: 'LSM', detail: 'all', subject: functionName };
}

/** The verb of a tracepoint event. */
export function tracepointVerb(subsystem: string, name: string): Verb {
  const subject = `${subsystem}:${name}`;
  if (subsystem === 'raw_syscalls') {
    return { emoji: '☎', word: 'syscall', detail: 'all', subject: name };
  }
  return { emoji: '📍', word: 'trace', detail: 'all', subject };
}

/** The verb of an event from a place in a program. */
export function uprobeVerb({ path = '', symbol, offset }: JsonBody): Verb {
  const subject = `${path}:${symbol ?? offset ?? ''}`;
  return { emoji: '🪝', word: 'uprobe', detail: 'all', subject };
}

/** The verb of an event from a place that a program marks. */
export function usdtVerb({ path = '', provider = '', name = '' }: JsonBody): Verb {
  return { emoji: '🪝', word: 'usdt', detail: 'all', subject: `${path}:${provider}:${name}` };
}

/** Functions whose verb depends on the second argument, when the policy asks for it. */
function fileAccess(name: string, args: readonly JsonArgument[]): Row | undefined {
  const mask = args[1]?.int_arg ?? args[1]?.uint_arg;
  if (mask === undefined) return undefined;
  if (name === 'security_file_permission') {
    if (mask & MAY_WRITE) return ['📝', 'write', 'text'];
    if (mask & MAY_READ) return ['📚', 'read', 'text'];
  }
  if (name === 'security_mmap_file') {
    const access = [mask & 1 ? 'r' : '', mask & 2 ? 'w' : '', mask & 4 ? 'x' : ''].join('');
    return ['📝', `mmap-${access}`, 'text'];
  }
  return undefined;
}
