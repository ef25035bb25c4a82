/** What policies may ask about the running kernel's types; implemented by the engine from BTF. */
export interface KernelParameter {
  readonly name: string;
  /** C spelling: `struct file *`, `int`. */
  readonly type: string;
}

/** One field of the record that a tracepoint writes. */
export interface TracepointField {
  readonly name: string;
  /** C spelling as the format file has it: `const char *`, `__data_loc char[]`, `char[16]`. */
  readonly type: string;
  readonly offset: number;
  readonly size: number;
  readonly isSigned: boolean;
}

export interface KernelTypes {
  /** Parameters of a kernel function, or undefined when the kernel has no such function. */
  functionParameters(name: string): readonly KernelParameter[] | undefined;
  /** Names of functions that start with the prefix, for suggestions; bounded by `limit`. */
  functionsWithPrefix(prefix: string, limit: number): readonly string[];
  /** Parameters of a raw tracepoint, or undefined when the kernel has none of that name. */
  rawTracepointParameters(name: string): readonly KernelParameter[] | undefined;
  /** Fields of an event, in the order of its format file; undefined when there is no such event. */
  tracepointFields(subsystem: string, name: string): readonly TracepointField[] | undefined;
  /** Events of a subsystem, for suggestions; undefined when events cannot be listed. */
  tracepointNames(subsystem: string): readonly string[] | undefined;
}
