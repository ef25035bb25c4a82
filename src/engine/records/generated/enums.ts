/** Enums of the wire format. Generated from the BTF of the kernel side. */

export const RECORD_KIND = {
  INVALID: 0,
  EXEC: 1,
  FORK: 2,
  EXIT: 3,
  HOOK: 4,
  LOADER: 5,
  CGROUP: 6,
  DNS: 7,
} as const;

export type RecordKind = (typeof RECORD_KIND)[keyof typeof RECORD_KIND];


export const RECORD_FLAG = {
  URGENT: 1,
} as const;

export type RecordFlag = (typeof RECORD_FLAG)[keyof typeof RECORD_FLAG];


export const EXEC_FLAG = {
  CLONE: 1,
  SEEDED: 2,
  ARGS_TRUNCATED: 4,
  ARGS_UNREADABLE: 8,
  BINARY_UNRESOLVED: 16,
  CWD_UNRESOLVED: 32,
  CWD_ROOT: 64,
  MEMFD: 128,
  UNLINKED: 256,
  UPPER_LAYER: 512,
  SETUID: 1024,
  SETGID: 2048,
  FILE_CAPS: 4096,
  KERNEL_THREAD: 8192,
  NON_LEADER: 16384,
  IN_INIT_TREE: 32768,
  FORKED: 65536,
} as const;

export type ExecFlag = (typeof EXEC_FLAG)[keyof typeof EXEC_FLAG];


export const ARGUMENT_STATUS = {
  OK: 0,
  UNREADABLE: 1,
  TRUNCATED: 2,
  UNRESOLVED: 3,
} as const;

export type ArgumentStatus = (typeof ARGUMENT_STATUS)[keyof typeof ARGUMENT_STATUS];


export const OUTCOME_FLAG = {
  SIGNALLED: 1,
  SIGNAL_FAILED: 2,
  OVERRIDDEN: 4,
  WITHHELD: 8,
  SET: 16,
  SET_FAILED: 32,
} as const;

export type OutcomeFlag = (typeof OUTCOME_FLAG)[keyof typeof OUTCOME_FLAG];


export const RETURN_STATUS = {
  NONE: 0,
  RETURNED: 1,
  ENFORCED: 2,
  SUPERSEDED: 3,
  ENDED: 4,
  UNHELD: 5,
  UNEVALUATED: 6,
} as const;

export type ReturnStatus = (typeof RETURN_STATUS)[keyof typeof RETURN_STATUS];


export const ARGUMENT_TYPE = {
  NONE: 0,
  INT: 1,
  SIZE: 2,
  STRING: 3,
  FILE: 4,
  PATH: 5,
  INT8: 6,
  INT16: 7,
  INT64: 8,
  UINT8: 9,
  UINT16: 10,
  UINT32: 11,
  FD: 12,
  KIOCB: 13,
  LINUX_BINPRM: 14,
  DENTRY: 15,
  NET_DEVICE: 16,
  SOCKADDR_UN: 17,
  MODULE: 18,
  LOAD_INFO: 19,
  SOCK: 20,
  SOCKET: 21,
  SKB: 22,
  SOCKADDR: 23,
  CRED: 24,
  USER_NAMESPACE: 25,
  CAPABILITY: 26,
  CAP_SET: 27,
  BPF_ATTR: 28,
  BPF_PROG: 29,
  BPF_MAP: 30,
  BPF_CMD: 31,
  PERF_EVENT: 32,
  BUFFER: 33,
  NOP: 34,
  CAP_INHERITABLE: 35,
  CAP_PERMITTED: 36,
  CAP_EFFECTIVE: 37,
  SYSCALL64: 38,
  FILENAME: 39,
  VECTOR: 40,
  ITERATOR: 41,
  COMMAND_LINE: 42,
} as const;

export type ArgumentType = (typeof ARGUMENT_TYPE)[keyof typeof ARGUMENT_TYPE];


export const ARGUMENT_SOURCE = {
  PARAMETER: 0,
  CURRENT_TASK: 1,
  REGISTER: 2,
  RESULT: 3,
} as const;

export type ArgumentSource = (typeof ARGUMENT_SOURCE)[keyof typeof ARGUMENT_SOURCE];


export const ARGUMENT_WIDTH = {
  SIGNED: 128,
} as const;

export type ArgumentWidth = (typeof ARGUMENT_WIDTH)[keyof typeof ARGUMENT_WIDTH];


export const DIMENSION_KIND = {
  NONE: 0,
  INDEXED: 1,
  NUMBER: 2,
  MASK: 3,
  TEXT: 4,
  PREFIX: 5,
  POSTFIX: 6,
  RANGE: 7,
  SUBSTRING: 8,
  ADDRESS: 9,
} as const;

export type DimensionKind = (typeof DIMENSION_KIND)[keyof typeof DIMENSION_KIND];


export const DIMENSION_SOURCE = {
  NONE: 0,
  FACT: 1,
  VALUE: 2,
  TEXT: 3,
  MEMBER: 4,
  FILE_TYPE: 5,
  GAINED: 6,
  SUM: 7,
  DIFFERENCE: 8,
  ORDER: 9,
} as const;

export type DimensionSource = (typeof DIMENSION_SOURCE)[keyof typeof DIMENSION_SOURCE];


export const DIMENSION_FLAG = {
  REQUIRED: 1,
} as const;

export type DimensionFlag = (typeof DIMENSION_FLAG)[keyof typeof DIMENSION_FLAG];


export const FACT = {
  NONE: 0,
  BINARY: 1,
  PID: 2,
  NAMESPACE_PID: 3,
  NAMESPACE_UTS: 4,
  NAMESPACE_IPC: 5,
  NAMESPACE_MNT: 6,
  NAMESPACE_PID_NS: 7,
  NAMESPACE_PID_FOR_CHILDREN: 8,
  NAMESPACE_NET: 9,
  NAMESPACE_TIME: 10,
  NAMESPACE_TIME_FOR_CHILDREN: 11,
  NAMESPACE_CGROUP: 12,
  NAMESPACE_USER: 13,
  CAP_EFFECTIVE: 14,
  CAP_PERMITTED: 15,
  CAP_INHERITABLE: 16,
  PARENT_BINARY: 17,
  BINARY_PATH: 18,
  PARENT_BINARY_PATH: 19,
  LINEAGE: 20,
  PARENT_LINEAGE: 21,
  PID_LINEAGE: 22,
  NAMESPACE_PID_LINEAGE: 23,
  NAMESPACE_CHANGES: 24,
  CAP_EFFECTIVE_CHANGES: 25,
  CAP_PERMITTED_CHANGES: 26,
  CAP_INHERITABLE_CHANGES: 27,
  DECISIONS: 28,
  SCOPES: 29,
} as const;

export type Fact = (typeof FACT)[keyof typeof FACT];


export const HOOK_FLAG = {
  SYSCALL_REGISTERS: 1,
  USER_STRINGS: 2,
  DECIDES: 4,
  RETURNS: 8,
  KERNEL_STACK: 16,
  USER_STACK: 32,
  TRACKS: 64,
  SETS: 128,
  HASHES: 256,
} as const;

export type HookFlag = (typeof HOOK_FLAG)[keyof typeof HOOK_FLAG];


export const RATE_SCOPE = {
  GLOBAL: 0,
  PROCESS: 1,
  THREAD: 2,
} as const;

export type RateScope = (typeof RATE_SCOPE)[keyof typeof RATE_SCOPE];


export const RETURN_TRACKING = {
  NONE: 0,
  TRACK: 1,
  UNTRACK: 2,
} as const;

export type ReturnTracking = (typeof RETURN_TRACKING)[keyof typeof RETURN_TRACKING];


export const FIELD_KIND = {
  VALUE: 0,
  ADDRESS: 1,
  DATA_LOC: 2,
} as const;

export type FieldKind = (typeof FIELD_KIND)[keyof typeof FIELD_KIND];


export const USDT_SOURCE = {
  NONE: 0,
  CONSTANT: 1,
  REGISTER: 2,
  MEMORY: 3,
} as const;

export type UsdtSource = (typeof USDT_SOURCE)[keyof typeof USDT_SOURCE];


export const CONTROL_NUMBER = {
  SEQUENCE: 0,
  BINARIES_GENERATION: 1,
  FOLLOWS_PODS: 2,
  WAKES_AT_ONCE: 3,
  MAX: 4,
} as const;

export type ControlNumber = (typeof CONTROL_NUMBER)[keyof typeof CONTROL_NUMBER];


export const COUNTER = {
  RECORDS: 0,
  STATE_FAILED: 1,
  COMPAT_SYSCALLS: 2,
  RATE_LIMITED: 3,
  UNNAMED_WORKLOAD: 4,
  MAX: 5,
} as const;

export type Counter = (typeof COUNTER)[keyof typeof COUNTER];


export const LOSS_REASON = {
  NONE: 0,
  RING_FULL: 1,
  SCRATCH_BUSY: 2,
  STATE: 3,
} as const;

export type LossReason = (typeof LOSS_REASON)[keyof typeof LOSS_REASON];


export const CGROUP_CHANGE = {
  NONE: 0,
  MADE: 1,
  REMOVED: 2,
  ENTERED: 3,
} as const;

export type CgroupChange = (typeof CGROUP_CHANGE)[keyof typeof CGROUP_CHANGE];


export const DNS_DIRECTION = {
  NONE: 0,
  QUERY: 1,
  ANSWER: 2,
} as const;

export type DnsDirection = (typeof DNS_DIRECTION)[keyof typeof DNS_DIRECTION];


export const WORKLOAD_NUMBER = {
  NONE: 0,
  HOST: 1,
  UNNAMED: 2,
  NAMED: 3,
} as const;

export type WorkloadNumber = (typeof WORKLOAD_NUMBER)[keyof typeof WORKLOAD_NUMBER];


export const VERDICT_KIND = {
  NONE: 0,
  KILL: 1,
  QUARANTINE: 2,
} as const;

export type VerdictKind = (typeof VERDICT_KIND)[keyof typeof VERDICT_KIND];


export const MARKING_SCOPE = {
  NONE: 0,
  PROCESS: 1,
  TREE: 2,
  CGROUP: 3,
} as const;

export type MarkingScope = (typeof MARKING_SCOPE)[keyof typeof MARKING_SCOPE];
