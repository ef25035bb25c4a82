/** What the pipeline is handed by the other rooms: where events go, and what hook records mean. */
import type { ActionName, Event, HookEvent, HookEventPlace, Process } from './event.ts';
import type { RequestPlan } from './request.ts';
import type { StackChoice, StackFrame } from './stack.ts';
import type { Workload } from './workload.ts';

/** Takes events as they are made. Must return at once: it runs between two batches of records. */
export interface Publisher {
  /** The array is the receiver's to keep. What it throws is counted and logged, not retried. */
  publish(batch: readonly Event[]): void;
}

/** One argument of a policy: a hook reads the arguments of all its policies together. */
export interface ArgumentSource {
  /** Position in the arguments of the record. */
  readonly position: number;
  readonly label: string;
}

/** One selector of one policy on a hook. */
export interface SelectorTarget {
  readonly policyName: string;
  readonly message: string;
  readonly tags: readonly string[];
  /** Last action of the selector. */
  readonly action: ActionName;
  /** What the function returned, when events wait for that, and what happens then. */
  readonly result?: ArgumentSource & { readonly action: ActionName };
  /** In the order of the policy. */
  readonly arguments: readonly ArgumentSource[];
  /** Values that are not arguments of the hook, in the order of the policy. */
  readonly data?: readonly ArgumentSource[];
  /** Which stacks its events have. */
  readonly stacks?: StackChoice;
  /** Its events have the hash of the file. */
  readonly hashes?: true;
  /** The record is there for its requests only. */
  readonly isSilent?: true;
  /** What is asked for when a record arrives. */
  readonly requests?: readonly RequestPlan[];
}

/** One generation of a hook. */
export interface HookTarget {
  /** As the kernel names it. */
  readonly functionName: string;
  readonly eventKind: HookEvent['kind'];
  /** Where the hook is, when it is not in a function of the kernel. */
  readonly place?: HookEventPlace | undefined;
  /** By number of the selector, over all policies of the hook. */
  selector(index: number): SelectorTarget | undefined;
}

/** Which policies stand behind a hook record. */
export interface HookDirectory {
  /** Generations stay resolvable for as long as records of them can be in a ring. */
  resolve(hookId: number, generation: number): HookTarget | undefined;
}

/** Names what the addresses of stacks point at. Answers at once: it runs for each such record. */
export interface StackNames {
  kernel(addresses: readonly bigint[]): readonly StackFrame[];
  /** `process` may have ended: then what was learnt of it before is used. */
  user(addresses: readonly bigint[], process: Process): readonly StackFrame[];
}

/** A cgroup of the default hierarchy. */
export interface CgroupFacts {
  /** As the kernel numbers it. */
  readonly id: bigint;
  /** 0 of the root. */
  readonly parentId: bigint;
  /** From the root of the hierarchy; `/` for the root itself. */
  readonly path: string;
}

/** Who knows whose a cgroup is. All answers are immediate. */
export interface WorkloadDirectory {
  of(cgroupId: bigint): Workload;
  made(cgroup: CgroupFacts): void;
  removed(cgroupId: bigint): void;
}
