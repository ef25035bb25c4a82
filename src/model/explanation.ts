/** What a policy would be on a kernel, said without loading anything. */
import type { AttachMethod, PolicyMode } from './policy.ts';

/** A way of attaching, in the order in which they are tried. */
export interface ExplainedMethod {
  readonly method: AttachMethod;
  /** `next`: tried when the kernel refuses the one that is taken. */
  readonly verdict: 'taken' | 'next' | 'impossible';
  /** Why it is impossible; otherwise empty. */
  readonly reason: string;
}

/** An argument that is read once for all selectors. */
export interface ExplainedArgument {
  /** Position in the parameters of the hook. */
  readonly index: number;
  readonly type: string;
  /** The member that is read instead; empty: the parameter itself. */
  readonly resolve: string;
  /** At most. */
  readonly bytes: number;
  /** Read only for runs that all cheaper conditions let pass. */
  readonly isLate: boolean;
  /** Read when the call returns. */
  readonly isAtReturn: boolean;
}

/** One lookup: which selectors does this value satisfy. */
export interface ExplainedDimension {
  /** `fact` before anything is read, `number`, then `text`. */
  readonly stage: 'fact' | 'number' | 'text' | 'return';
  readonly subject: string;
  readonly structure: string;
  readonly rows: number;
  /** Positions in the list of selectors. */
  readonly selectors: readonly number[];
}

/** A selector as the policy has it, in the order in which they are tried. */
export interface ExplainedSelector {
  /** `kprobes[0].selectors[1]`. */
  readonly source: string;
  readonly label: string;
  /** Places among the selectors of the hook: more than one for an expression. */
  readonly places: number;
  readonly isUnconditional: boolean;
  readonly actions: readonly string[];
}

export interface ExplainedHook {
  readonly hook: string;
  /** False: this kernel has no such hook. */
  readonly exists: boolean;
  readonly methods: readonly ExplainedMethod[];
  readonly arguments: readonly ExplainedArgument[];
  readonly dimensions: readonly ExplainedDimension[];
  readonly selectors: readonly ExplainedSelector[];
  /** Why the policy would be a `load_error`; empty when it would be in force here. */
  readonly obstacle: string;
  /** What it costs, and what it does not do. */
  readonly notes: readonly string[];
}

export interface PolicyExplanation {
  readonly name: string;
  readonly file: string;
  readonly mode: PolicyMode;
  /** Why none of it would be in force; empty when nothing stands against it. */
  readonly obstacle: string;
  readonly hooks: readonly ExplainedHook[];
}
