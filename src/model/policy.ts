/** What became of a policy on this kernel; shown by the banner, the API and `warder status`. */

/** How a hook program was attached. */
export type AttachMethod =
  | 'fentry'
  | 'kprobe'
  | 'fmod_ret'
  | 'lsm'
  | 'sys_enter'
  | 'tp_btf'
  | 'tracepoint';

export type PolicyState = 'enabled' | 'partially_enabled' | 'load_error';

export type HookStatus =
  | { readonly kind: 'attached'; readonly hook: string; readonly method: AttachMethod }
  | { readonly kind: 'not_found'; readonly hook: string }
  | {
      readonly kind: 'failed';
      readonly hook: string;
      readonly code: string;
      /** One line per method that was tried. */
      readonly reason: string;
    };

export interface PolicyStatus {
  readonly name: string;
  readonly file: string;
  readonly state: PolicyState;
  readonly hooks: readonly HookStatus[];
}
