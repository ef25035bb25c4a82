/** What this kernel can do for the agent, proven by doing it. */
export const CAPABILITY_NAMES = [
  'btf',
  'ring_buffer',
  'task_storage',
  'tp_btf',
  'iterator',
  'send_signal',
  'kprobe',
  'fentry',
  'fmod_ret',
  'lsm',
] as const;

export type CapabilityName = (typeof CAPABILITY_NAMES)[number];

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
}
