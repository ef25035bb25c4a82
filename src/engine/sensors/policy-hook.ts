/**
 * One hook in the kernel with the policies on it: attached once, its program replaced per change.
 */
import { CodedError } from '../../model/errors.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import type { HookCount } from '../../model/stats.ts';
import {
  decodeHookCountersRow,
  encodeSelectorSet,
  HOOK_FLAG,
  STRUCT_SIZES,
} from '../records/index.ts';
import type { BinaryRegistry } from './binary-registry.ts';
import { u32Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';
import { encodeGeneration } from './generation.ts';
import { contextOf } from './hook-context.ts';
import { hookKey } from './hook-name.ts';
import {
  type AttachedStub,
  type HookEnvironment,
  type LoadedGeneration,
  loadGeneration,
} from './hook-program.ts';
import { type HookMember, type JoinedPlans, joinPlans } from './join-plans.ts';
import { climb, type HookSituation } from './ladder.ts';
import { type Activity, ActivityLog, type CountedGeneration } from './policy-activity.ts';
import { setOf, toWords } from './selector-set.ts';

/** How stubs are attached and which slot of theirs is the hook's; shared between system calls. */
export interface StubSource {
  acquire(hook: Hook, method: AttachMethod): AttachedStub;
  slotOf(hook: Hook, method: AttachMethod): number;
}

export interface PolicyHookOptions {
  readonly hook: Hook;
  readonly hookId: number;
  readonly environment: HookEnvironment;
  readonly binaries: BinaryRegistry;
  readonly stubs: StubSource;
  readonly types: KernelTypes;
  obstacle(method: AttachMethod): string | undefined;
  /** True when the policy of this entry is in monitor mode. */
  isMonitored(member: HookMember): boolean;
  /** Told of a generation before any record of it can arrive. */
  announce(state: PolicyHookState): void;
}

interface Attached {
  readonly method: AttachMethod;
  readonly stub: AttachedStub;
  readonly loaded: LoadedGeneration;
  readonly state: PolicyHookState;
}

/** What a hook reports about itself. */
export interface PolicyHookState {
  readonly method: AttachMethod;
  readonly generation: number;
  readonly joined: JoinedPlans;
}

/** A change that is ready: everything that can fail is done, and nothing is in force yet. */
export interface HookChange {
  /** Puts it in force in one step. What was there before stays at hand. */
  install(): void;
  /** Undoes the installation, or drops what was prepared. */
  revert(): void;
  /** Lets go of what was there before; no way back from here. */
  finish(): void;
}

export type PolicyHookCounts = Omit<HookCount, 'hook' | 'method' | 'policies' | 'selectors'>;

/** Not safe for concurrent calls; the sensor manager serialises them. */
export class PolicyHook {
  readonly hook: Hook;
  readonly hookId: number;
  readonly #options: PolicyHookOptions;
  readonly #activity = new ActivityLog();
  #attached: Attached | undefined;
  #generations = 0;

  constructor(options: PolicyHookOptions) {
    this.hook = options.hook;
    this.hookId = options.hookId;
    this.#options = options;
  }

  get state(): PolicyHookState | undefined {
    return this.#attached?.state;
  }

  /** What the hook did since it was attached; run time and misses are the kernel's own counts. */
  counts(): PolicyHookCounts {
    const { stub, loaded } = this.#attached ?? {};
    const stats = stub?.program.stats();
    return {
      ...sumCounters(loaded?.counters.get(u32Bytes(0)) ?? new Uint8Array(0)),
      runTimeNs: stats?.runTimeNs ?? 0,
      missed: stats?.recursionMisses ?? 0,
    };
  }

  /** What each policy did here, by its name. */
  activity(): ReadonlyMap<string, Activity> {
    return this.#activity.read(countedOf(this.#attached));
  }

  /** Tells the running generation which policies are in monitor mode. */
  refreshModes(): void {
    if (this.#attached !== undefined) this.#writeModes(this.#attached);
  }

  /**
   * Loads a generation for the members, beside the running one. Throws a SensorError that names
   * the reason of every method when none of them works.
   */
  prepare(members: readonly HookMember[]): HookChange {
    const joined = joinPlans(members);
    const { hook } = this;
    const failures: string[] = [];
    const situation: HookSituation = {
      hook,
      hasOverride: joined.hasOverride,
      obstacle: (method) => this.#options.obstacle(method),
    };
    for (const rung of climb(situation)) {
      if (rung.kind === 'impossible') {
        failures.push(`${rung.method}: ${rung.reason}`);
        continue;
      }
      try {
        return this.#changeTo(this.#load(joined, rung.method));
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        failures.push(`${rung.method}: ${error.message}`);
      }
    }
    throw joined.hasOverride
      ? new SensorError('ENGINE_HOOK_UNENFORCEABLE', explain(hook, 'overridden', failures))
      : new SensorError('ENGINE_HOOK_UNATTACHABLE', explain(hook, 'attached', failures));
  }

  /** The change that leaves nobody on the hook; it takes effect when it is finished. */
  prepareEnd(): HookChange {
    return { install: () => {}, revert: () => {}, finish: () => this.close() };
  }

  close(): void {
    const attached = this.#attached;
    this.#attached = undefined;
    if (attached !== undefined) this.#retire(attached);
  }

  /** Loads the generation and attaches its stub if that is not the one there is. */
  #load(joined: JoinedPlans, method: AttachMethod): Attached {
    const generation = this.#generations + 1;
    const { environment, stubs, hookId, binaries } = this.#options;
    const context = contextOf(this.hook, joined, this.#options.types);
    const encoded = encodeGeneration(
      joined,
      { hookId, generation, flags: flagsOf(this.hook), slotOf: context.slotOf },
      binaries,
    );
    const previous = this.#attached;
    const loaded = loadGeneration(
      environment,
      {
        ...{ hook: this.hook, method, counters: previous?.loaded.counters },
        variables: context.variables,
      },
      encoded,
    );
    try {
      const stub = previous?.method === method ? previous.stub : stubs.acquire(this.hook, method);
      this.#generations = generation;
      return { method, stub, loaded, state: { method, generation, joined } };
    } catch (error) {
      loaded.close();
      throw error;
    }
  }

  #changeTo(next: Attached): HookChange {
    const previous = this.#attached;
    const keepsStub = previous?.stub === next.stub;
    return {
      install: () => {
        this.#options.announce(next.state);
        this.#writeModes(next);
        this.#fillSlot(next);
        this.#attached = next;
      },
      revert: () => {
        if (this.#attached === next && keepsStub) this.#fillSlot(previous);
        this.#attached = previous;
        if (!keepsStub) this.#releaseStub(next);
        next.loaded.close();
      },
      finish: () => {
        if (previous === undefined) return;
        const staying = new Set(next.state.joined.selectors.map(({ member }) => member.policyName));
        this.#activity.retire(
          { joined: previous.state.joined, counters: previous.loaded.selectorCounters },
          staying,
        );
        // Another method: the old stub goes only now, after the new one is in force.
        if (keepsStub) previous.loaded.close();
        else this.#retire(previous);
      },
    };
  }

  #writeModes({ loaded, state }: Attached): void {
    const numbers = state.joined.selectors
      .filter(({ member }) => this.#options.isMonitored(member))
      .map(({ number }) => number);
    loaded.monitored.set(u32Bytes(0), encodeSelectorSet({ words: toWords(setOf(numbers)) }));
  }

  #fillSlot({ stub, method, loaded }: Attached): void {
    stub.slots.setProgram(this.#options.stubs.slotOf(this.hook, method), loaded.program);
  }

  #releaseStub({ stub, method }: Attached): void {
    stub.slots.delete(u32Bytes(this.#options.stubs.slotOf(this.hook, method)));
    stub.close();
  }

  #retire(attached: Attached): void {
    this.#releaseStub(attached);
    attached.loaded.close();
  }
}

function countedOf(attached: Attached | undefined): CountedGeneration | undefined {
  if (attached === undefined) return undefined;
  return { joined: attached.state.joined, counters: attached.loaded.selectorCounters };
}

/** Sums the rows of a per-CPU map. */
function sumCounters(bytes: Uint8Array): Omit<PolicyHookCounts, 'runTimeNs' | 'missed'> {
  const total = { runs: 0, matched: 0, posted: 0, signalled: 0, overridden: 0 };
  const size = STRUCT_SIZES.HOOK_COUNTERS_ROW;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const row = decodeHookCountersRow(bytes.subarray(at, at + size));
    total.runs += Number(row.runs);
    total.matched += Number(row.matched);
    total.posted += Number(row.posted);
    total.signalled += Number(row.signalled);
    total.overridden += Number(row.overridden);
  }
  return total;
}

function explain(hook: Hook, what: string, failures: readonly string[]): string {
  return `${hookKey(hook)} cannot be ${what} on this kernel: ${failures.join('; ')}`;
}

function flagsOf(hook: Hook): number {
  if (hook.kind === 'uprobe' || hook.kind === 'usdt') return HOOK_FLAG.USER_STRINGS;
  if (hook.kind !== 'syscall') return 0;
  return HOOK_FLAG.SYSCALL_REGISTERS | HOOK_FLAG.USER_STRINGS;
}
