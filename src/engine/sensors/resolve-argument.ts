/** How the kernel reaches the member that an argument is read from. */
import type { KernelTypes, MemberAccess } from '../../model/kernel-types.ts';
import type { Hook } from '../../model/plan.ts';
import { RESOLVE_STEPS_MAX } from '../records/index.ts';
import { SensorError } from './errors.ts';
import { hookKey } from './hook-name.ts';
import type { JoinedArgument } from './join-plans.ts';

/** Undefined when the parameter itself is read. Throws SensorError ENGINE_MEMBER_UNKNOWN. */
export function resolveArgument(
  { index, resolve }: JoinedArgument,
  hook: Hook,
  types: KernelTypes,
): MemberAccess | undefined {
  if (resolve === undefined || resolve.register !== undefined) return undefined;
  const fail = (reason: string): SensorError =>
    new SensorError('ENGINE_MEMBER_UNKNOWN', `${hookKey(hook)}: ${resolve.path}: ${reason}`);
  const root =
    resolve.btfType === ''
      ? rootOf(resolve.isCurrentTask, { hook, index }, types)
      : resolve.btfType;
  if (root === undefined) throw fail('the hook has no such parameter on this kernel');
  const spelled = resolve.btfType === '' ? root : `struct ${root} *`;
  const access = types.resolveMember(spelled, resolve.path, resolve.btfTypeModule);
  if ('message' in access) throw fail(access.message);
  if (access.steps.length > RESOLVE_STEPS_MAX) {
    throw fail(`${access.steps.length} pointers lead there, the limit is ${RESOLVE_STEPS_MAX}`);
  }
  return access;
}

function rootOf(
  isCurrentTask: boolean,
  { hook, index }: { readonly hook: Hook; readonly index: number },
  types: KernelTypes,
): string | undefined {
  if (isCurrentTask) return 'struct task_struct *';
  if (hook.kind === 'raw_tracepoint') {
    return types.rawTracepointParameters(hook.name)?.[index]?.type;
  }
  if (hook.kind !== 'function' && hook.kind !== 'lsm') return undefined;
  const name = hook.kind === 'lsm' ? `bpf_lsm_${hook.name}` : hook.name;
  return types.functionParameters(name)?.[index]?.type;
}
