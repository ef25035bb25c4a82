/**
 * Which policies are in force: adds and removes them, hook by hook, each one whole or not at all.
 */
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { Hook, HookPlan, PolicyPlan } from '../../model/plan.ts';
import type { HookStatus, PolicyStatus } from '../../model/policy.ts';
import { SensorError } from './errors.ts';
import { hookKey } from './hook-name.ts';
import type { HookMember } from './join-plans.ts';
import type { PolicyHook, PolicyHookState } from './policy-hook.ts';

export interface SensorManagerOptions {
  readonly logger: Logger;
  createHook(hook: Hook, hookId: number): PolicyHook;
  /** False when the running kernel does not have the function or LSM hook. */
  hookExists(hook: Hook): boolean;
  /** Called before any record of the generation can arrive. */
  announce(hook: PolicyHook, state: PolicyHookState): void;
}

interface HookEntry {
  readonly policyHook: PolicyHook;
  members: readonly HookMember[];
}

/** Calls must not overlap: the composition root serialises them. */
export class SensorManager {
  readonly #options: SensorManagerOptions;
  readonly #hooks = new Map<string, HookEntry>();
  readonly #policies = new Map<string, PolicyStatus>();
  #lastHookId = 0;

  constructor(options: SensorManagerOptions) {
    this.#options = options;
  }

  /**
   * Puts policies in force, but for names that already are. All at once where possible, so that a
   * hook is built once; when something fails, one by one, so that a bad policy keeps none out.
   */
  addAll(plans: readonly PolicyPlan[]): readonly PolicyStatus[] {
    const fresh = plans.filter((plan) => !this.#isLoaded(plan.name));
    if (fresh.length > 1 && this.#tryTogether(fresh)) return this.statuses();
    for (const plan of fresh) if (!this.#isLoaded(plan.name)) this.add(plan);
    return this.statuses();
  }

  /**
   * Puts one policy in force, or records why it is not. A failed policy of that name is replaced.
   */
  add(plan: PolicyPlan): PolicyStatus {
    this.checkFresh([plan]);
    const { present, missing } = this.#splitMissing(plan);
    const failure = findObstacle(plan, missing) ?? this.#applyWhole([{ ...plan, hooks: present }]);
    const status = this.#statusOf(plan, missing, failure);
    this.#policies.set(plan.name, status);
    return status;
  }

  /** Throws ENGINE_POLICY_DUPLICATE when a policy of one of these names is in force. */
  checkFresh(plans: readonly PolicyPlan[]): void {
    const loaded = plans.find(({ name }) => this.#isLoaded(name));
    if (loaded === undefined) return;
    const file = this.#policies.get(loaded.name)?.file ?? '';
    throw new SensorError(
      'ENGINE_POLICY_DUPLICATE',
      `policy ${loaded.name} is already loaded from ${file}`,
    );
  }

  /**
   * Takes a policy out of force. False when there is none of that name. Throws a CodedError when
   * a hook could not be built anew without it; the other hooks are done and the call can be
   * repeated.
   */
  remove(name: string): boolean {
    if (!this.#policies.has(name)) return false;
    const failures: unknown[] = [];
    for (const [key, { members }] of [...this.#hooks]) {
      const others = members.filter((member) => member.policyName !== name);
      if (others.length === members.length) continue;
      try {
        this.#change(key, others);
      } catch (error) {
        failures.push(error);
      }
    }
    // Known for as long as a hook still enforces it, so that it can be removed again.
    if (failures.length > 0) throw failures[0];
    this.#policies.delete(name);
    return true;
  }

  statuses(): readonly PolicyStatus[] {
    return [...this.#policies.values()];
  }

  hooks(): readonly PolicyHook[] {
    return [...this.#hooks.values()].map((entry) => entry.policyHook);
  }

  close(): void {
    for (const entry of this.#hooks.values()) entry.policyHook.close();
    this.#hooks.clear();
    this.#policies.clear();
  }

  #isLoaded(name: string): boolean {
    const status = this.#policies.get(name);
    return status !== undefined && status.state !== 'load_error';
  }

  #tryTogether(plans: readonly PolicyPlan[]): boolean {
    if (new Set(plans.map((plan) => plan.name)).size < plans.length) return false;
    const split = plans.map((plan) => ({ plan, ...this.#splitMissing(plan) }));
    if (split.some(({ plan, missing }) => findObstacle(plan, missing) !== undefined)) return false;
    const failure = this.#applyWhole(
      split.map(({ plan, present }) => ({ ...plan, hooks: present })),
    );
    if (failure !== undefined) return false;
    for (const { plan, missing } of split) {
      this.#policies.set(plan.name, this.#statusOf(plan, missing, undefined));
    }
    return true;
  }

  #splitMissing(plan: PolicyPlan): {
    readonly present: readonly HookPlan[];
    readonly missing: readonly HookPlan[];
  } {
    const present = plan.hooks.filter(({ hook }) => this.#options.hookExists(hook));
    return { present, missing: plan.hooks.filter((hook) => !present.includes(hook)) };
  }

  /** Adds the members of the plans to their hooks; on failure takes all of them out again. */
  #applyWhole(plans: readonly PolicyPlan[]): HookFailure | undefined {
    const added = membersByHook(plans);
    const before = new Map([...added.keys()].map((key) => [key, this.#membersOf(key)]));
    const done: string[] = [];
    for (const [key, { hook, members }] of added) {
      try {
        this.#ensureHook(key, hook);
        this.#change(key, [...(before.get(key) ?? []), ...members]);
        done.push(key);
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        this.#dropIfEmpty(key);
        for (const changed of done) this.#change(changed, before.get(changed) ?? []);
        return { hook: key, error };
      }
    }
    return undefined;
  }

  #membersOf(key: string): readonly HookMember[] {
    return this.#hooks.get(key)?.members ?? [];
  }

  #ensureHook(key: string, hook: Hook): void {
    if (this.#hooks.has(key)) return;
    this.#lastHookId += 1;
    const policyHook = this.#options.createHook(hook, this.#lastHookId);
    this.#hooks.set(key, { policyHook, members: [] });
  }

  #change(key: string, members: readonly HookMember[]): void {
    const entry = this.#hooks.get(key);
    if (entry === undefined) return;
    if (members.length > 0) {
      entry.policyHook.apply(members, (state) => this.#options.announce(entry.policyHook, state));
    }
    entry.members = members;
    this.#dropIfEmpty(key);
  }

  #dropIfEmpty(key: string): void {
    const entry = this.#hooks.get(key);
    if (entry === undefined || entry.members.length > 0) return;
    entry.policyHook.close();
    this.#hooks.delete(key);
  }

  #statusOf(
    plan: PolicyPlan,
    missing: readonly HookPlan[],
    failure: HookFailure | undefined,
  ): PolicyStatus {
    if (failure !== undefined) {
      this.#options.logger.warn(
        { policy: plan.name, code: failure.error.code },
        failure.error.message,
      );
    }
    const hooks = plan.hooks.map((hookPlan) =>
      this.#hookStatus(hookPlan, missing.includes(hookPlan), failure),
    );
    const state =
      failure !== undefined ? 'load_error' : missing.length > 0 ? 'partially_enabled' : 'enabled';
    return { name: plan.name, file: plan.file, state, hooks };
  }

  #hookStatus(
    { hook }: HookPlan,
    isMissing: boolean,
    failure: HookFailure | undefined,
  ): HookStatus {
    const key = hookKey(hook);
    if (failure?.hook === key) {
      return { kind: 'failed', hook: key, code: failure.error.code, reason: failure.error.message };
    }
    if (isMissing) return { kind: 'not_found', hook: key };
    if (failure !== undefined) {
      const reason = 'not attached, because another hook of the policy failed';
      return { kind: 'failed', hook: key, code: failure.error.code, reason };
    }
    const method = this.#hooks.get(key)?.policyHook.state?.method;
    return method === undefined
      ? { kind: 'not_found', hook: key }
      : { kind: 'attached', hook: key, method };
  }
}

interface HookFailure {
  readonly hook: string;
  readonly error: CodedError;
}

/** Why a policy cannot even be tried: it must never act outside its scope, or without a hook. */
function findObstacle(
  { hooks, scope }: PolicyPlan,
  missing: readonly HookPlan[],
): HookFailure | undefined {
  const absent = missing.find(({ optional }) => !optional);
  const at = absent ?? hooks[0];
  const hook = at === undefined ? '' : hookKey(at.hook);
  if (absent !== undefined) {
    const error = new SensorError('ENGINE_HOOK_NOT_FOUND', `the kernel has no hook ${hook}`);
    return { hook, error };
  }
  if (scope === undefined) return undefined;
  const parts = Object.keys(scope).join(', ');
  const message = `the policy is limited to its ${parts}, which is not supported yet`;
  return { hook, error: new SensorError('ENGINE_SCOPE_UNSUPPORTED', message) };
}

function membersByHook(
  plans: readonly PolicyPlan[],
): Map<string, { readonly hook: Hook; readonly members: HookMember[] }> {
  const byHook = new Map<string, { readonly hook: Hook; readonly members: HookMember[] }>();
  for (const plan of plans) {
    for (const hookPlan of plan.hooks) {
      const key = hookKey(hookPlan.hook);
      const entry = byHook.get(key) ?? { hook: hookPlan.hook, members: [] };
      entry.members.push({ policyName: plan.name, mode: plan.mode, plan: hookPlan });
      byHook.set(key, entry);
    }
  }
  return byHook;
}
