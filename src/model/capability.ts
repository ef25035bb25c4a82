/** What this kernel can do for the agent, proven by doing it. */

/**
 * What is proven one by one; ring buffers, task storage and iterators are in every kernel >= 6.1.
 */
export type CapabilityName =
  | 'btf'
  | 'tp_btf'
  | 'kprobe'
  | 'fentry'
  | 'fmod_ret'
  | 'lsm'
  /** Not proven before somebody asks: older kernels log that it is tried. */
  | 'write_user';

export interface Capability {
  readonly name: CapabilityName;
  readonly available: boolean;
  /** Why not, or how it was proven. */
  readonly detail: string;
}

export interface KernelReport {
  /** `uname -r`. */
  readonly release: string;
  readonly machine: string;
  readonly capabilities: readonly Capability[];
  /** Linux capabilities the agent needs and does not have, e.g. `CAP_BPF`. */
  readonly missingPrivileges: readonly string[];
}
