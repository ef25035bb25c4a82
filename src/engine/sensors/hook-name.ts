/** Names of hooks: as users read them, as the kernel spells them, and as events report them. */
import { createHash } from 'node:crypto';
import { assertNever } from '../../model/errors.ts';
import type { Hook } from '../../model/plan.ts';
import { SYSCALL_ENTRY_NAMES } from '../../model/syscalls.ts';

/** Prefix of system call functions, by `process.arch`. */
const SYSCALL_PREFIXES: Readonly<Record<string, string>> = {
  x64: '__x64_sys_',
  arm64: '__arm64_sys_',
};

/** Names of system calls whose function is called otherwise, by the name users know. */
const ENTRY_NAMES: ReadonlyMap<string, string> = new Map(
  [...SYSCALL_ENTRY_NAMES].map(([entry, name]) => [name, entry]),
);

/** Entry names that only arm64 has. */
const ARM64_ENTRIES: ReadonlySet<string> = new Set(['arm64_personality', 'fadvise64_64']);

/** Unique per hook, and how it is shown: `sys_openat`, `security_file_open`, `lsm/file_open`. */
export function hookKey(hook: Hook): string {
  switch (hook.kind) {
    case 'syscall':
      return `${methodPrefix(hook)}sys_${hook.name}`;
    case 'function':
      return `${methodPrefix(hook)}${hook.name}`;
    case 'lsm':
      return `lsm/${hook.name}`;
    case 'tracepoint':
      return `tracepoint/${hook.subsystem}/${hook.name}`;
    case 'raw_tracepoint':
      return `raw_tracepoint/${hook.name}`;
    case 'uprobe':
      return `uprobe${hook.path}:${hook.name}${digestMark(hook.digests)}`;
    case 'usdt':
      return `usdt${hook.path}:${hook.provider}:${hook.name}`;
    default:
      return assertNever(hook);
  }
}

/** A hook for one content of the file is not the one for whatever is there. */
function digestMark(digests: readonly string[] | undefined): string {
  if (digests === undefined) return '';
  return `@${createHash('sha256').update(digests.join(' ')).digest('hex').slice(0, 16)}`;
}

/** The kernel function behind the hook; for LSM hooks, the function that runs all modules. */
export function hookFunction(hook: Hook, arch: string = process.arch): string {
  switch (hook.kind) {
    case 'syscall':
      return `${SYSCALL_PREFIXES[arch] ?? '__x64_sys_'}${entryName(hook.name, arch)}`;
    case 'function':
      return hook.name;
    case 'lsm':
      return `security_${hook.name}`;
    case 'tracepoint':
    case 'raw_tracepoint':
    case 'uprobe':
    case 'usdt':
      return hook.name;
    default:
      return assertNever(hook);
  }
}

/** `function_name` of events. */
export function reportedName(hook: Hook): string {
  return hook.kind === 'lsm' ? hook.name : hookFunction(hook);
}

/** Hooks that must be attached in one way are not those that may be attached in any. */
function methodPrefix(hook: { readonly method?: string }): string {
  return hook.method === undefined ? '' : `${hook.method}/`;
}

function entryName(name: string, arch: string): string {
  const entry = ENTRY_NAMES.get(name) ?? name;
  return arch !== 'arm64' && ARM64_ENTRIES.has(entry) ? name : entry;
}
