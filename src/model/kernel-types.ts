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

/** How a member is reached from a pointer to a struct. */
export interface MemberAccess {
  /** Offsets; at all places but the last stands a pointer, which is followed. */
  readonly steps: readonly number[];
  /** Bytes to load at the last place; 0: its address is the value. */
  readonly width: number;
  /** A number with a sign. */
  readonly isSigned?: true;
  /** C spelling of what is there; of an embedded struct, of a pointer to it. */
  readonly type: string;
}

/** Why a path leads nowhere. */
export interface MemberProblem {
  /** The part of the path that is wrong, as it is written. */
  readonly part: string;
  readonly message: string;
  /** Members that there are instead, or structs. */
  readonly candidates: readonly string[];
  /** The struct that the path begins at is not there. */
  readonly isOfStruct?: true;
}

/** A struct of a program: the file that its types are in, and its name. */
export interface ProgramStruct {
  readonly file: string;
  readonly name: string;
}

/** Why nothing can be said about the structs of a program. */
export interface TypesFileProblem {
  /** `unreadable`: the file is not there, or may not be read; it may be fine elsewhere. */
  readonly file: 'unreadable' | 'invalid';
  readonly message: string;
}

/** Types of the running kernel, and of programs as files of this machine tell them. */
export interface KernelTypes {
  /**
   * The member that a path of names and indices leads to, from a pointer to the struct `root`, as
   * C spells it: `struct file *`. With `module`, the struct may be of that kernel module.
   */
  resolveMember(root: string, path: string, module?: string): MemberAccess | MemberProblem;
  /** The same from a pointer to a struct of a program. */
  resolveProgramMember(
    root: ProgramStruct,
    path: string,
  ): MemberAccess | MemberProblem | TypesFileProblem;
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
