/** Places of hooks outside functions of the kernel. */

/** Where a hook is that is not a function of the kernel. */
export type HookEventPlace =
  | { readonly kind: 'tracepoint'; readonly subsystem: string; readonly name: string }
  | {
      readonly kind: 'uprobe';
      readonly path: string;
      /** As the policy has it; empty when it gives a number instead. */
      readonly symbol: string;
      /** As the policy has it; 0 when it gives a name. */
      readonly offset: number;
      readonly refCounter: number;
    }
  | {
      readonly kind: 'usdt';
      readonly path: string;
      readonly provider: string;
      readonly name: string;
    };
