/** What a hook has in the kernel: its stub, its counters, and the generation in its slot. */
import { join } from 'node:path';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod, CanaryResult } from '../../model/policy.ts';
import { BpfMap } from '../kernel/index.ts';
import type { LoadedGeneration } from './hook-program.ts';
import type { JoinedPlans } from './join-plans.ts';
import { COUNTERS_PIN, makePins, type Pinnable, type PinnedHook, removeEmpty } from './pin-set.ts';
import type { CountedGeneration } from './policy-activity.ts';
import { identityOf, type ProgramImage } from './program-image.ts';
import { type AttachedReturns, returnsDirectory } from './return-stub.ts';
import type { AttachedStub } from './stub.ts';

/** How stubs are attached and which slot of theirs is the hook's; shared between system calls. */
export interface StubSource {
  acquire(hook: Hook, method: AttachMethod): AttachedStub;
  adopt(pinned: PinnedHook): AttachedStub;
  acquireReturns(hook: Hook, method: AttachMethod): AttachedReturns;
  adoptReturns(hook: Hook, pinned: PinnedHook): AttachedReturns | undefined;
  slotOf(hook: Hook, method: AttachMethod): number;
}

/** What a hook reports about itself. */
export interface PolicyHookState {
  readonly method: AttachMethod;
  readonly generation: number;
  readonly joined: JoinedPlans;
}

export interface Attached {
  readonly method: AttachMethod;
  readonly stub: AttachedStub;
  readonly counters: BpfMap;
  /** At the return of the hook; undefined when nobody waits for it. */
  readonly returns: AttachedReturns | undefined;
  /** Undefined for what an earlier agent left: its program is in the slot and nowhere else. */
  readonly current?: { readonly loaded: LoadedGeneration; readonly state: PolicyHookState };
  /** Of a user static probe: the file that the stub is attached to. */
  readonly image: ProgramImage | undefined;
  /** Whether the stub ran when it was tried. */
  readonly canary: CanaryResult;
  /** Directory of its pins. */
  pinnedIn: string | undefined;
}

/** With a generation of this agent. */
export interface Loaded extends Attached {
  readonly current: NonNullable<Attached['current']>;
}

/** The generation that counts, if it is known. */
export function countedOf(attached: Attached | undefined): CountedGeneration | undefined {
  if (attached?.current === undefined) return undefined;
  const { state, loaded } = attached.current;
  return { joined: state.joined, counters: loaded.selectorCounters };
}

/** What an earlier agent left. Throws a KernelError when a part of it is missing. */
export function adopt(hook: Hook, pinned: PinnedHook, stubs: StubSource): Attached {
  const { method, directory } = pinned;
  const counters = BpfMap.openPinned(join(directory, COUNTERS_PIN));
  const stub = stubs.adopt(pinned);
  const returns = stubs.adoptReturns(hook, pinned);
  // Its slot is full: a call of ours would be seen by its policies.
  const identity = identityOf(hook);
  const image = identity === '' ? undefined : { identity, places: undefined };
  return { method, stub, counters, returns, image, canary: 'untried', pinnedIn: directory };
}

/** Pins what waits at the return of a hook that is pinned itself. */
export function pinReturns({ returns, pinnedIn }: Attached): void {
  if (pinnedIn !== undefined) returns?.pin(returnsDirectory(pinnedIn));
}

/** What a hook has in the kernel; the counters come last, and make it whole. */
export function pinnableOf(attached: Attached): Pinnable {
  const { stub, counters } = attached;
  return {
    pin: (directory) => {
      makePins(directory, () => {
        stub.pin(directory);
        try {
          attached.returns?.pin(returnsDirectory(directory));
          counters.pin(join(directory, COUNTERS_PIN));
        } catch (error) {
          attached.returns?.unpin();
          stub.unpin();
          throw error;
        }
      });
      attached.pinnedIn = directory;
    },
    unpin: () => {
      const directory = attached.pinnedIn ?? '';
      counters.unpin(join(directory, COUNTERS_PIN));
      stub.unpin();
      attached.returns?.unpin();
      removeEmpty(directory);
      attached.pinnedIn = undefined;
    },
  };
}
