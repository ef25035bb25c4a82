/** The policies of a running agent with what they did, as the API answers them. */
import type { PolicySensors } from '../engine/index.ts';
import type { HookActivity, PolicyReport, PolicyStatus } from '../model/policy.ts';

type Activities = ReturnType<PolicySensors['activityOf']>;

/** `toIso` turns boot time into text. */
export function reportPolicies(
  policies: PolicySensors,
  toIso: (timeNs: bigint) => string,
): readonly PolicyReport[] {
  return policies.manager.statuses().map((status) => ({
    ...status,
    activity: activityOf(status, policies.activityOf(status.name), toIso),
  }));
}

/** A policy with two entries on one hook is counted there once. */
function activityOf(
  { hooks }: PolicyStatus,
  activities: Activities,
  toIso: (timeNs: bigint) => string,
): readonly HookActivity[] {
  const attached = hooks.filter(({ kind }) => kind === 'attached').map(({ hook }) => hook);
  return [...new Set(attached)].map((hook) => {
    const { fired = 0, lastNs = 0n, actions = {} } = activities.get(hook) ?? {};
    return { hook, fired, lastFired: lastNs === 0n ? '' : toIso(lastNs), actions };
  });
}
