/**
 * The attach ladder: which methods are worth trying for a hook, best first, and why others are not.
 */
import { assertNever } from '../../model/errors.ts';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';

/** What the ladder needs to know about a hook on this kernel. */
export interface HookSituation {
  readonly hook: Hook;
  /** Some selector overrides the return value. */
  readonly hasOverride: boolean;
  /** Some selector carries out what was decided before in the same call. */
  readonly hasEnforcer: boolean;
  /** Some argument is a register. */
  readonly readsRegisters: boolean;
  /** Some selector wants the hash of the file. */
  readonly hashesFile: boolean;
  /** Why variables of programs cannot be overwritten on this kernel, if some selector does. */
  readonly writeObstacle: string | undefined;
  /** Why the method cannot work on this kernel at all, or undefined. */
  obstacle(method: AttachMethod): string | undefined;
}

/** A rung that can be tried, or the reason it cannot. */
export type Rung =
  | { readonly kind: 'possible'; readonly method: AttachMethod }
  | { readonly kind: 'impossible'; readonly method: AttachMethod; readonly reason: string };

const NO_OVERRIDE = 'cannot change the return value';

/** Methods in the order they should be tried. */
export function climb(situation: HookSituation): readonly Rung[] {
  return methodsFor(situation).map((method) => {
    const reason =
      situation.obstacle(method) ??
      registerObstacle(situation, method) ??
      overrideObstacle(situation, method) ??
      situation.writeObstacle;
    return reason === undefined
      ? { kind: 'possible', method }
      : { kind: 'impossible', method, reason };
  });
}

function methodsFor({ hook, hashesFile }: HookSituation): readonly AttachMethod[] {
  switch (hook.kind) {
    case 'syscall':
      // Functions of system calls are open to fmod_ret where the kernel has error injection.
      return hook.method === undefined
        ? ['fentry', 'fmod_ret', 'kprobe', 'sys_enter']
        : [hook.method];
    case 'function':
      if (hook.method !== undefined) return [hook.method];
      return hook.name.startsWith('security_')
        ? ['fentry', 'lsm', 'fmod_ret', 'kprobe']
        : ['fentry', 'kprobe'];
    case 'lsm':
      // fmod_ret still enforces where `bpf` is missing from the kernel's list of LSMs.
      return hashesFile ? ['lsm_hash'] : ['lsm', 'fmod_ret'];
    case 'tracepoint':
      return ['tracepoint'];
    case 'raw_tracepoint':
      return ['tp_btf'];
    case 'uprobe':
      return ['uprobe'];
    case 'usdt':
      return ['usdt'];
    default:
      return assertNever(hook);
  }
}

function registerObstacle(
  { readsRegisters }: HookSituation,
  method: AttachMethod,
): string | undefined {
  if (!readsRegisters || method === 'kprobe' || method === 'uprobe') return undefined;
  return 'has no registers';
}

/**
 * fentry is cheapest, so it comes first where it will do. To override, lsm comes before fmod_ret:
 * the
 * kernel skips a run of the latter while the same program was preempted on that CPU.
 */
function overrideObstacle(situation: HookSituation, method: AttachMethod): string | undefined {
  const canOverride = ['fmod_ret', 'lsm', 'lsm_hash'].includes(method);
  if (situation.hasOverride && !canOverride) return NO_OVERRIDE;
  if (situation.hasEnforcer && method === 'sys_enter') return 'runs no later than what decides';
  if (!situation.hasOverride && method === 'fmod_ret' && situation.hook.kind !== 'lsm') {
    return 'only needed to override';
  }
  if (!situation.hasOverride && method === 'lsm' && situation.hook.kind !== 'lsm') {
    return 'only needed to override';
  }
  return undefined;
}
