/** Canaries: calls that the agent makes to see whether what it has just attached runs. */
import {
  closeSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { CodedError } from '../../model/errors.ts';
import type { Hook } from '../../model/plan.ts';
import type { CanaryResult } from '../../model/policy.ts';
import { type BpfProgram, enableStats } from '../kernel/index.ts';

/** Something that the agent does all the time, and what every kernel comes by for it. */
interface Canary {
  readonly syscalls: readonly string[];
  readonly functions: readonly string[];
  sing(): void;
}

const CANARIES: readonly Canary[] = [
  {
    syscalls: ['openat', 'read', 'close'],
    functions: ['security_file_open', 'security_file_permission', 'vfs_read', 'do_filp_open'],
    sing: () => withFile('/proc/self/status', 'r', (fd) => readSync(fd, new Uint8Array(1))),
  },
  {
    syscalls: ['write'],
    functions: ['vfs_write'],
    sing: () => withFile('/dev/null', 'w', (fd) => writeSync(fd, '-')),
  },
  {
    syscalls: ['statx'],
    functions: ['security_inode_getattr', 'vfs_statx'],
    sing: () => statSync('/proc/self/status'),
  },
  {
    syscalls: ['getdents64'],
    functions: ['iterate_dir'],
    sing: () => readdirSync('/proc/self/task'),
  },
  {
    syscalls: [],
    functions: ['security_inode_readlink'],
    sing: () => readlinkSync('/proc/self/exe'),
  },
];

/**
 * Makes a call that comes by the hook, if there is a harmless one, and looks whether the program
 * ran. For a stub whose slot is empty, of a hook that has no other: its policies must not see the
 * call.
 */
export function tryHook(hook: Hook, stub: BpfProgram): CanaryResult {
  const canary = canaryOf(hook);
  if (canary === undefined) return 'untried';
  try {
    using _counting = enableStats();
    const before = stub.stats().runCount;
    canary.sing();
    return stub.stats().runCount > before ? 'ran' : 'silent';
  } catch (error) {
    // Neither a kernel without statistics nor a policy that denies the call says something of this.
    if (error instanceof CodedError || isSystemError(error)) return 'untried';
    throw error;
  }
}

function canaryOf(hook: Hook): Canary | undefined {
  switch (hook.kind) {
    case 'syscall':
      return CANARIES.find(({ syscalls }) => syscalls.includes(hook.name));
    case 'function':
      return CANARIES.find(({ functions }) => functions.includes(hook.name));
    case 'lsm':
      return CANARIES.find(({ functions }) => functions.includes(`security_${hook.name}`));
    default:
      return undefined;
  }
}

function withFile(path: string, flags: string, use: (fd: number) => void): void {
  const fd = openSync(path, flags);
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
