/** The policies of a running agent with what they did, as the API answers them. */
import type { PolicySensors } from '../engine/index.ts';
import type { FiredCounts, HookActivity, PolicyReport, PolicyStatus } from '../model/policy.ts';
import { SOURCE_PREFIX } from '../rules/detection/sources/of-source.ts';

type Activities = ReturnType<PolicySensors['activityOf']>;

/** By the name of the hook. */
interface Counts {
  readonly signs: ReturnType<PolicySensors['signs']>;
  readonly activities: Activities;
}

type Tally = Pick<NonNullable<ReturnType<Activities['get']>>, 'fired' | 'lastNs' | 'actions'>;

/** `toIso` turns boot time into text. `withSources`: also those that only rules have. */
export function reportPolicies(
  policies: PolicySensors,
  toIso: (timeNs: bigint) => string,
  withSources: boolean,
): readonly PolicyReport[] {
  const signs = policies.signs();
  return reportStatuses(policies, withSources).map((status) => ({
    ...status,
    activity: activityOf(status, { signs, activities: policies.activityOf(status.name) }, toIso),
  }));
}

/** What became of them. */
export function reportStatuses(
  { manager }: Pick<PolicySensors, 'manager'>,
  withSources = false,
): readonly PolicyStatus[] {
  return manager.statuses().filter(({ name }) => withSources || !name.startsWith(SOURCE_PREFIX));
}

/** A policy with two entries on one hook is counted there once. */
function activityOf(
  { hooks }: PolicyStatus,
  { signs, activities }: Counts,
  toIso: (timeNs: bigint) => string,
): readonly HookActivity[] {
  const attached = hooks.filter(({ kind }) => kind === 'attached').map(({ hook }) => hook);
  return [...new Set(attached)].map((hook) => {
    const activity = activities.get(hook);
    const selectors = [...(activity?.selectors ?? [])].map(([selector, tally]) => ({
      selector,
      ...countsOf(tally, toIso),
    }));
    const { runs = 0, canary = 'untried' } = signs.get(hook) ?? {};
    return { hook, runs, canary, ...countsOf(activity, toIso), selectors };
  });
}

function countsOf(tally: Tally | undefined, toIso: (timeNs: bigint) => string): FiredCounts {
  const { fired = 0, lastNs = 0n, actions = {} } = tally ?? {};
  return { fired, lastFired: lastNs === 0n ? '' : toIso(lastNs), actions };
}
