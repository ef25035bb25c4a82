/**
 * One hook in the kernel with the policies on it: attached once, its program replaced per change.
 */
import { CodedError } from '../../model/errors.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import type { HookCount } from '../../model/stats.ts';
import { decodeHookCountersRow, HOOK_FLAG, STRUCT_SIZES } from '../records/index.ts';
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
}

interface Attached {
  readonly method: AttachMethod;
  readonly stub: AttachedStub;
  readonly loaded: LoadedGeneration;
}

/** What a hook reports about itself. */
export interface PolicyHookState {
  readonly method: AttachMethod;
  readonly generation: number;
  readonly joined: JoinedPlans;
}

export type PolicyHookCounts = Omit<HookCount, 'hook' | 'method' | 'policies' | 'selectors'>;

/** Not safe for concurrent calls; the sensor manager serialises them. */
export class PolicyHook {
  readonly hook: Hook;
  readonly hookId: number;
  readonly #options: PolicyHookOptions;
  #attached: Attached | undefined;
  #state: PolicyHookState | undefined;
  #generations = 0;

  constructor(options: PolicyHookOptions) {
    this.hook = options.hook;
    this.hookId = options.hookId;
    this.#options = options;
  }

  get state(): PolicyHookState | undefined {
    return this.#state;
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

  /**
   * Puts the members in force in one step; `announce` is told the new generation before any
   * record of it can arrive. On failure the running generation stays and the error is thrown.
   */
  apply(members: readonly HookMember[], announce: (state: PolicyHookState) => void): void {
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
        this.#install(joined, rung.method, announce);
        return;
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        failures.push(`${rung.method}: ${error.message}`);
      }
    }
    throw joined.hasOverride
      ? new SensorError('ENGINE_HOOK_UNENFORCEABLE', explain(hook, 'overridden', failures))
      : new SensorError('ENGINE_HOOK_UNATTACHABLE', explain(hook, 'attached', failures));
  }

  close(): void {
    const attached = this.#attached;
    this.#attached = undefined;
    this.#state = undefined;
    if (attached !== undefined) this.#retire(attached);
  }

  #install(
    joined: JoinedPlans,
    method: AttachMethod,
    announce: (state: PolicyHookState) => void,
  ): void {
    const generation = ++this.#generations;
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
    const keepsStub = previous?.method === method;
    let stub: AttachedStub | undefined;
    try {
      stub = keepsStub ? previous.stub : stubs.acquire(this.hook, method);
      const state = { method, generation, joined };
      announce(state);
      stub.slots.setProgram(stubs.slotOf(this.hook, method), loaded.program);
      this.#attached = { method, stub, loaded };
      this.#state = state;
    } catch (error) {
      if (!keepsStub) stub?.close();
      loaded.close();
      throw error;
    }
    if (previous === undefined) return;
    // Another method: the old stub goes only now, so that there is no moment without enforcement.
    if (keepsStub) previous.loaded.close();
    else this.#retire(previous);
  }

  #retire({ method, stub, loaded }: Attached): void {
    stub.slots.delete(u32Bytes(this.#options.stubs.slotOf(this.hook, method)));
    stub.close();
    loaded.close();
  }
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
  if (hook.kind !== 'syscall') return 0;
  return HOOK_FLAG.SYSCALL_REGISTERS | HOOK_FLAG.USER_STRINGS;
}
