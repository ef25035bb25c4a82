/**
 * Which policies are in force. Every operation is one step for all policies it is about: it takes
 * effect whole, or what was in force stays.
 */
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { Hook, HookPlan, PolicyPlan } from '../../model/plan.ts';
import type { PolicyStatus, SettableMode } from '../../model/policy.ts';
import type { PolicyScope } from '../../model/scope.ts';
import { SensorError } from './errors.ts';
import type { Absence } from './hook-exists.ts';
import { HookTable } from './hook-table.ts';
import { type HookMember, scopesOf } from './join-plans.ts';
import { LOADER_HOOK, type LoaderSensor } from './loader-sensor.ts';
import {
  entryOf,
  type HookFailure,
  intentOf,
  obstacleOf,
  type PolicyEntry,
  type PolicyIntent,
} from './policy-entry.ts';
import type { PolicyHook } from './policy-hook.ts';
import { hasLoader, isForNode, isOn, statusOf } from './policy-status.ts';
import type { Labels } from './scope-match.ts';
import type { ScopeRegistry } from './scope-registry.ts';

export interface SensorManagerOptions {
  readonly logger: Logger;
  /** Highest hook id that an earlier agent used. */
  readonly lastHookId: number;
  createHook(hook: Hook, hookId: number): PolicyHook;
  /** Reports files that are mapped executable. */
  readonly loader: Pick<LoaderSensor, 'method' | 'start' | 'close'>;
  /** Undefined: nobody knows the workloads of this node. */
  readonly scopes?: ScopeRegistry | undefined;
  /** False when the running kernel, or the program, does not have the place. */
  absenceOf(hookPlan: HookPlan): Absence | undefined;
}

/** What a later agent has to know of a policy besides its text. */
export interface HeldPolicy {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Undefined when nobody set one. */
  readonly mode: SettableMode | undefined;
}

type Entries = ReadonlyMap<string, PolicyEntry>;

/** Calls must not overlap: the composition root serialises them. */
export class SensorManager {
  readonly #options: SensorManagerOptions;
  readonly #table: HookTable;
  /** Undefined: nobody has said them. */
  #nodeLabels: Labels | undefined;
  #policies: Entries = new Map();
  /** Modes of the entries that are in force or about to be, by what hooks know of them. */
  readonly #monitored = new WeakSet<HookMember>();

  constructor(options: SensorManagerOptions) {
    this.#options = options;
    this.#table = new HookTable(options);
  }

  /**
   * Puts policies in force; one that is there under its name is replaced. All at once where
   * possible, so that a hook is built once; when something fails, one by one, so that a bad policy
   * keeps none out. `gone` are names that end with it. Returns the status of each intent.
   */
  put(intents: readonly PolicyIntent[], gone: readonly string[] = []): readonly PolicyStatus[] {
    const fresh = intents.map((intent) => this.#entryOf(intent));
    const good = fresh.filter((entry) => this.#obstacleOf(entry) === undefined);
    const failure = this.#arrange(this.#with(good, gone));
    if (failure !== undefined) {
      // Those on other hooks have nothing to do with it, and go on together.
      const others = good.filter((entry) => !isOn(entry, failure.hook));
      if (others.length < good.length) this.#arrange(this.#with(others, gone));
    }
    const statuses = fresh.map((entry) => this.#settled(entry) ?? this.#putOne(entry));
    for (const name of gone) this.remove(name);
    return statuses;
  }

  /** As put, for policies of which none is there yet; the second of one name is left out. */
  addAll(plans: readonly PolicyPlan[]): readonly PolicyStatus[] {
    const fresh = plans.filter((plan, place) => {
      const first = plans.findIndex(({ name }) => name === plan.name) === place;
      if (first && !this.#isLoaded(plan.name)) return true;
      const { code, message } = new SensorError(
        'ENGINE_POLICY_DUPLICATE',
        `policy ${plan.name} of ${plan.file} is left out: another one has its name`,
      );
      this.#options.logger.warn({ policy: plan.name, code }, message);
      return false;
    });
    if (fresh.length > 0) this.put(fresh.map((plan) => ({ plan })));
    return this.statuses();
  }

  /**
   * Takes a policy out of force. False when there is none of that name. Throws a CodedError when
   * a hook could not be built anew without it; the policy is then in force as before.
   */
  remove(name: string): boolean {
    if (!this.#policies.has(name)) return false;
    this.#mustArrange(this.#with([], [name]));
    return true;
  }

  /**
   * Takes a policy out of force and keeps it at hand, or puts it in force again. Undefined when
   * there is none of that name. Throws as remove does.
   */
  setEnabled(name: string, isEnabled: boolean): PolicyStatus | undefined {
    const entry = this.#policies.get(name);
    if (entry === undefined) return undefined;
    const next = { ...entry, isEnabled, failure: undefined };
    const obstacle = isEnabled ? this.#obstacleOf(next) : undefined;
    if (obstacle !== undefined) throw obstacle.error;
    this.#mustArrange(this.#with([next], []));
    return this.#statusOf(next);
  }

  /**
   * Changes the mode without loading anything. Undefined when there is no policy of that name;
   * throws ENGINE_MODE_REFUSED when it has nothing to enforce.
   */
  setMode(name: string, mode: SettableMode): PolicyStatus | undefined {
    const entry = this.#policies.get(name);
    if (entry === undefined) return undefined;
    if (entry.mode === 'monitor_only') {
      throw new SensorError('ENGINE_MODE_REFUSED', `policy ${name} has no action that enforces`);
    }
    const next: PolicyEntry = { ...entry, mode, hasOwnMode: true };
    this.#applyModes(next);
    try {
      this.#table.secure();
    } catch (error) {
      this.#applyModes(entry);
      this.#table.relax();
      throw error;
    }
    this.#policies = this.#with([next], []);
    return this.#statusOf(next);
  }

  /** Policies for some nodes come into force or out of it; what could not be tried is tried. */
  setNodeLabels(labels: Labels): void {
    this.#nodeLabels = labels;
    const concerned = [...this.#policies.values()].filter(({ plan }) => plan.scope?.nodes);
    if (concerned.length > 0) this.put(concerned.map(intentOf));
  }

  /** Tells all hooks, of which any may have the policy. */
  #applyModes(entry: PolicyEntry): void {
    this.#noteModes(entry);
    for (const hook of this.hooks()) hook.refreshModes();
  }

  status(name: string): PolicyStatus | undefined {
    const entry = this.#policies.get(name);
    return entry && this.#statusOf(entry);
  }

  scopeOf(name: string): PolicyScope | undefined {
    return this.#policies.get(name)?.plan.scope;
  }

  statuses(): readonly PolicyStatus[] {
    return [...this.#policies.values()].map((entry) => this.#statusOf(entry));
  }

  /** Policies that are in force or disabled, and what was set of them at runtime. */
  held(): readonly HeldPolicy[] {
    return [...this.#policies.values()]
      .filter(({ failure }) => failure === undefined)
      .map(intentOf)
      .map(({ plan: { name }, isEnabled, mode }) => ({ name, isEnabled, mode }));
  }

  hooks(): readonly PolicyHook[] {
    return this.#table.hooks();
  }

  /** Names of those in force that have `loader`. */
  loaderPolicies(): readonly string[] {
    return this.#activeOf(this.#policies)
      .filter(hasLoader)
      .map(({ plan }) => plan.name);
  }

  isMonitored(member: HookMember): boolean {
    return this.#monitored.has(member);
  }

  /** Ends the time in which hooks of an earlier agent wait for their policies. */
  settle(): void {
    this.#table.settle();
  }

  /** `keepsPins`: what is pinned stays in force. */
  close(keepsPins = false): void {
    this.#table.close(keepsPins);
    this.#options.loader.close();
    this.#policies = new Map();
  }

  #isLoaded(name: string): boolean {
    const entry = this.#policies.get(name);
    return entry !== undefined && entry.failure === undefined;
  }

  #entryOf(intent: PolicyIntent): PolicyEntry {
    const previous = this.#policies.get(intent.plan.name);
    const entry = entryOf(intent, previous, (hookPlan) => this.#options.absenceOf(hookPlan));
    this.#noteModes(entry);
    return entry;
  }

  /** The status of an entry that is in force. */
  #settled(entry: PolicyEntry): PolicyStatus | undefined {
    return this.#policies.get(entry.plan.name) === entry ? this.#statusOf(entry) : undefined;
  }

  /** One policy, or the record of why it is not in force; an older version of it stays. */
  #putOne(entry: PolicyEntry): PolicyStatus {
    const failure = this.#obstacleOf(entry) ?? this.#arrange(this.#with([entry], []));
    if (failure === undefined) return this.#statusOf(entry);
    const { name } = entry.plan;
    const level = entry.isTrial ? 'debug' : 'warn';
    const { code, message } = failure.error;
    this.#options.logger[level]({ policy: name, code }, message);
    const failed = { ...entry, failure };
    if (this.#isLoaded(name)) return { ...this.#statusOf(failed), keepsPrevious: true };
    this.#policies = this.#with([failed], []);
    return this.#statusOf(failed);
  }

  /** The policies with some set, in the place of older versions, and some gone. */
  #with(entries: readonly PolicyEntry[], gone: readonly string[]): Entries {
    const next = new Map(this.#policies);
    for (const entry of entries) next.set(entry.plan.name, entry);
    for (const name of gone) next.delete(name);
    return next;
  }

  #arrange(policies: Entries): HookFailure | undefined {
    const active = this.#activeOf(policies);
    const placements = active.flatMap((entry) => entry.placements);
    const failure = this.#startLoader(active) ?? this.#table.arrange(placements);
    if (failure === undefined) this.#policies = policies;
    if (!this.#activeOf(this.#policies).some(hasLoader)) this.#options.loader.close();
    if (failure !== undefined) return failure;
    this.#options.scopes?.keep(placements.flatMap(({ member }) => scopesOf(member)));
    return undefined;
  }

  #activeOf(policies: Entries): readonly PolicyEntry[] {
    return [...policies.values()].filter(
      (entry) =>
        entry.isEnabled && entry.failure === undefined && isForNode(entry, this.#nodeLabels),
    );
  }

  #startLoader(active: readonly PolicyEntry[]): HookFailure | undefined {
    if (!active.some(hasLoader)) return undefined;
    try {
      this.#options.loader.start();
      return undefined;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      return { hook: LOADER_HOOK, error };
    }
  }

  #obstacleOf(entry: PolicyEntry): HookFailure | undefined {
    const workloads = this.#options.scopes !== undefined;
    return obstacleOf(entry, { workloads, nodeLabels: this.#nodeLabels });
  }

  #mustArrange(policies: Entries): void {
    const failure = this.#arrange(policies);
    if (failure !== undefined) throw failure.error;
  }

  #noteModes({ placements, mode }: PolicyEntry): void {
    for (const { member } of placements) {
      if (mode === 'monitor') this.#monitored.add(member);
      else this.#monitored.delete(member);
    }
  }

  #statusOf(entry: PolicyEntry): PolicyStatus {
    const isSkipped = !isForNode(entry, this.#nodeLabels);
    return statusOf({ ...entry, isSkipped }, (key) =>
      key === LOADER_HOOK ? this.#options.loader.method : this.#table.get(key)?.state?.method,
    );
  }
}
