/** Identity: whose a cgroup is, and events that wait to know it. */
export { readContainerNotice } from './container-notice.ts';
export { Enricher, type EnrichmentCounts } from './enricher.ts';
export { IDENTITY_ERRORS, IdentityError } from './errors.ts';
export { podCgroupOf } from './pod-cgroup.ts';
export {
  type CgroupView,
  cgroupOfProcess,
  findCgroupMount,
  isSharedCgroup,
  viewCgroups,
  walkCgroups,
} from './walk-cgroups.ts';
export { type WorkloadCounts, type WorkloadSink, WorkloadTable } from './workload-table.ts';
