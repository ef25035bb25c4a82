/** What policies may ask about the running kernel's types; implemented by the engine from BTF. */
export interface KernelParameter {
  readonly name: string;
  /** C spelling: `struct file *`, `int`. */
  readonly type: string;
}

export interface KernelTypes {
  /** Parameters of a kernel function, or undefined when the kernel has no such function. */
  functionParameters(name: string): readonly KernelParameter[] | undefined;
  /** Names of functions that start with the prefix, for suggestions; bounded by `limit`. */
  functionsWithPrefix(prefix: string, limit: number): readonly string[];
}
