/** What can fail between the agent and the kernel, and what the reader can do about it. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../../model/errors.ts';

/** A code of KERNEL_ERRORS. */
export type KernelErrorCode =
  | 'ENGINE_ADDON_MISSING'
  | 'ENGINE_ARGUMENT_INVALID'
  | 'ENGINE_HANDLE_CLOSED'
  | 'ENGINE_OBJECT_MISSING'
  | 'ENGINE_OBJECT_CORRUPT'
  | 'ENGINE_OBJECT_REJECTED'
  | 'ENGINE_OBJECT_STATE'
  | 'ENGINE_VARIABLE_MISSING'
  | 'ENGINE_VARIABLE_SIZE'
  | 'ENGINE_TARGET_MISSING'
  | 'ENGINE_MAP_MISSING'
  | 'ENGINE_MAP_SIZE'
  | 'ENGINE_MAP_FAILED'
  | 'ENGINE_PROGRAM_MISSING'
  | 'ENGINE_PROGRAM_FAILED'
  | 'ENGINE_ATTACH_FAILED'
  | 'ENGINE_LINK_MISSING'
  | 'ENGINE_LINK_FAILED'
  | 'ENGINE_RING_FAILED'
  | 'ENGINE_RING_CORRUPT'
  | 'ENGINE_RING_BATCH_SIZE'
  | 'ENGINE_BTF_MISSING'
  | 'ENGINE_BTF_CORRUPT'
  | 'ENGINE_LAYOUT_MISMATCH'
  | 'ENGINE_STATS_FAILED'
  | 'ENGINE_PROCESS_FAILED';

/** Every code a KernelError can carry. */
export const KERNEL_ERRORS: Readonly<Record<KernelErrorCode, ErrorSpec>> = {
  ENGINE_ADDON_MISSING: {
    summary: 'the native addon is not built or cannot be loaded',
    remedy: 'Run `npm run build`; libbpf 1.1 or later and libelf must be installed.',
    retryable: false,
  },
  ENGINE_ARGUMENT_INVALID: {
    summary: 'a call to the kernel room had an argument of the wrong kind',
    remedy: 'Report it: the agent passed something it should not.',
    retryable: false,
  },
  ENGINE_HANDLE_CLOSED: {
    summary: 'a kernel object was used after it was closed',
    remedy: 'Report it: the agent closed something that was still in use.',
    retryable: false,
  },
  ENGINE_OBJECT_MISSING: {
    summary: 'a BPF object file cannot be opened',
    remedy: 'Build the probes; check the path and its permissions.',
    retryable: false,
  },
  ENGINE_OBJECT_CORRUPT: {
    summary: 'a file is not a usable BPF object',
    remedy: 'Rebuild the probes: the file is damaged or was made for something else.',
    retryable: false,
  },
  ENGINE_OBJECT_REJECTED: {
    summary: 'the kernel refused a BPF object',
    remedy: 'Read the verifier log; the kernel may be too old or may lack privileges or features.',
    retryable: false,
  },
  ENGINE_OBJECT_STATE: {
    summary: 'a BPF object was used in the wrong order',
    remedy: 'Report it: settings go before load, maps and programs after it.',
    retryable: false,
  },
  ENGINE_VARIABLE_MISSING: {
    summary: 'a BPF object has no such variable',
    remedy: 'Rebuild the probes: they do not belong to this version of the agent.',
    retryable: false,
  },
  ENGINE_VARIABLE_SIZE: {
    summary: 'a value does not fit its BPF variable',
    remedy: 'Rebuild the probes: they do not belong to this version of the agent.',
    retryable: false,
  },
  ENGINE_TARGET_MISSING: {
    summary: 'the running kernel has no such attach target',
    remedy: 'Name a function or tracepoint that this kernel has.',
    retryable: false,
  },
  ENGINE_MAP_MISSING: {
    summary: 'there is no such map',
    remedy: 'Check the name or the pin path.',
    retryable: false,
  },
  ENGINE_MAP_SIZE: {
    summary: 'a key or a value does not have the size of its map',
    remedy: 'Rebuild the probes: they do not belong to this version of the agent.',
    retryable: false,
  },
  ENGINE_MAP_FAILED: {
    summary: 'the kernel refused an operation on a map',
    remedy: 'Look at errno: E2BIG and ENOSPC mean that the map is full.',
    retryable: true,
  },
  ENGINE_PROGRAM_MISSING: {
    summary: 'there is no such program',
    remedy: 'Check the name or the pin path, and whether the program is loaded.',
    retryable: false,
  },
  ENGINE_PROGRAM_FAILED: {
    summary: 'the kernel refused an operation on a program',
    remedy: 'Look at errno and call.',
    retryable: false,
  },
  ENGINE_ATTACH_FAILED: {
    summary: 'a program was not attached to its hook',
    remedy: 'Check that the kernel has the hook and allows this kind of attachment.',
    retryable: false,
  },
  ENGINE_LINK_MISSING: {
    summary: 'there is no such link',
    remedy: 'Check the pin path.',
    retryable: false,
  },
  ENGINE_LINK_FAILED: {
    summary: 'the kernel refused an operation on a link',
    remedy: 'Look at errno and call.',
    retryable: false,
  },
  ENGINE_RING_FAILED: {
    summary: 'a ring buffer cannot be read',
    remedy: 'Look at errno and call.',
    retryable: false,
  },
  ENGINE_RING_CORRUPT: {
    summary: 'a ring buffer holds an impossible record',
    remedy: 'Restart the agent and report it with the kernel release.',
    retryable: false,
  },
  ENGINE_RING_BATCH_SIZE: {
    summary: 'a record is larger than the batch it is read into',
    remedy: 'Raise the batch size.',
    retryable: false,
  },
  ENGINE_BTF_MISSING: {
    summary: 'there is no type information',
    remedy: 'Use a kernel with CONFIG_DEBUG_INFO_BTF, or rebuild the probes with -g.',
    retryable: false,
  },
  ENGINE_BTF_CORRUPT: {
    summary: 'type information contradicts itself',
    remedy: 'Rebuild the probes; if it is the kernel, report it with the kernel release.',
    retryable: false,
  },
  ENGINE_LAYOUT_MISMATCH: {
    summary: 'probes and agent disagree about a struct',
    remedy: 'Rebuild both: they come from different versions.',
    retryable: false,
  },
  ENGINE_STATS_FAILED: {
    summary: 'the kernel does not tell about its programs or processors',
    remedy: 'Look at errno; run time statistics need CAP_SYS_ADMIN.',
    retryable: false,
  },
  ENGINE_PROCESS_FAILED: {
    summary: 'the kernel refused to open a process or to send it a signal',
    remedy: 'Look at errno: EPERM means that the agent lacks CAP_KILL, EMFILE too many open files.',
    retryable: true,
  },
};

/** A failed call into the kernel or about its types; errno and call are set when a call failed. */
export class KernelError extends CodedError {
  constructor(code: KernelErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.name = 'KernelError';
  }
}
