/** Metrics of policies: which are in force, and what they did. */
import { counter, gauge, type Metric } from './metric.ts';

/** In the order of the reference. */
export const POLICY_METRICS: readonly Metric[] = [
  gauge('warder_policies state mode', 'Policies that were loaded.', ({ policies }) =>
    policies.map(({ state, mode }) => [1, state, mode]),
  ),
  gauge(
    'warder_policy_info policy state mode',
    'State and mode of each policy; always 1.',
    ({ policies }) => policies.map(({ name, state, mode }) => [1, name, state, mode]),
  ),
  gauge(
    'warder_policy_outdated policy',
    'Policies whose new version could not be put in force, so that the old one still is; 1.',
    ({ policies }) =>
      policies.filter(({ keepsPrevious }) => keepsPrevious === true).map(({ name }) => [1, name]),
  ),
  counter(
    'warder_policy_matches_total policy hook',
    'Runs of a hook in which a selector of the policy matched.',
    ({ policies }) =>
      policies.flatMap(({ name, activity }) =>
        activity.map(({ hook, fired }) => [fired, name, hook]),
      ),
  ),
  counter(
    'warder_policy_actions_total policy hook action',
    'What came of those: `post`, `sigkill`, and what monitor mode withheld, as `monitor_sigkill`.',
    ({ policies }) =>
      policies.flatMap(({ name, activity }) =>
        activity.flatMap(({ hook, actions }) =>
          Object.entries(actions).map(([action, count]) => [count, name, hook, action] as const),
        ),
      ),
  ),
  gauge(
    'warder_policy_hooks policy state',
    'Hooks of a policy: attached, or why not.',
    ({ policies }) =>
      policies.flatMap(({ name, hooks }) => hooks.map(({ kind }) => [1, name, kind] as const)),
  ),
];
