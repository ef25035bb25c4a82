/** The engine: kernel records to events, plans to enforcement. */
export { KernelBtfTypes } from './btf/index.ts';
export {
  type CgroupView,
  cgroupOfProcess,
  Enricher,
  IDENTITY_ERRORS,
  IdentityError,
  isSharedCgroup,
  podCgroupOf,
  readContainerNotice,
  viewCgroups,
  type WorkloadSink,
  WorkloadTable,
  walkCgroups,
} from './identity/index.ts';
export {
  BpfMap,
  bootTimeNs,
  clockOffsetNs,
  enableStats,
  KERNEL_ERRORS,
  RingReader,
  type RunTimeStats,
  trimMemory,
} from './kernel/index.ts';
export { Pipeline, RING_ORDER } from './pipeline.ts';
export { ProcessTable } from './process/process-table.ts';
export { nameLosses } from './records/losses.ts';
export { countMissing } from './records/sequence.ts';
export {
  agentParents,
  RESPONSE_ERRORS,
  Responder,
  ResponseError,
  type SavedQuarantine,
  unloadResponses,
  VerdictSensor,
  WayGiver,
} from './response/index.ts';
export { BaseSensor } from './sensors/base-sensor.ts';
export { buildId } from './sensors/build-id.ts';
export { probeKernel } from './sensors/capabilities.ts';
export { SENSOR_ERRORS } from './sensors/errors.ts';
export { explainedKernel, explainPolicy } from './sensors/explain-policy.ts';
export type { SavedHook } from './sensors/hook-directory.ts';
export { PinSet } from './sensors/pin-set.ts';
export { PolicySensors, type PolicySensorsOptions } from './sensors/policy-sensors.ts';
export { probeWholeKernel } from './sensors/prove-writing.ts';
export { checkRequirements, thisMachine } from './sensors/requirements.ts';
export { isInScope } from './sensors/scope-match.ts';
export {
  type NumberedScope,
  ScopeRegistry,
  type ScopeRegistryOptions,
  SHARED_WORKLOADS,
} from './sensors/scope-registry.ts';
export { createStackNames } from './symbols/index.ts';
