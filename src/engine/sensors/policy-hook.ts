/**
 * One hook in the kernel with the policies on it: attached once, its program replaced per change.
 */
import { CodedError } from '../../model/errors.ts';
import type { KernelTypes } from '../../model/kernel-types.ts';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { encodeSelectorSet } from '../records/index.ts';
import {
  type Attached,
  adopt,
  countedOf,
  type Loaded,
  type PolicyHookState,
  pinnableOf,
  pinReturns,
  type StubSource,
} from './attachment.ts';
import type { BinaryRegistry } from './binary-registry.ts';
import { u32Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';
import { hashesFile } from './file-hash.ts';
import { type HookSigns, type PolicyHookCounts, sumCounters } from './hook-counts.ts';
import { hookKey } from './hook-name.ts';
import type { HookEnvironment } from './hook-program.ts';
import { type HookMember, type JoinedPlans, joinPlans, type SharedNumbers } from './join-plans.ts';
import { climb, type HookSituation } from './ladder.ts';
import { closeStubs, dropReturns, loadHook } from './load-hook.ts';
import type { PinSet } from './pin-set.ts';
import { type Activity, ActivityLog } from './policy-activity.ts';
import { identityOf, pinKey } from './program-image.ts';
import { enforces } from './selector-effect.ts';
import { setOf, toWords } from './selector-set.ts';

const UNENFORCEABLE = 'ENGINE_HOOK_UNENFORCEABLE';

export interface PolicyHookOptions {
  readonly hook: Hook;
  readonly hookId: number;
  readonly environment: HookEnvironment;
  readonly binaries: BinaryRegistry;
  readonly numbers: SharedNumbers;
  readonly stubs: StubSource;
  readonly types: KernelTypes;
  /** Where hooks that enforce are kept over the end of the agent. */
  readonly pins: PinSet | undefined;
  /** Generation number of the last one that an earlier agent had for the hook. */
  readonly lastGeneration: number;
  obstacle(method: AttachMethod): string | undefined;
  /** Why variables of programs cannot be overwritten on this kernel, or undefined. */
  writeObstacle(): string | undefined;
  /** True when the policy of this entry is in monitor mode. */
  isMonitored(member: HookMember): boolean;
  /** Told of a generation before any record of it can arrive. */
  announce(state: PolicyHookState): void;
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

const OF_POLICY: readonly string[] = [
  'ENGINE_MEMBER_UNKNOWN',
  'ENGINE_TYPES_FILE_UNREADABLE',
  'ENGINE_TYPES_FILE_INVALID',
];

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
    this.#generations = options.lastGeneration;
    const pinned = options.pins?.adopted(pinKey(options.hook, identityOf(options.hook)));
    if (pinned !== undefined) this.#attached = adopt(options.hook, pinned, options.stubs);
  }

  get state(): PolicyHookState | undefined {
    return this.#attached?.current?.state;
  }

  /** What the hook did since it was attached; run time and misses are the kernel's own counts. */
  counts(): PolicyHookCounts {
    const { stub, counters } = this.#attached ?? {};
    const stats = stub?.program.stats();
    return {
      ...sumCounters(counters?.get(u32Bytes(0)) ?? new Uint8Array(0)),
      runTimeNs: stats?.runTimeNs ?? 0,
      missed: stats?.recursionMisses ?? 0,
    };
  }

  /** Whether it has shown that it runs. */
  signs(): HookSigns {
    return { runs: this.counts().runs, canary: this.#attached?.canary ?? 'untried' };
  }

  /** What each policy did here, by its name. */
  activity(): ReadonlyMap<string, Activity> {
    return this.#activity.read(countedOf(this.#attached));
  }

  /** Tells the running generation which policies are in monitor mode. */
  refreshModes(): void {
    const current = this.#attached?.current;
    if (current !== undefined) this.#writeModes(current);
  }

  /**
   * Loads a generation for the members, beside the running one. Throws a SensorError that names
   * the reason of every method when none of them works.
   */
  prepare(members: readonly HookMember[]): HookChange {
    const joined = joinPlans(members, undefined, this.#options.numbers);
    const { hook } = this;
    const failures: string[] = [];
    const writeObstacle = joined.variables.length > 0 ? this.#options.writeObstacle() : undefined;
    let isUnenforceable = joined.hasOverride || writeObstacle !== undefined;
    const situation: HookSituation = {
      hook,
      hasOverride: joined.hasOverride,
      hasEnforcer: joined.hasEnforcer,
      readsRegisters: joined.readsRegisters,
      hashesFile: joined.selectors.some(hashesFile),
      writeObstacle,
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
        if (!(error instanceof CodedError) || isOfPolicy(error)) throw error;
        failures.push(`${rung.method}: ${error.message}`);
        isUnenforceable ||= error.code === UNENFORCEABLE;
      }
    }
    const what = joined.hasOverride ? 'overridden' : 'enforced';
    throw isUnenforceable
      ? new SensorError(UNENFORCEABLE, explain(hook, what, failures))
      : new SensorError('ENGINE_HOOK_UNATTACHABLE', explain(hook, 'attached', failures));
  }

  /** The change that leaves nobody on the hook; it takes effect when it is finished. */
  prepareEnd(): HookChange {
    return { install: () => {}, revert: () => {}, finish: () => this.close() };
  }

  /** True while the generation in force is that of an earlier agent. */
  get isAdopted(): boolean {
    return this.#attached !== undefined && this.#attached.current === undefined;
  }

  /** Number of its slot, where hooks share a stub. */
  get slot(): number | undefined {
    const method = this.#attached?.method;
    return method === 'sys_enter' ? this.#options.stubs.slotOf(this.hook, method) : undefined;
  }

  /** Pins the hook if it enforces: from then on it outlives the agent. */
  secure(): void {
    const { pins } = this.#options;
    const attached = this.#attached;
    if (pins === undefined || attached === undefined) return;
    if (!this.#enforces()) return;
    const key = pinKey(this.hook, attached.image?.identity ?? '');
    const directory = pins.hookDirectory(key, this.hookId, attached.method);
    if (attached.pinnedIn === undefined) pins.pin(pinnableOf(attached), directory);
    pinReturns(attached);
  }

  /** Unpins the hook if it only observes. */
  relax(): void {
    const attached = this.#attached;
    if (attached?.current !== undefined && !this.#enforces()) this.#unpin(attached);
  }

  /** Detaches. `keepsPins`: what is pinned stays in force. */
  close(keepsPins = false): void {
    const attached = this.#attached;
    this.#attached = undefined;
    if (attached === undefined) return;
    if (!keepsPins || attached.pinnedIn === undefined) this.#releaseStub(attached);
    else closeStubs(attached);
    attached.current?.loaded.close();
  }

  #enforces(): boolean {
    const selectors = this.state?.joined.selectors ?? [];
    return selectors.some(
      (selector) => enforces(selector) && !this.#options.isMonitored(selector.member),
    );
  }

  #unpin(attached: Attached): void {
    if (attached.pinnedIn !== undefined) this.#options.pins?.unpin(pinnableOf(attached));
  }

  #load(joined: JoinedPlans, method: AttachMethod): Loaded {
    const number = this.#generations + 1;
    const loaded = loadHook(this.#options, { joined, method, number }, this.#attached);
    this.#generations = number;
    return loaded;
  }

  #changeTo(next: Loaded): HookChange {
    const previous = this.#attached;
    const keepsStub = previous?.stub === next.stub;
    return {
      install: () => {
        this.#options.announce(next.current.state);
        this.#writeModes(next.current);
        this.#fillSlot(next);
        this.#attached = next;
      },
      revert: () => {
        if (this.#attached === next && keepsStub) {
          this.#fillSlot(previous);
          if (previous.pinnedIn === undefined) this.#unpin(next);
        }
        this.#attached = previous;
        if (!keepsStub) this.#releaseStub(next);
        else dropReturns(next, previous);
        next.current.loaded.close();
      },
      finish: () => {
        if (previous !== undefined) this.#finish(previous, next);
      },
    };
  }

  #finish(previous: Attached, next: Loaded): void {
    const { selectors } = next.current.state.joined;
    const staying = new Set(selectors.map(({ member }) => member.policyName));
    const counted = countedOf(previous);
    if (counted !== undefined) this.#activity.retire(counted, staying);
    // Another method: the old stub goes only now, after the new one is in force.
    if (previous.stub !== next.stub) {
      this.#retire(previous);
      return;
    }
    dropReturns(previous, next);
    previous.current?.loaded.close();
  }

  #writeModes({ loaded, state }: Loaded['current']): void {
    const numbers = state.joined.selectors
      .filter(({ member }) => this.#options.isMonitored(member))
      .map(({ number }) => number);
    loaded.monitored.set(u32Bytes(0), encodeSelectorSet({ words: toWords(setOf(numbers)) }));
  }

  /** What an earlier agent left has no program at hand; then the slot stays as it is. */
  #fillSlot({ stub, method, returns, current }: Attached): void {
    if (current === undefined) return;
    const { returnProgram } = current.loaded;
    if (returnProgram !== undefined) returns?.fill(current.state.generation, returnProgram);
    stub.slots.setProgram(this.#options.stubs.slotOf(this.hook, method), current.loaded.program);
  }

  #releaseStub(attached: Attached): void {
    const { stub, method } = attached;
    this.#unpin(attached);
    stub.slots.delete(u32Bytes(this.#options.stubs.slotOf(this.hook, method)));
    closeStubs(attached);
  }

  #retire(attached: Attached): void {
    this.#releaseStub(attached);
    attached.current?.loaded.close();
  }
}

/** Whether what is wrong is wrong with every method. */
function isOfPolicy({ code }: CodedError): boolean {
  return OF_POLICY.includes(code);
}

function explain(hook: Hook, what: string, failures: readonly string[]): string {
  return `${hookKey(hook)} cannot be ${what} on this kernel: ${failures.join('; ')}`;
}
