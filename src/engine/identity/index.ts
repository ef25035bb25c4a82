/** Identity: whose a cgroup is, and events that wait to know it. */
export { Enricher, type EnrichmentCounts } from './enricher.ts';
export { cgroupOfProcess, findCgroupMount, walkCgroups } from './walk-cgroups.ts';
export { type WorkloadCounts, type WorkloadSink, WorkloadTable } from './workload-table.ts';
