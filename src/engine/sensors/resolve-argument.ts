/** How the kernel reaches the member that an argument is read from. */
import type {
  KernelTypes,
  MemberAccess,
  MemberProblem,
  TypesFileProblem,
} from '../../model/kernel-types.ts';
import type { Hook, ResolvePlan } from '../../model/plan.ts';
import { RESOLVE_STEPS_MAX } from '../records/index.ts';
import { SensorError } from './errors.ts';
import { hookKey } from './hook-name.ts';
import type { JoinedArgument } from './join-plans.ts';

const FILE_ERRORS = {
  unreadable: 'ENGINE_TYPES_FILE_UNREADABLE',
  invalid: 'ENGINE_TYPES_FILE_INVALID',
} as const;

/**
 * Undefined when the parameter itself is read. Throws SensorError ENGINE_MEMBER_UNKNOWN,
 * ENGINE_TYPES_FILE_UNREADABLE and ENGINE_TYPES_FILE_INVALID.
 */
export function resolveArgument(
  { index, resolve }: JoinedArgument,
  hook: Hook,
  types: KernelTypes,
): MemberAccess | undefined {
  if (resolve === undefined || resolve.register !== undefined) return undefined;
  const fail = (reason: string): SensorError =>
    new SensorError('ENGINE_MEMBER_UNKNOWN', `${hookKey(hook)}: ${resolve.path}: ${reason}`);
  const access = accessTo({ resolve, index, hook }, types);
  if (access === undefined) throw fail('the hook has no such parameter on this kernel');
  if ('file' in access) {
    throw new SensorError(FILE_ERRORS[access.file], `${hookKey(hook)}: ${access.message}`);
  }
  if ('message' in access) throw fail(access.message);
  if (access.steps.length > RESOLVE_STEPS_MAX) {
    throw fail(`${access.steps.length} pointers lead there, the limit is ${RESOLVE_STEPS_MAX}`);
  }
  return access;
}

/**
 * By the argument of a policy in force: what became of the file since is nothing to it, nor to the
 * other policies of its hook.
 */
const PROGRAM_MEMBERS = new WeakMap<ResolvePlan, MemberAccess>();

interface Beginning {
  readonly resolve: ResolvePlan;
  readonly index: number;
  readonly hook: Hook;
}

/** Undefined when the hook has nothing there. */
function accessTo(
  { resolve, index, hook }: Beginning,
  types: KernelTypes,
): MemberAccess | MemberProblem | TypesFileProblem | undefined {
  const { path, btfType, btfTypeModule, btfPath, isCurrentTask } = resolve;
  if (btfPath !== undefined) {
    const known = PROGRAM_MEMBERS.get(resolve);
    const found = known ?? types.resolveProgramMember({ file: btfPath, name: btfType }, path);
    if (!('message' in found)) PROGRAM_MEMBERS.set(resolve, found);
    return found;
  }
  const root =
    btfType === '' ? rootOf(isCurrentTask, { hook, index }, types) : `struct ${btfType} *`;
  return root === undefined ? undefined : types.resolveMember(root, path, btfTypeModule);
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
