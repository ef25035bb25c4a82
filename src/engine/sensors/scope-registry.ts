/**
 * Which workloads policies with a scope are about, as the kernel knows it: a cgroup has a workload,
 * a workload is in scopes, and a selector asks for a scope. A pod that comes, goes or gets another
 * label changes one row; no program is loaded for it.
 */
import type { PolicyScope } from '../../model/scope.ts';
import type { Workload } from '../../model/workload.ts';
import type { BpfMap } from '../kernel/index.ts';
import { encodeWorkloadRow, SCOPES_MAX, WORKLOADS_MAX } from '../records/index.ts';
import { u32Bytes, u64Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';
import { isInScope } from './scope-match.ts';

/** Numbers of scopes. */
export interface ScopeNumbers {
  /** From 0, the same for equal scopes. Throws ENGINE_HOOK_FULL when all are taken. */
  numberOf(scope: PolicyScope): number;
}

export interface ScopeMaps {
  readonly cgroups: BpfMap;
  readonly workloads: BpfMap;
}

/** Tells the kernel about workloads, and hands out numbers for scopes. */
export class ScopeRegistry implements ScopeNumbers {
  readonly #maps: ScopeMaps;
  /** By number; 0 is of no workload. */
  readonly #workloads = new Map<number, Workload>();
  readonly #scopes = new Map<number, PolicyScope>();

  constructor(maps: ScopeMaps) {
    this.#maps = maps;
    // What an earlier agent said of cgroups has numbers that mean nothing here.
    for (const { key } of maps.cgroups.entries()) maps.cgroups.delete(key);
  }

  /**
   * Says that cgroups, by their ids, belong to a workload; those that are made below them follow
   * by themselves. Name one before those below it: what is made meanwhile is then not missed.
   * Returns the number for `change` and `remove`. Throws ENGINE_HOOK_FULL when there are too many.
   */
  add(cgroupIds: readonly bigint[], workload: Workload): number {
    const number = lowestFree(this.#workloads, 1);
    if (number >= WORKLOADS_MAX) throw full(`there are ${WORKLOADS_MAX} workloads`);
    this.change(number, workload);
    for (const id of cgroupIds) this.#maps.cgroups.set(u64Bytes(id), u32Bytes(number));
    return number;
  }

  /** What is known of a workload has changed. */
  change(number: number, workload: Workload): void {
    this.#workloads.set(number, workload);
    this.#write(number, workload);
  }

  /** Its cgroups are of no workload from now on, and those below them as well. */
  remove(number: number): void {
    this.#maps.workloads.set(u32Bytes(number), encodeRow([]));
    // Again, as a cgroup may be made below one of them meanwhile: the number will be another's.
    while (this.#forgetCgroups(number) > 0);
    this.#workloads.delete(number);
  }

  #forgetCgroups(number: number): number {
    const rows = this.#maps.cgroups
      .entries()
      .filter(({ value }) => Buffer.compare(value, u32Bytes(number)) === 0);
    for (const { key } of rows) this.#maps.cgroups.delete(key);
    return rows.length;
  }

  numberOf(scope: PolicyScope): number {
    const key = keyOf(scope);
    for (const [number, known] of this.#scopes) if (keyOf(known) === key) return number;
    const number = lowestFree(this.#scopes, 0);
    if (number >= SCOPES_MAX) throw full(`policies have ${SCOPES_MAX} different scopes`);
    this.#scopes.set(number, scope);
    for (const [at, workload] of this.#workloads) {
      if (isInScope(scope, workload)) this.#write(at, workload);
    }
    return number;
  }

  /** Forgets all scopes but these, after their policies are out of force. */
  keep(scopes: readonly PolicyScope[]): void {
    const kept = new Set(scopes.map(keyOf));
    const gone = [...this.#scopes].filter(([, scope]) => !kept.has(keyOf(scope)));
    if (gone.length === 0) return;
    for (const [number] of gone) this.#scopes.delete(number);
    // Before a number is given to another scope, nobody has it any more.
    for (const [number, workload] of this.#workloads) this.#write(number, workload);
  }

  #write(number: number, workload: Workload): void {
    const within = [...this.#scopes].filter(([, scope]) => isInScope(scope, workload));
    this.#maps.workloads.set(u32Bytes(number), encodeRow(within.map(([scope]) => scope)));
  }
}

function encodeRow(scopes: readonly number[]): Uint8Array {
  const set = scopes.reduce((bits, scope) => bits | (1n << BigInt(scope)), 0n);
  return encodeWorkloadRow({
    scopes: Array.from({ length: SCOPES_MAX / 64 }, (_, word) =>
      BigInt.asUintN(64, set >> BigInt(64 * word)),
    ),
  });
}

function lowestFree(taken: ReadonlyMap<number, unknown>, first: number): number {
  let number = first;
  while (taken.has(number)) number++;
  return number;
}

/** Scopes come from the compiler, which writes their parts in one order. */
function keyOf(scope: PolicyScope): string {
  return JSON.stringify(scope);
}

function full(what: string): SensorError {
  return new SensorError('ENGINE_HOOK_FULL', `${what}, which is the limit`);
}
