/** Enums of the wire format. Generated from the BTF of the kernel side. */

export const RECORD_KIND = {
  INVALID: 0,
  EXEC: 1,
  FORK: 2,
  EXIT: 3,
  HOOK: 4,
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
} as const;

export type OutcomeFlag = (typeof OUTCOME_FLAG)[keyof typeof OUTCOME_FLAG];


export const ARGUMENT_TYPE = {
  NONE: 0,
  INT: 1,
  SIZE: 2,
  STRING: 3,
  FILE: 4,
  PATH: 5,
} as const;

export type ArgumentType = (typeof ARGUMENT_TYPE)[keyof typeof ARGUMENT_TYPE];


export const DIMENSION_KIND = {
  NONE: 0,
  BINARY: 1,
  NUMBER: 2,
  MASK: 3,
  TEXT: 4,
  PREFIX: 5,
  POSTFIX: 6,
} as const;

export type DimensionKind = (typeof DIMENSION_KIND)[keyof typeof DIMENSION_KIND];


export const HOOK_FLAG = {
  SYSCALL_REGISTERS: 1,
  USER_STRINGS: 2,
} as const;

export type HookFlag = (typeof HOOK_FLAG)[keyof typeof HOOK_FLAG];


export const CONTROL_NUMBER = {
  SEQUENCE: 0,
  BINARIES_GENERATION: 1,
  MAX: 2,
} as const;

export type ControlNumber = (typeof CONTROL_NUMBER)[keyof typeof CONTROL_NUMBER];


export const COUNTER = {
  RECORDS: 0,
  STATE_FAILED: 1,
  COMPAT_SYSCALLS: 2,
  MAX: 3,
} as const;

export type Counter = (typeof COUNTER)[keyof typeof COUNTER];


export const LOSS_REASON = {
  NONE: 0,
  RING_FULL: 1,
  SCRATCH_BUSY: 2,
  STATE: 3,
} as const;

export type LossReason = (typeof LOSS_REASON)[keyof typeof LOSS_REASON];
