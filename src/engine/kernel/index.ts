/**
 * The kernel room: BPF objects, maps, programs, links, rings and type information through libbpf.
 */
export { BpfLink } from './bpf-link.ts';
export { BpfMap, MAP_SET_FLAGS, type MapEntry, type MapInfo } from './bpf-map.ts';
export { BpfObject } from './bpf-object.ts';
export {
  type AttachPoint,
  BpfProgram,
  type ProgramStats,
  type TestRunInput,
  type TestRunResult,
  type UprobePoint,
} from './bpf-program.ts';
export { BtfSource } from './btf-source.ts';
export { KERNEL_ERRORS, KernelError, type KernelErrorCode } from './errors.ts';
export { MappingWatch } from './mapping-watch.ts';
export { hasten, ProcessFile } from './process-file.ts';
export {
  RING_HEADER,
  RingReader,
  type RingReaderOptions,
  type RingScan,
  type RingSource,
  scanRing,
} from './ring-reader.ts';
export {
  bootTimeNs,
  clockOffsetNs,
  cpuCount,
  enableStats,
  type RunTimeStats,
  trimMemory,
} from './statistics.ts';
export { TreeKiller, type TreeKillerOptions } from './tree-killer.ts';
