/**
 * Which workloads policies with a scope are about, as the kernel knows it: a cgroup has a workload,
 * a workload is in scopes, and a selector asks for a scope. A pod that comes, goes or gets another
 * label changes one row; no program is loaded for it.
 */
import type { PolicyScope, ScopeSubject } from '../../model/scope.ts';
import type { BpfMap } from '../kernel/index.ts';
import { encodeWorkloadRow, SCOPES_MAX, WORKLOAD_NUMBER, WORKLOADS_MAX } from '../records/index.ts';
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

/** Workloads that many cgroups share. */
export const SHARED_WORKLOADS: { readonly host: number; readonly unnamed: number } = {
  host: WORKLOAD_NUMBER.HOST,
  unnamed: WORKLOAD_NUMBER.UNNAMED,
};

/** A scope, and its number in the rows of the kernel. */
export type NumberedScope = readonly [number: number, scope: PolicyScope];

export interface ScopeRegistryOptions {
  readonly maps: ScopeMaps;
  /** Of an earlier agent whose programs are gone on with. */
  readonly saved?: readonly NumberedScope[] | undefined;
  /** Is told the numbers before programs that know them are in force. */
  readonly save?: ((scopes: readonly NumberedScope[]) => void) | undefined;
}

/** Tells the kernel about workloads, and hands out numbers for scopes. */
export class ScopeRegistry implements ScopeNumbers {
  readonly #maps: ScopeMaps;
  readonly #save: (scopes: readonly NumberedScope[]) => void;
  /** By number; 0 is of no workload. */
  readonly #workloads = new Map<number, ScopeSubject>();
  readonly #scopes: Map<number, PolicyScope>;
  /**
   * What an earlier agent said, by the id of the cgroup: it stays in force until somebody says
   * anew who a workload is, which takes as long as the API server does not answer.
   */
  readonly #inherited: Map<bigint, number>;
  #last: number = WORKLOAD_NUMBER.NAMED - 1;

  constructor({ maps, saved = [], save = () => {} }: ScopeRegistryOptions) {
    this.#maps = maps;
    this.#save = save;
    this.#scopes = new Map(saved);
    this.#inherited = inheritedRows(maps.cgroups);
    this.change(SHARED_WORKLOADS.host, { kind: 'host' });
    this.change(SHARED_WORKLOADS.unnamed, { kind: 'unnamed' });
  }

  /**
   * Makes a workload, whose first cgroup has that id. Numbers that were released come last: rows
   * of cgroups may still have them. Throws ENGINE_HOOK_FULL when there are too many.
   */
  add(subject: ScopeSubject, cgroupId: bigint): number {
    const number = this.#reuse(cgroupId) ?? this.#nextFree();
    this.change(number, subject);
    return number;
  }

  /**
   * Says that a cgroup, by its id, belongs to a workload; those that are made below it follow by
   * themselves. Assign one before those below it: what is made meanwhile is then not missed.
   */
  assign(cgroupId: bigint, workload: number): void {
    if (workload === SHARED_WORKLOADS.unnamed && this.#inherited.has(cgroupId)) return;
    this.#inherited.delete(cgroupId);
    this.#maps.cgroups.set(u64Bytes(cgroupId), u32Bytes(workload));
  }

  /**
   * A cgroup is gone. The kernel took its row out before it said so, but whoever assigned it in
   * between put it back.
   */
  unassign(cgroupId: bigint): void {
    this.#inherited.delete(cgroupId);
    this.#maps.cgroups.delete(u64Bytes(cgroupId));
  }

  /** What is known of a workload has changed. */
  change(number: number, subject: ScopeSubject): void {
    this.#workloads.set(number, subject);
    this.#write(number, subject);
  }

  /** It has no processes any more; should one be left, it is in no scope. */
  release(number: number): void {
    this.#maps.workloads.set(u32Bytes(number), encodeRow([]));
    this.#workloads.delete(number);
  }

  #reuse(cgroupId: bigint): number | undefined {
    const number = this.#inherited.get(cgroupId);
    return number === undefined || this.#workloads.has(number) ? undefined : number;
  }

  #nextFree(): number {
    const room = WORKLOADS_MAX - WORKLOAD_NUMBER.NAMED;
    const inherited = new Set(this.#inherited.values());
    for (let step = 1; step <= room; step++) {
      const number = WORKLOAD_NUMBER.NAMED + ((this.#last - WORKLOAD_NUMBER.NAMED + step) % room);
      if (this.#workloads.has(number) || inherited.has(number)) continue;
      this.#last = number;
      return number;
    }
    throw full(`there are ${WORKLOADS_MAX} workloads`);
  }

  numberOf(scope: PolicyScope): number {
    const key = keyOf(scope);
    for (const [number, known] of this.#scopes) if (keyOf(known) === key) return number;
    const number = lowestFree(this.#scopes, 0);
    if (number >= SCOPES_MAX) throw full(`policies have ${SCOPES_MAX} different scopes`);
    this.#scopes.set(number, scope);
    this.#save([...this.#scopes]);
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
    for (const number of new Set(this.#inherited.values())) this.#narrow(number);
    this.#save([...this.#scopes]);
  }

  /** Takes scopes that are gone out of a row of which nothing else is known. */
  #narrow(number: number): void {
    if (this.#workloads.has(number)) return;
    const row = this.#maps.workloads.get(u32Bytes(number));
    if (row === undefined) return;
    const bits = row.map((byte, at) => byte & keptBits([...this.#scopes.keys()], at));
    this.#maps.workloads.set(u32Bytes(number), bits);
  }

  #write(number: number, workload: ScopeSubject): void {
    const within = [...this.#scopes].filter(([, scope]) => isInScope(scope, workload));
    this.#maps.workloads.set(u32Bytes(number), encodeRow(within.map(([scope]) => scope)));
  }
}

/** Rows of single containers. */
function inheritedRows(cgroups: BpfMap): Map<bigint, number> {
  const rows = new Map<bigint, number>();
  for (const { key, value } of cgroups.entries()) {
    const number = Buffer.from(value).readUInt32LE(0);
    if (number >= WORKLOAD_NUMBER.NAMED) rows.set(Buffer.from(key).readBigUInt64LE(0), number);
  }
  return rows;
}

/** Of one byte of a row: rows are little endian. */
function keptBits(scopes: readonly number[], byte: number): number {
  return scopes
    .filter((scope) => scope >> 3 === byte)
    .reduce((bits, scope) => bits | (1 << (scope & 7)), 0);
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
