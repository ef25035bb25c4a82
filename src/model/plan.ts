/**
 * Plans: policies after checking, as plain data. A plan says what to match and do in the terms of
 * the kernel side; how selectors become rows is decided by the engine when plans are joined per
 * hook.
 */

/** A kernel attach point, before a method is chosen for it. */
export type Hook =
  /** `name` is without architecture prefix: `openat`. */
  | { readonly kind: 'syscall'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  /** `name` is without `bpf_lsm_`: `file_open`. */
  | { readonly kind: 'lsm'; readonly name: string };

export type ArgumentType = 'int' | 'size_t' | 'string' | 'file' | 'path';

export interface ArgumentPlan {
  /** Position in the parameters of the function, from 0. */
  readonly index: number;
  readonly type: ArgumentType;
  readonly label: string;
}

export type ArgumentOperator = 'Equal' | 'NotEqual' | 'Prefix' | 'Postfix' | 'Mask';

/** Values are ORed; NotEqual holds when none of them is equal. */
export type ArgumentMatch =
  | {
      readonly kind: 'number';
      /** Position in HookPlan.arguments. */
      readonly argument: number;
      readonly operator: 'Equal' | 'NotEqual' | 'Mask';
      /** As 64-bit two's complement, already sign-extended from the argument's width. */
      readonly values: readonly bigint[];
    }
  | {
      readonly kind: 'text';
      readonly argument: number;
      readonly operator: 'Equal' | 'NotEqual' | 'Prefix' | 'Postfix';
      readonly values: readonly string[];
    };

export interface BinaryMatch {
  readonly operator: 'In' | 'NotIn';
  /** Absolute paths. */
  readonly values: readonly string[];
}

export type ActionPlan =
  | { readonly kind: 'Post' }
  | { readonly kind: 'NoPost' }
  | { readonly kind: 'Sigkill' }
  /** error is a negative errno. */
  | { readonly kind: 'Override'; readonly error: number };

/** All present conditions must hold; the first selector of a policy that holds acts. */
export interface SelectorPlan {
  readonly matchArgs: readonly ArgumentMatch[];
  readonly matchBinaries: readonly BinaryMatch[];
  /** Never empty: `Post` when the policy names none. */
  readonly actions: readonly ActionPlan[];
}

/** One entry of `kprobes` or `lsmhooks`. */
export interface HookPlan {
  readonly hook: Hook;
  /** Section and position, for messages: `kprobes[0]`. */
  readonly source: string;
  readonly arguments: readonly ArgumentPlan[];
  /** Never empty: one without conditions when the policy names none. */
  readonly selectors: readonly SelectorPlan[];
  readonly message: string;
  readonly tags: readonly string[];
  /** From ignore.callNotFound: a missing function is not an error. */
  readonly optional: boolean;
}

export interface PolicyPlan {
  readonly name: string;
  /** Where the text came from, for messages. */
  readonly file: string;
  readonly hooks: readonly HookPlan[];
}
