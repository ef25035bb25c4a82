/** Names of hooks: as users read them, as the kernel spells them, and as events report them. */
import type { Hook } from '../../model/plan.ts';
import { assertNever } from '../../model/errors.ts';

/** Prefix of system call functions, by `process.arch`. */
const SYSCALL_PREFIXES: Readonly<Record<string, string>> = {
  x64: '__x64_sys_',
  arm64: '__arm64_sys_',
};

/** Unique per hook, and how it is shown: `sys_openat`, `security_file_open`, `lsm/file_open`. */
export function hookKey(hook: Hook): string {
  switch (hook.kind) {
    case 'syscall':
      return `sys_${hook.name}`;
    case 'function':
      return hook.name;
    case 'lsm':
      return `lsm/${hook.name}`;
    default:
      return assertNever(hook);
  }
}

/** The kernel function behind the hook; for LSM hooks, the function that runs all modules. */
export function hookFunction(hook: Hook, arch: string = process.arch): string {
  switch (hook.kind) {
    case 'syscall':
      return `${SYSCALL_PREFIXES[arch] ?? '__x64_sys_'}${hook.name}`;
    case 'function':
      return hook.name;
    case 'lsm':
      return `security_${hook.name}`;
    default:
      return assertNever(hook);
  }
}

/** `function_name` of events. */
export function reportedName(hook: Hook): string {
  return hook.kind === 'lsm' ? hook.name : hookFunction(hook);
}
