/** Metrics of the agent itself: records, events, losses, hooks, processes and workloads. */
import type { HookCount } from '../model/stats.ts';
import { counter, gauge, type Metric, type MetricRow, rowsOf, single } from './metric.ts';

const NS_PER_SECOND = 1e9;
const MS_PER_SECOND = 1000;

const ABOUT: readonly Metric[] = [
  gauge('warder_info version', 'The version of the agent; always 1.', ({ version }) => [
    [1, version],
  ]),
  gauge('warder_kernel_info release machine', 'The kernel that is watched; always 1.', (facts) => [
    [1, facts.kernel.release, facts.kernel.machine],
  ]),
  gauge('warder_capability capability', 'Whether the kernel has it, proven by doing.', (facts) =>
    facts.kernel.capabilities.map(({ name, available }) => [available ? 1 : 0, name]),
  ),
  gauge('warder_privilege_missing privilege', 'Privileges that the agent lacks; 1.', (facts) =>
    facts.kernel.missingPrivileges.map((name) => [1, name]),
  ),
  gauge(
    'process_start_time_seconds',
    'When the agent started, in seconds since 1970.',
    single(({ stats }) => Date.parse(stats.startedAt) / MS_PER_SECOND),
  ),
  gauge(
    'process_resident_memory_bytes',
    'Memory of the agent that is in RAM.',
    single(({ stats }) => stats.rssBytes),
  ),
];

const RECORDS: readonly Metric[] = [
  counter(
    'warder_records_received_total',
    'Records that were read from the rings.',
    single(({ stats }) => stats.received),
  ),
  counter(
    'warder_records_decoded_total',
    'Records that were understood.',
    single(({ stats }) => stats.decoded),
  ),
  counter(
    'warder_records_rejected_total reason',
    'Records that were malformed, and skipped.',
    ({ stats }) => rowsOf(stats.rejected),
  ),
  counter(
    'warder_records_lost_total reason record hook',
    'Records that the kernel could not send, over all cgroups; no hook: the base sensor.',
    ({ stats }) =>
      stats.lost.map(({ reason, recordKind, hook, count }) => [count, reason, recordKind, hook]),
  ),
  counter(
    'warder_sequence_numbers_total',
    'Numbers that the kernel gave to records, also to those that a full ring lost.',
    single(({ stats }) => stats.lastSequence),
  ),
  gauge(
    'warder_sequence_numbers_missing',
    'Numbers that neither came nor are counted as lost; what is on its way is among them.',
    single(({ stats }) => stats.missingSequences),
  ),
  counter('warder_events_total kind', 'Events that were handed out.', ({ stats }) =>
    rowsOf(stats.events),
  ),
  counter(
    'warder_stream_events_dropped_total',
    'Events that clients who follow them did not get, as they were too slow.',
    single(({ stats }) => stats.missed),
  ),
  counter(
    'warder_internal_total counter',
    'Counters for those who look into the agent; their names may change.',
    ({ stats }) => rowsOf(stats.counters),
  ),
];

const HOOKS: readonly Metric[] = [
  ofHooks('runs', 'Runs of the programs at a hook, for all policies on it.', 'runs'),
  ofHooks('matches', 'Runs in which a selector matched.', 'matched'),
  ofHooks('records', 'Runs that sent a record.', 'posted'),
  ofHooks('missed', 'Runs that the kernel left out: the program ran on that CPU.', 'missed'),
  counter(
    'warder_hook_actions_total hook method action',
    'Runs that enforced something.',
    ({ stats }) =>
      stats.hooks.flatMap(({ hook, method, ...counts }): readonly MetricRow[] => [
        [counts.signalled, hook, method, 'signal'],
        [counts.overridden, hook, method, 'override'],
        [counts.set, hook, method, 'set'],
      ]),
  ),
  counter(
    'warder_hook_seconds_total hook method',
    'Time in the programs at a hook; 0 unless the statistics of the kernel are on.',
    ({ stats }) =>
      stats.hooks.map(({ hook, method, runTimeNs }) => [runTimeNs / NS_PER_SECOND, hook, method]),
  ),
  gauge('warder_hook_policies hook method', 'Policies that share the hook.', ({ stats }) =>
    stats.hooks.map(({ hook, method, policies }) => [policies.length, hook, method]),
  ),
  gauge('warder_hook_selectors hook method', 'Selectors of those policies.', ({ stats }) =>
    stats.hooks.map(({ hook, method, selectors }) => [selectors, hook, method]),
  ),
];

const PROCESSES: readonly Metric[] = [
  gauge(
    'warder_process_cache_entries state',
    'Processes that are known: live, and kept for a while after their end.',
    ({ stats: { processes } }) => [
      [processes.live, 'live'],
      [processes.retained, 'retained'],
    ],
  ),
  gauge(
    'warder_process_cache_capacity',
    'Processes that can be known.',
    single(({ stats }) => stats.processes.capacity),
  ),
  counter(
    'warder_process_cache_evicted_total',
    'Processes that were forgotten early to make room.',
    single(({ stats }) => stats.processes.evicted),
  ),
  counter(
    'warder_process_cache_unknown_total',
    'Records of processes that were not known.',
    single(({ stats }) => stats.processes.unknownLookups),
  ),
];

const WORKLOADS: readonly Metric[] = [
  gauge(
    'warder_workloads kind',
    'What is known of this node; unnamed: containers of pods that nobody has named.',
    ({ stats: { workloads } }) => [
      [workloads.cgroups, 'cgroup'],
      [workloads.containers, 'container'],
      [workloads.pods, 'pod'],
      [workloads.unnamed, 'unnamed'],
    ],
  ),
  gauge(
    'warder_workload_events_held',
    'Events that wait for their pod.',
    single(({ stats }) => stats.workloads.held),
  ),
  counter(
    'warder_workload_events_total outcome',
    'Events that waited: named in time, too late, too many, and amended afterwards.',
    ({ stats: { workloads } }) => [
      [workloads.named, 'named'],
      [workloads.expired, 'expired'],
      [workloads.overflowed, 'overflowed'],
      [workloads.amended, 'amended'],
    ],
  ),
  counter(
    'warder_workload_unknown_total',
    'Events of cgroups that were not known.',
    single(({ stats }) => stats.workloads.unknownLookups),
  ),
  counter(
    'warder_workload_refused_total',
    'Cgroups and containers that were too many.',
    single(({ stats }) => stats.workloads.refused),
  ),
  gauge(
    'warder_cluster_watch_fresh watch',
    'Whether what the API server says is up to date; without a cluster there is none.',
    ({ stats }) => stats.cluster.map(({ what, state }) => [state === 'fresh' ? 1 : 0, what]),
  ),
];

/** In the order of the reference. */
export const AGENT_METRICS: readonly Metric[] = [
  ...ABOUT,
  ...RECORDS,
  ...HOOKS,
  ...PROCESSES,
  ...WORKLOADS,
];

type HookNumber = 'runs' | 'matched' | 'posted' | 'missed';

function ofHooks(name: string, help: string, key: HookNumber): Metric {
  const row = (count: HookCount): MetricRow => [count[key], count.hook, count.method];
  const head = `warder_hook_${name}_total hook method`;
  return counter(head, help, ({ stats }) => stats.hooks.map(row));
}
