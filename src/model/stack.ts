/** Stacks: the calls that led to a run of a hook. */

/** Which stacks an event has; at least one. */
export interface StackChoice {
  readonly kernel?: true;
  readonly user?: true;
}

/** One call of a stack. */
export interface StackFrame {
  readonly address: bigint;
  /** Name of the function; empty when it is not known. */
  readonly symbol: string;
  /** Bytes into the function; without one, into the file of the module; 0 when neither is known. */
  readonly offset: number;
  /** Kernel module, or path of the program or library; empty for the kernel itself. */
  readonly module: string;
}
