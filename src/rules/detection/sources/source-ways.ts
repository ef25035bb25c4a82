/** How sources are written down. */
import type { SourceArgument, SourceHook, SourceWay } from './source.ts';

/** An argument, and the member of it that is read. */
export function arg(index: number, type: string, label: string, resolve?: string): SourceArgument {
  return { index, type, label, resolve };
}

/** The LSM hooks, or the functions from which they are called. */
export function securityWays(hooks: readonly SourceHook[]): readonly SourceWay[] {
  const functions = hooks.map((hook) => ({ ...hook, call: `security_${hook.call}` }));
  return [
    { kind: 'lsm', hooks },
    { kind: 'function', hooks: functions },
  ];
}

/** System calls, as a last resort. */
export function syscallWay(hooks: readonly SourceHook[]): SourceWay {
  const named = hooks.map((hook) => ({ ...hook, syscall: hook.call.replace(/^sys_/, '') }));
  return { kind: 'syscall', hooks: named, isDegraded: true };
}
