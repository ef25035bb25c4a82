/** The same counters under the names that Tetragon has for them, for dashboards and alerts. */
import type { PolicyReport } from '../model/policy.ts';
import type { HookCount, LossCount } from '../model/stats.ts';
import { counter, gauge, type Metric, type MetricRow, single } from './metric.ts';
import { messageNumber, nameAction, readSelectorPlace, splitPolicyName } from './tetragon-words.ts';

const NS_PER_SECOND = 1e9;

/** Kinds of events that only the agent itself looks at, or that Tetragon does not have. */
const OWN_KINDS: readonly string[] = ['process_dns', 'enrichment'];

const STATES = ['enabled', 'disabled', 'load_error', 'error'] as const;

const ERRORS: Readonly<Record<LossCount['reason'], string>> = {
  ring_full: 'ENOSPC',
  scratch_busy: 'EBUSY',
  state_failed: 'unknown',
};

const EVENTS: readonly Metric[] = [
  counter('tetragon_events_total type', 'Events that were handed out.', ({ stats }) =>
    Object.entries(stats.events)
      .filter(([kind]) => !OWN_KINDS.includes(kind))
      .map(([kind, count]) => [count, kind.toUpperCase()]),
  ),
  counter('tetragon_policy_events_total policy hook', 'Events of a policy.', ({ policies }) =>
    policies.flatMap(({ name, activity }) =>
      activity.map(({ hook, actions }): MetricRow => {
        return [actions['post'] ?? 0, splitPolicyName(name).name, hook];
      }),
    ),
  ),
  counter(
    'tetragon_events_exported_total',
    'Events that were handed out.',
    single(({ stats }) => sum(Object.values(stats.events))),
  ),
  counter(
    'tetragon_export_ratelimit_events_dropped_total',
    'Messages that were too many.',
    single(({ stats }) => stats.delivery?.suppressed),
  ),
  counter(
    'tetragon_events_missing_process_info_total',
    'Records of processes that were not known.',
    single(({ stats }) => stats.processes.unknownLookups),
  ),
];

const POLICIES: readonly Metric[] = [
  gauge('tetragon_tracingpolicy_loaded state', 'Policies by state.', ({ policies }) =>
    STATES.map((state) => [policies.filter((each) => stateOf(each) === state).length, state]),
  ),
  counter(
    'tetragon_tracingpolicy_selector_actions_total ' +
      'policy policy_namespace hook hook_index selector_index action',
    'What selectors did, by their place in the policy.',
    ({ policies }) => policies.flatMap(selectorRows),
  ),
];

const LOSSES: readonly Metric[] = [
  counter(
    'tetragon_bpf_missed_events_total msg_op error',
    'Records that the kernel could not send.',
    ({ stats }) =>
      stats.lost.map((loss) => [loss.count, messageNumber(loss, stats.hooks), ERRORS[loss.reason]]),
  ),
  counter(
    'tetragon_notify_overflowed_events_total',
    'Events that clients who follow them did not get, as they were too slow.',
    single(({ stats }) => stats.missed),
  ),
  counter(
    'tetragon_observer_ringbuf_events_received_total',
    'Records that were read from the rings.',
    single(({ stats }) => stats.received),
  ),
  counter(
    'tetragon_observer_ringbuf_events_lost_total',
    'Records that a full ring lost.',
    single(({ stats }) =>
      sum(stats.lost.map(({ reason, count }) => (reason === 'ring_full' ? count : 0))),
    ),
  ),
  counter(
    'tetragon_observer_ringbuf_errors_total',
    'Records that were malformed, and skipped.',
    single(({ stats }) => sum(Object.values(stats.rejected))),
  ),
  counter(
    'tetragon_missed_prog_probes_total attach policy',
    'Runs that the kernel left out; no policy: several share the hook.',
    ({ stats }) => stats.hooks.map((hook) => [hook.missed, hook.hook, ownerOf(hook).name]),
  ),
];

const CACHES: readonly Metric[] = [
  gauge(
    'tetragon_process_cache_capacity',
    'Processes that can be known.',
    single(({ stats }) => stats.processes.capacity),
  ),
  gauge(
    'tetragon_process_cache_size',
    'Processes that are known.',
    single(({ stats: { processes } }) => processes.live + processes.retained),
  ),
  counter(
    'tetragon_process_cache_evictions_total',
    'Processes that were forgotten early to make room.',
    single(({ stats }) => stats.processes.evicted),
  ),
  counter(
    'tetragon_process_cache_misses_total operation',
    'Records of processes that were not known.',
    ({ stats }) => [[stats.processes.unknownLookups, 'get']],
  ),
  gauge(
    'tetragon_event_cache_entries',
    'Events that wait for their pod.',
    single(({ stats }) => stats.workloads.held),
  ),
  counter(
    'tetragon_event_cache_inserts_total',
    'Events that waited for their pod.',
    single(({ stats: { workloads } }) => workloads.held + workloads.named + workloads.expired),
  ),
  counter(
    'tetragon_event_cache_fetch_failures_total entry_type',
    'Events that went out without their pod.',
    ({ stats }) => [[stats.workloads.expired, 'pod_info']],
  ),
];

const COST: readonly Metric[] = [
  ofPrograms('runs', 'Runs of the programs at a hook.', ({ runs }) => runs),
  ofPrograms(
    'seconds',
    'Time in those; 0 unless the statistics of the kernel are on.',
    ({ runTimeNs }) => runTimeNs / NS_PER_SECOND,
  ),
];

/** In the order of the reference. */
export const TETRAGON_METRICS: readonly Metric[] = [
  ...EVENTS,
  ...POLICIES,
  ...LOSSES,
  ...CACHES,
  ...COST,
];

/** One program serves all policies at a hook. */
function ofPrograms(unit: string, help: string, read: (hook: HookCount) => number): Metric {
  const labels = 'attach policy policy_namespace section';
  const head = `tetragon_overhead_program_${unit}_total ${labels}`;
  return counter(head, `${help} No policy: several share the hook.`, ({ stats }) =>
    stats.hooks.map((hook) => {
      const { name, namespace } = ownerOf(hook);
      return [read(hook), hook.hook, name, namespace, `${hook.method}/${hook.hook}`];
    }),
  );
}

function ownerOf({ policies }: HookCount): { readonly name: string; readonly namespace: string } {
  const [only, another] = policies;
  return splitPolicyName(another === undefined ? (only ?? '') : '');
}

function selectorRows({ name: policy, activity }: PolicyReport): readonly MetricRow[] {
  const { name, namespace } = splitPolicyName(policy);
  return activity.flatMap(({ hook, selectors }) =>
    selectors.flatMap(({ selector, actions }) => {
      const place = readSelectorPlace(selector);
      return Object.entries(actions).flatMap(([action, count]): readonly MetricRow[] => {
        const word = nameAction(action);
        if (word === undefined) return [];
        return [[count, name, namespace, hook, place.hook, place.selector, word]];
      });
    }),
  );
}

function stateOf({ state }: PolicyReport): (typeof STATES)[number] {
  if (state === 'load_error') return state;
  return state === 'enabled' || state === 'partially_enabled' ? 'enabled' : 'disabled';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
