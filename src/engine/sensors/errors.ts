/** Errors of the sensors: what keeps a hook or a policy from being in force on this kernel. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../../model/errors.ts';

/** Codes of this room. */
export type SensorErrorCode =
  | 'ENGINE_KERNEL_TOO_OLD'
  | 'ENGINE_CAPABILITY_MISSING'
  | 'ENGINE_TYPES_MISSING'
  | 'ENGINE_HOOK_NOT_FOUND'
  | 'ENGINE_HOOK_UNATTACHABLE'
  | 'ENGINE_HOOK_UNENFORCEABLE'
  | 'ENGINE_HOOK_FULL'
  | 'ENGINE_NAMESPACE_UNKNOWN'
  | 'ENGINE_FORMAT_MISSING'
  | 'ENGINE_MEMBER_UNKNOWN'
  | 'ENGINE_TYPES_FILE_UNREADABLE'
  | 'ENGINE_TYPES_FILE_INVALID'
  | 'ENGINE_PIN_FAILED'
  | 'ENGINE_SCOPE_UNKNOWN'
  | 'ENGINE_MODE_REFUSED'
  | 'ENGINE_POLICY_DUPLICATE';

/** Every code with what it means and what to do. */
export const SENSOR_ERRORS: Readonly<Record<SensorErrorCode, ErrorSpec>> = {
  ENGINE_KERNEL_TOO_OLD: {
    summary: 'the running kernel is older than Linux 6.1',
    remedy: 'Boot a kernel of the 6.1 series or later.',
    retryable: false,
  },
  ENGINE_CAPABILITY_MISSING: {
    summary: 'the kernel or the privileges of the agent lack something the base sensor needs',
    remedy: 'Run the agent as root, or with the capabilities that the message names.',
    retryable: false,
  },
  ENGINE_TYPES_MISSING: {
    summary: 'the kernel does not offer its type information (BTF)',
    remedy: 'Boot a kernel built with CONFIG_DEBUG_INFO_BTF=y; distribution kernels are.',
    retryable: false,
  },
  ENGINE_HOOK_NOT_FOUND: {
    summary: 'the running kernel has no such function, system call or LSM hook',
    remedy: 'Check the name, or set `ignore.callNotFound: true` to load the policy without it.',
    retryable: false,
  },
  ENGINE_HOOK_UNATTACHABLE: {
    summary: 'no way of attaching to the hook works on this kernel',
    remedy: 'Read the reason of each method; `warder probe` shows what this kernel offers.',
    retryable: false,
  },
  ENGINE_HOOK_UNENFORCEABLE: {
    summary: 'the hook can be observed on this kernel, but not overridden, or its variable not set',
    remedy: 'Read the reason; `warder probe` shows what the kernel allows. Or use Sigkill.',
    retryable: false,
  },
  ENGINE_HOOK_FULL: {
    summary: 'the policies on one hook exceed a limit of the hook program',
    remedy: 'Remove or merge policies that use the hook; the message names the limit.',
    retryable: false,
  },
  ENGINE_NAMESPACE_UNKNOWN: {
    summary: "a policy asks for the host's namespace of a kind that this kernel does not have",
    remedy: 'Remove the matchNamespaces entry that the message names.',
    retryable: false,
  },
  ENGINE_FORMAT_MISSING: {
    summary: 'the fields of a tracepoint cannot be read, or it has fewer than the policy reads',
    remedy: 'Mount tracefs: `mount -t tracefs tracefs /sys/kernel/tracing`; check the index.',
    retryable: true,
  },
  ENGINE_MEMBER_UNKNOWN: {
    summary: 'a path of a policy leads to no member that the running kernel or the program has',
    remedy: 'Correct `resolve` for this kernel; the message names the part that is wrong.',
    retryable: false,
  },
  ENGINE_TYPES_FILE_UNREADABLE: {
    summary: 'the file with the types of a program, `btfPath` of a policy, cannot be read',
    remedy: 'Check the path, as the agent sees it: it is not that of a container.',
    retryable: true,
  },
  ENGINE_TYPES_FILE_INVALID: {
    summary: 'the file that `btfPath` of a policy names has no types that can be read',
    remedy: 'Name raw BTF, or an ELF file with a section .BTF: `readelf -S` shows it.',
    retryable: false,
  },
  ENGINE_PIN_FAILED: {
    summary: 'what enforces cannot be pinned, so it would end with the agent',
    remedy: 'Look at the directory of pins, or run with `--no-pins`; the message names the path.',
    retryable: true,
  },
  ENGINE_SCOPE_UNKNOWN: {
    summary: 'a policy asks for labels of the node, and nobody has told this agent of them',
    remedy: 'Run the agent with access to the API server, or give it --node-label.',
    retryable: true,
  },
  ENGINE_MODE_REFUSED: {
    summary: 'a policy without an enforcing action cannot change its mode',
    remedy: 'Give the policy an action such as Sigkill or Override; until then it only observes.',
    retryable: false,
  },
  ENGINE_POLICY_DUPLICATE: {
    summary: 'two of the policies an agent is started with have one name',
    remedy: 'Choose another metadata.name for one of them; the first that was read is in force.',
    retryable: false,
  },
};

/** An operational error of a sensor; the code is a key of SENSOR_ERRORS. */
export class SensorError extends CodedError {
  constructor(code: SensorErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.name = 'SensorError';
  }
}
