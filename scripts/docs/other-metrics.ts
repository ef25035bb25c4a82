/** Metrics of Tetragon that have no equivalent, and why. */

const NO_CACHE = 'There is no such cache: large arguments come within their record.';

/** Names, with `*` for several, and a sentence. */
export const OTHER_METRICS: readonly (readonly [name: string, why: string])[] = [
  ['tetragon_build_info', 'It names a version of Tetragon; `warder_info` names ours.'],
  ['tetragon_syscalls_total', 'Its labels have no bound; see `warder_policy_matches_total`.'],
  ['tetragon_events_exported_bytes_total', 'Bytes are not counted.'],
  ['tetragon_events_last_exported_timestamp', 'Times are not kept; see the rate of events.'],
  ['tetragon_tracingpolicy_kernel_memory_bytes', 'Policies share the maps of a hook.'],
  ['tetragon_missed_link_probes_total', 'What a link misses is in the count of its program.'],
  ['tetragon_enforcer_missed_notifications_total', 'An enforcer is told in the same program.'],
  ['tetragon_observer_ringbuf_queue_*', 'No queue stands between the rings and the decoder.'],
  ['tetragon_notify_overflowed_events_total', 'A slow client reads the number in its stream.'],
  ['tetragon_process_cache_early_deletions_total', 'A live process is never forgotten.'],
  ['tetragon_event_cache_fetch_retries_total', 'Events wait to be told, and ask nobody again.'],
  ['tetragon_event_cache_errors_total', 'Events that are incomplete are in `warder_events_total`.'],
  ['tetragon_data_*', NO_CACHE],
  ['tetragon_map_*', 'Maps of fixed size are in `docs/reference/limits.md`; losses are counted.'],
  ['tetragon_handling_latency', 'The time of single records is not measured.'],
  ['tetragon_generic_kprobe_merge_*', 'A record waits with its thread for the return.'],
  ['tetragon_errors_total, tetragon_handler_errors_total', 'See `warder_records_rejected_total`.'],
  ['tetragon_bpf_error_metrics_total', 'See `warder_records_lost_total`.'],
  ['tetragon_msg_op_total, tetragon_flags_total', 'Of use to those who work on Tetragon only.'],
  ['tetragon_cgroup_rate_total', 'Execs of a cgroup are not throttled.'],
  ['tetragon_cri_cgidmap_resolutions_*', 'No runtime is asked: the kernel reports cgroups.'],
  ['tetragon_policyfilter_*', 'See `warder_workloads` and `warder_workload_refused_total`.'],
  ['tetragon_watcher_*', 'See `warder_cluster_watch_fresh`.'],
  ['tetragon_process_loader_stats', 'Loaded files are events at once.'],
];
