/** One policy the manager knows: its plan, whether it is to be in force, and what became of it. */
import type { CodedError } from '../../model/errors.ts';
import type { Hook, HookPlan, PolicyPlan } from '../../model/plan.ts';
import type { PolicyMode, SettableMode } from '../../model/policy.ts';
import { SensorFileError } from '../elf/index.ts';
import { SensorError } from './errors.ts';
import type { Absence } from './hook-exists.ts';
import { hookKey } from './hook-name.ts';
import type { HookMember } from './join-plans.ts';
import type { Labels } from './scope-match.ts';

/** Why a policy is not in force, and which hook says so. */
export interface HookFailure {
  readonly hook: string;
  readonly error: CodedError;
}

/** An entry of the policy on a hook that this kernel has. */
export interface Placement {
  readonly hook: Hook;
  readonly member: HookMember;
}

export interface PolicyEntry {
  readonly plan: PolicyPlan;
  readonly placements: readonly Placement[];
  /** Entries whose hook cannot be had. */
  readonly missing: ReadonlyMap<HookPlan, Absence>;
  readonly isEnabled: boolean;
  readonly failure: HookFailure | undefined;
  readonly mode: PolicyMode;
  /** The mode was set while the policy was in force, so a new version of it keeps it. */
  readonly hasOwnMode: boolean;
  readonly isTrial: boolean;
}

/** What to put in force. */
export interface PolicyIntent {
  readonly plan: PolicyPlan;
  /** Goes before the mode that the policy itself asks for. */
  readonly mode?: SettableMode | undefined;
  readonly isEnabled?: boolean | undefined;
  /** It is tried whether it can be attached here, and no news when it cannot. */
  readonly isTrial?: true | undefined;
}

/** The entry of an intent; `previous` is the version it replaces. */
export function entryOf(
  { plan, mode, isEnabled, isTrial }: PolicyIntent,
  previous: PolicyEntry | undefined,
  absenceOf: (hookPlan: HookPlan) => Absence | undefined,
): PolicyEntry {
  const missing = new Map<HookPlan, Absence>();
  for (const hookPlan of plan.hooks) {
    const absence = absenceOf(hookPlan);
    if (absence !== undefined) missing.set(hookPlan, absence);
  }
  const present = plan.hooks.filter((hookPlan) => !missing.has(hookPlan));
  const kept = previous?.hasOwnMode === true ? previous.mode : undefined;
  return {
    plan,
    placements: present.map((hookPlan) => ({
      hook: hookPlan.hook,
      member: { policyName: plan.name, plan: hookPlan, scope: plan.scope },
    })),
    missing,
    isEnabled: isEnabled ?? true,
    failure: undefined,
    mode: hasEnforcement(plan) ? (mode ?? kept ?? plan.mode ?? 'enforce') : 'monitor_only',
    hasOwnMode: mode !== undefined || kept !== undefined,
    isTrial: isTrial === true,
  };
}

/** True when some selector does more than report. */
export function hasEnforcement(plan: PolicyPlan): boolean {
  return plan.hooks.some(({ selectors }) =>
    selectors.some(({ actions, returnActions = [] }) =>
      [...actions, ...returnActions].some(({ kind }) => kind !== 'Post' && kind !== 'NoPost'),
    ),
  );
}

/** Why a policy cannot even be tried: it must never act outside its scope, or without a hook. */
export function obstacleOf(
  { plan, missing }: PolicyEntry,
  known: { readonly workloads: boolean; readonly nodeLabels: Labels | undefined },
): HookFailure | undefined {
  const [absent, absence] = [...missing].find(isObstacle) ?? [];
  const at = absent ?? plan.hooks[0];
  const hook = at === undefined ? '' : hookKey(at.hook);
  if (absence === 'digest_rejected') {
    const message = `the program of ${hook} has none of the digests of ${absent?.source}`;
    return { hook, error: new SensorFileError('ENGINE_DIGEST_REJECTED', message) };
  }
  if (absence !== undefined) {
    const error = new SensorError('ENGINE_HOOK_NOT_FOUND', `the kernel has no hook ${hook}`);
    return { hook, error };
  }
  const unknown = unknownOf(plan, known);
  if (unknown === undefined) return undefined;
  const message = `the policy asks for ${unknown}, which this agent does not know`;
  return { hook, error: new SensorError('ENGINE_SCOPE_UNKNOWN', message) };
}

function unknownOf(
  { scope, hooks }: PolicyPlan,
  known: { readonly workloads: boolean; readonly nodeLabels: Labels | undefined },
): string | undefined {
  const { nodes, ...workloads } = scope ?? {};
  if (nodes !== undefined && known.nodeLabels === undefined) return 'labels of the node';
  const isScoped =
    Object.keys(workloads).length > 0 ||
    hooks.some(({ selectors }) => selectors.some((one) => one.matchWorkloads !== undefined));
  return isScoped && !known.workloads ? 'workloads' : undefined;
}

function isObstacle([plan, absence]: readonly [HookPlan, Absence]): boolean {
  return absence === 'not_found' ? !plan.optional : plan.acceptsRejection !== true;
}

/** What it takes to make the entry again; the mode only when it was set while it was in force. */
export function intentOf({ plan, isEnabled, mode, hasOwnMode }: PolicyEntry): PolicyIntent & {
  readonly isEnabled: boolean;
} {
  return { plan, isEnabled, mode: hasOwnMode && mode !== 'monitor_only' ? mode : undefined };
}
