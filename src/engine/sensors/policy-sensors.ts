/** The policy side of the engine, put together: hooks, their registry, and what they count. */

import type { KernelReport } from '../../model/capability.ts';
import type { Logger } from '../../model/log.ts';
import type { AttachMethod } from '../../model/policy.ts';
import type { HookCount } from '../../model/stats.ts';
import { Btf, checkLayout, type KernelBtfTypes } from '../btf/index.ts';
import type { BpfObject } from '../kernel/index.ts';
import { LAYOUT_HASHES } from '../records/index.ts';
import { BinaryRegistry } from './binary-registry.ts';
import { obstacleTo } from './capabilities.ts';
import { DecisionRegistry } from './decision-registry.ts';
import { DnsSensor } from './dns-sensor.ts';
import type { HookSigns } from './hook-counts.ts';
import { HookRegister, type SavedHook } from './hook-directory.ts';
import { hookExists, isDigestRejected, isPlaceMissing } from './hook-exists.ts';
import { hookKey } from './hook-name.ts';
import type { HookEnvironment, SharedMaps } from './hook-program.ts';
import type { HookMember, JoinedSelector } from './join-plans.ts';
import { LOADER_HOOK, LoaderSensor } from './loader-sensor.ts';
import type { PinSet } from './pin-set.ts';
import type { Activity } from './policy-activity.ts';
import { PolicyHook } from './policy-hook.ts';
import { identityOf, pinKey } from './program-image.ts';
import { createWriteObstacle } from './prove-writing.ts';
import type { ScopeRegistry } from './scope-registry.ts';
import { SensorManager } from './sensor-manager.ts';
import { SocketEnds } from './socket-ends.ts';
import { Stubs } from './stubs.ts';

export interface PolicySensorsOptions {
  /** Directory of the compiled probes. */
  readonly objectDirectory: string;
  readonly shared: SharedMaps;
  readonly kernel: KernelReport;
  readonly types: KernelBtfTypes;
  readonly logger: Logger;
  /** Where hooks that enforce are kept over the end of the agent; without it they end with it. */
  readonly pins?: PinSet | undefined;
  /** Who knows the workloads of this node; without it a policy with a scope is not loaded. */
  readonly scopes?: ScopeRegistry | undefined;
  /** What an earlier agent saved of its hooks. */
  readonly savedHooks?: readonly SavedHook[];
  /** Gives processes that run already the lineage of their ancestors. */
  seedLineage(): void;
  /** From now on, ends what descends from processes in the ring `doomed`. */
  endTrees?(): void;
  /** Keeps what a later agent has to know of a hook. */
  saveHook?(hook: SavedHook): void;
}

/** Everything policies need in the kernel; close detaches all of it. */
export class PolicySensors {
  readonly manager: SensorManager;
  /** What selector numbers in records mean. */
  readonly register: HookRegister;
  /** What is asked of name servers; nobody has started it. */
  readonly dns: DnsSensor;
  readonly #pins: PinSet | undefined;
  readonly #stubs: Stubs;
  readonly #socketEnds: SocketEnds;
  readonly #loader: LoaderSensor;

  constructor(options: PolicySensorsOptions) {
    const { shared, objectDirectory, types, pins } = options;
    this.#pins = pins;
    this.register = new HookRegister((hook) => options.saveHook?.(hook));
    for (const saved of options.savedHooks ?? []) this.register.restore(saved);
    const { logger } = options;
    const parts = { objectDirectory, shared, logger, checkLayout: createLayoutCheck() };
    this.dns = new DnsSensor(parts);
    const socketEnds = new SocketEnds(parts);
    this.#socketEnds = socketEnds;
    const obstacle = (method: AttachMethod): string | undefined =>
      obstacleTo(options.kernel, types, method);
    this.#loader = new LoaderSensor({ ...parts, obstacle });
    const environment: HookEnvironment = {
      ...parts,
      watchSockets: () => socketEnds.watch(),
      endTrees: () => options.endTrees?.(),
    };
    const stubs = new Stubs({ environment, pins });
    this.#stubs = stubs;
    const decisions = new DecisionRegistry();
    const { scopes } = options;
    const writeObstacle = createWriteObstacle(options.kernel, objectDirectory);
    const binaries = new BinaryRegistry({
      maps: shared,
      seedLineage: () => options.seedLineage(),
    });
    this.manager = new SensorManager({
      logger: options.logger,
      lastHookId: Math.max(pins?.lastHookId ?? 0, this.register.lastHookId()),
      absenceOf: ({ hook, optional }) => {
        // The digest comes first: of another program, what it lacks says nothing.
        if (isDigestRejected(hook)) return 'digest_rejected';
        const isThere = hookExists(hook, types) && !(optional && isPlaceMissing(hook));
        return isThere ? undefined : 'not_found';
      },
      loader: this.#loader,
      scopes,
      createHook: (hook, freshId) => {
        const hookId = pins?.adopted(pinKey(hook, identityOf(hook)))?.hookId ?? freshId;
        return new PolicyHook({
          hook,
          hookId,
          environment,
          binaries,
          numbers: { decisions, scopes },
          stubs,
          types,
          pins,
          lastGeneration: this.register.lastGeneration(hookId),
          obstacle,
          writeObstacle,
          isMonitored: (member) => this.manager.isMonitored(member),
          announce: ({ generation, joined }) =>
            this.register.add({ hook, hookId, generation, joined }),
        });
      },
    });
  }

  /** Counts of every hook that is attached. */
  counts(): readonly HookCount[] {
    return [...this.manager.hooks().flatMap(countsOf), ...this.#loaderCounts()];
  }

  /** Whether hooks have shown that they run, by their names; whatever came of it. */
  signs(): ReadonlyMap<string, HookSigns> {
    const hooks = this.manager.hooks();
    const loader = { runs: this.#loader.counts().runs, canary: 'untried' } as const;
    return new Map<string, HookSigns>([
      ...hooks.map((one) => [hookKey(one.hook), one.signs()] as const),
      [LOADER_HOOK, loader],
    ]);
  }

  /** What a policy did at each of its hooks, by the name of the hook. */
  activityOf(policyName: string): ReadonlyMap<string, Activity> {
    const byHook = new Map<string, Activity>();
    for (const policyHook of this.manager.hooks()) {
      const activity = policyHook.activity().get(policyName);
      if (activity !== undefined) byHook.set(hookKey(policyHook.hook), activity);
    }
    if (this.manager.loaderPolicies().includes(policyName)) {
      byHook.set(LOADER_HOOK, this.#loader.activity());
    }
    return byHook;
  }

  /** Lets go of what an earlier agent left and no policy took up. */
  settle(): void {
    this.manager.settle();
    const hooks = this.manager.hooks();
    const slots = hooks.flatMap(({ slot }) => slot ?? []);
    this.#stubs.sweep(slots);
    if (this.#pins === undefined) return;
    for (const pinned of this.#pins.allAdopted()) {
      if (hooks.every(({ hookId }) => hookId !== pinned.hookId)) this.#pins.drop(pinned);
    }
    if (slots.length === 0) this.#pins.dropDispatcher();
    this.#pins.settle();
  }

  /** `keepsPins`: hooks that are pinned stay in force. */
  close(keepsPins = false): void {
    this.manager.close(keepsPins);
    this.#socketEnds.close();
    this.dns.close();
  }

  #loaderCounts(): readonly HookCount[] {
    const { method } = this.#loader;
    if (method === undefined) return [];
    const policies = this.manager.loaderPolicies();
    return [{ hook: LOADER_HOOK, method, policies, selectors: 0, ...this.#loader.counts() }];
  }
}

function countsOf(policyHook: PolicyHook): readonly HookCount[] {
  const { state, hook } = policyHook;
  if (state === undefined) return [];
  const { selectors } = state.joined;
  return [
    {
      hook: hookKey(hook),
      method: state.method,
      policies: [...new Set(selectors.map(({ member }) => member.policyName))],
      selectors: countWritten(selectors),
      ...policyHook.counts(),
    },
  ];
}

/** As policies have them: the alternatives of an expression are one selector. */
function countWritten(selectors: readonly JoinedSelector[]): number {
  const places = new Map<HookMember, Set<number>>();
  for (const { member, place } of selectors) {
    places.set(member, (places.get(member) ?? new Set()).add(place));
  }
  return [...places.values()].reduce((count, { size }) => count + size, 0);
}

/** Checks each object file once: the files do not change under a running agent. */
function createLayoutCheck(): (object: BpfObject) => void {
  const checked = new Set<string>();
  return ({ path }) => {
    if (checked.has(path)) return;
    using btf = Btf.ofFile(path);
    checkLayout(btf, LAYOUT_HASHES);
    checked.add(path);
  };
}
