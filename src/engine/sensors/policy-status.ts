/** What to say about a policy: its state, and that of each of its hooks. */
import type { AttachMethod, HookStatus, PolicyState, PolicyStatus } from '../../model/policy.ts';
import type { Absence } from './hook-exists.ts';
import { hookKey } from './hook-name.ts';
import { LOADER_HOOK } from './loader-sensor.ts';
import type { PolicyEntry } from './policy-entry.ts';
import { type Labels, selects } from './scope-match.ts';

/** A policy on a node. */
interface NodeEntry extends PolicyEntry {
  /** It is for others. */
  readonly isSkipped: boolean;
}

/** Whether the policy is for this node; labels that are not known are an obstacle before. */
export function isForNode({ plan }: PolicyEntry, nodeLabels: Labels | undefined): boolean {
  return selects(plan.scope?.nodes ?? [], nodeLabels ?? {});
}

/** Whether files that are mapped executable are part of it. */
export function hasLoader({ plan }: PolicyEntry): boolean {
  return plan.loader === true;
}

/** Whether it is on a hook of that name. */
export function isOn(entry: PolicyEntry, key: string): boolean {
  if (key === LOADER_HOOK) return hasLoader(entry);
  return entry.placements.some(({ hook }) => hookKey(hook) === key);
}

/** The status of an entry; `methodOf` says how a hook is attached, if it is. */
export function statusOf(
  entry: NodeEntry,
  methodOf: (hook: string) => AttachMethod | undefined,
): PolicyStatus {
  const { plan, mode } = entry;
  const hooks = plan.hooks.map((hookPlan) => {
    const hook = hookKey(hookPlan.hook);
    const absence = entry.missing.get(hookPlan);
    return hookStatus(entry, { hook, absence }, methodOf);
  });
  const loader = plan.loader ? [hookStatus(entry, { hook: LOADER_HOOK }, methodOf)] : [];
  return {
    ...{ name: plan.name, file: plan.file, state: stateOf(entry), mode },
    hooks: [...hooks, ...loader],
  };
}

function stateOf({ failure, isEnabled, missing, isSkipped }: NodeEntry): PolicyState {
  if (failure !== undefined) return 'load_error';
  if (!isEnabled) return 'disabled';
  if (isSkipped) return 'skipped';
  return missing.size > 0 ? 'partially_enabled' : 'enabled';
}

function hookStatus(
  { failure, isEnabled, isSkipped }: NodeEntry,
  { hook, absence }: { readonly hook: string; readonly absence?: Absence | undefined },
  methodOf: (hook: string) => AttachMethod | undefined,
): HookStatus {
  if (absence === 'digest_rejected') return { kind: absence, hook };
  if (failure?.hook === hook) {
    return { kind: 'failed', hook, code: failure.error.code, reason: failure.error.message };
  }
  if (absence !== undefined) return { kind: absence, hook };
  if (failure !== undefined) {
    const reason = 'not attached, because another hook of the policy failed';
    return { kind: 'failed', hook, code: failure.error.code, reason };
  }
  const method = isEnabled && !isSkipped ? methodOf(hook) : undefined;
  return method === undefined ? { kind: 'detached', hook } : { kind: 'attached', hook, method };
}
