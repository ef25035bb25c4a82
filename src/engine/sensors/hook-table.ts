/**
 * The hooks that are attached and who is on them. Changes several hooks together: everything that
 * can fail is done before the first of them changes.
 */
import { CodedError } from '../../model/errors.ts';
import type { Hook } from '../../model/plan.ts';
import { hookKey } from './hook-name.ts';
import type { HookMember } from './join-plans.ts';
import type { HookFailure, Placement } from './policy-entry.ts';
import type { HookChange, PolicyHook } from './policy-hook.ts';

export interface HookTableOptions {
  /** Highest hook id that an earlier agent used. */
  readonly lastHookId: number;
  createHook(hook: Hook, hookId: number): PolicyHook;
}

interface HookRow {
  readonly policyHook: PolicyHook;
  members: readonly HookMember[];
}

interface Wanted {
  readonly hook: Hook;
  readonly members: HookMember[];
}

interface PreparedRow {
  readonly key: string;
  readonly row: HookRow;
  readonly members: readonly HookMember[];
  readonly change: HookChange;
}

/** Calls must not overlap. */
export class HookTable {
  readonly #options: HookTableOptions;
  readonly #rows = new Map<string, HookRow>();
  #lastHookId: number;
  #isSettled = false;

  constructor(options: HookTableOptions) {
    this.#options = options;
    this.#lastHookId = options.lastHookId;
  }

  hooks(): readonly PolicyHook[] {
    return [...this.#rows.values()].map(({ policyHook }) => policyHook);
  }

  get(key: string): PolicyHook | undefined {
    return this.#rows.get(key)?.policyHook;
  }

  /**
   * Makes the hooks carry these entries and no others. Every hook goes from the old to the new in
   * one step; hooks that gain come before those that lose all. On failure nothing has changed.
   */
  arrange(placements: readonly Placement[]): HookFailure | undefined {
    const wanted = wantedByHook(placements);
    const prepared: PreparedRow[] = [];
    for (const [key, { hook, members }] of wanted) {
      const row = this.#rowOf(key, hook);
      if (isSame(row.members, members)) continue;
      try {
        prepared.push({ key, row, members, change: row.policyHook.prepare(members) });
      } catch (error) {
        revertAll(prepared);
        this.#dropEmpty();
        if (!(error instanceof CodedError)) throw error;
        return { hook: key, error };
      }
    }
    for (const [key, row] of this.#rows) {
      if (wanted.has(key) || this.#isWaiting(row)) continue;
      prepared.push({ key, row, members: [], change: row.policyHook.prepareEnd() });
    }
    return this.#commit(prepared);
  }

  /** From now on, what an earlier agent left and nobody took up is let go of. */
  settle(): void {
    this.#isSettled = true;
    this.#dropEmpty();
  }

  /** Pins hooks that enforce and unpins those that do not. */
  secure(): void {
    for (const { policyHook } of this.#rows.values()) policyHook.secure();
    this.relax();
  }

  /** Unpins hooks that do not enforce. */
  relax(): void {
    for (const { policyHook } of this.#rows.values()) policyHook.relax();
  }

  /** `keepsPins`: what is pinned stays in force. */
  close(keepsPins: boolean): void {
    for (const { policyHook } of this.#rows.values()) policyHook.close(keepsPins);
    this.#rows.clear();
  }

  /** Its policies are still to come. */
  #isWaiting({ members, policyHook }: HookRow): boolean {
    return !this.#isSettled && members.length === 0 && policyHook.isAdopted;
  }

  #commit(prepared: readonly PreparedRow[]): HookFailure | undefined {
    const failure =
      this.#attempt(prepared, ({ change }) => change.install()) ??
      // Before the old goes: at any moment one of the two outlives the agent.
      this.#attempt(prepared, ({ row }) => row.policyHook.secure());
    if (failure !== undefined) return failure;
    for (const { row, members, change } of prepared) {
      change.finish();
      row.members = members;
      row.policyHook.relax();
    }
    this.#dropEmpty();
    return undefined;
  }

  /** Takes one step for all; on failure every one goes back to what was in force. */
  #attempt(
    prepared: readonly PreparedRow[],
    step: (one: PreparedRow) => void,
  ): HookFailure | undefined {
    for (const one of prepared) {
      try {
        step(one);
      } catch (error) {
        revertAll(prepared);
        this.#dropEmpty();
        if (!(error instanceof CodedError)) throw error;
        return { hook: one.key, error };
      }
    }
    return undefined;
  }

  #rowOf(key: string, hook: Hook): HookRow {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    this.#lastHookId += 1;
    const row = { policyHook: this.#options.createHook(hook, this.#lastHookId), members: [] };
    this.#rows.set(key, row);
    return row;
  }

  #dropEmpty(): void {
    for (const [key, row] of this.#rows) {
      if (row.members.length > 0 || this.#isWaiting(row)) continue;
      row.policyHook.close();
      this.#rows.delete(key);
    }
  }
}

function revertAll(prepared: readonly PreparedRow[]): void {
  for (const { change } of prepared.toReversed()) change.revert();
}

function isSame(one: readonly HookMember[], other: readonly HookMember[]): boolean {
  return one.length === other.length && one.every((member, place) => member === other[place]);
}

function wantedByHook(placements: readonly Placement[]): ReadonlyMap<string, Wanted> {
  const byHook = new Map<string, Wanted>();
  for (const { hook, member } of placements) {
    const key = hookKey(hook);
    const wanted = byHook.get(key) ?? { hook, members: [] };
    wanted.members.push(member);
    byHook.set(key, wanted);
  }
  return byHook;
}
