/** The base sensor: exec, fork and exit of every process, and the maps that all hooks share. */
import { join } from 'node:path';
import { Btf, checkLayout } from '../btf/index.ts';
import { BpfLink, BpfMap, BpfObject, cpuCount } from '../kernel/index.ts';
import {
  CONTROL_NUMBER,
  COUNTER,
  decodeLossKey,
  LAYOUT_HASHES,
  SCRATCH_SLOTS_PER_CPU,
} from '../records/index.ts';
import { countRingFull, type KernelLoss } from '../records/losses.ts';
import { u32Bytes, u64Bytes } from './bytes.ts';
import { SHARED_MAP_NAMES, type SharedMaps } from './hook-program.ts';
import { makePins, type Pinnable, removeEmpty } from './pin-set.ts';

/** Exit first: a process whose exec is seen must not leave unseen. */
const ATTACH_ORDER = [
  'process_exit',
  'process_fork',
  'process_exec',
  'cgroup_removed',
  'cgroup_entered',
  'cgroup_made',
] as const;

export interface BaseSensorOptions {
  /** Path of process.bpf.o. */
  readonly objectPath: string;
  /** Bytes of the rings, powers of two and whole pages; as in limits.h when absent. */
  readonly ringBulkBytes?: number;
  readonly ringUrgentBytes?: number;
  /** Where an earlier agent left the sensor: it is gone on with. */
  readonly adoptFrom?: string | undefined;
  /** Somebody says of containers which pods they are of; default false. */
  readonly followsPods?: boolean;
}

/** Counters of the kernel side that are not losses. */
export interface KernelCounters {
  readonly records: number;
  readonly stateFailed: number;
  readonly compatSyscalls: number;
  readonly rateLimited: number;
  /** Scopes that were asked for in a container that nobody had named yet. */
  readonly unnamedWorkload: number;
}

/** Loaded and attached programs; everything is detached and freed by close. */
export class BaseSensor implements Pinnable {
  readonly #object: BpfObject;
  readonly #maps: SharedMaps;
  #links: ReadonlyMap<string, BpfLink> = new Map();
  #pinnedIn: string | undefined;
  /** Last sequence number that was given out, and records lost, before this agent. */
  readonly firstSequence: number;
  readonly firstLost: number;

  private constructor(object: BpfObject, adoptedFrom: string | undefined) {
    this.#object = object;
    this.#maps = collectMaps(object);
    this.#pinnedIn = adoptedFrom;
    this.firstLost = countRingFull(this.losses());
    this.firstSequence = this.lastSequence();
  }

  /**
   * Loads the programs without attaching them, so that a reader can be there first. Throws a
   * KernelError: ENGINE_LAYOUT_MISMATCH when the object is of another build,
   * ENGINE_OBJECT_REJECTED when the kernel does not take it.
   */
  static load(options: BaseSensorOptions): BaseSensor {
    // Opened first: a damaged file should be called that, and not "without type information".
    const object = BpfObject.open(options.objectPath);
    try {
      checkObject(options.objectPath);
      const { adoptFrom } = options;
      if (adoptFrom !== undefined) {
        return BaseSensor.#adopt(object, adoptFrom).#setControls(options);
      }
      const scratches = cpuCount() * SCRATCH_SLOTS_PER_CPU;
      object.setMapEntries('scratches', scratches);
      object.setVariable('scratch_count', u32Bytes(scratches));
      const { ringBulkBytes, ringUrgentBytes } = options;
      if (ringBulkBytes !== undefined) object.setMapEntries('ring_bulk', ringBulkBytes);
      if (ringUrgentBytes !== undefined) object.setMapEntries('ring_urgent', ringUrgentBytes);
      object.load();
      const sensor = new BaseSensor(object, undefined);
      // State that was never looked up has generation 0, so the first one in force is 1.
      sensor.#control(CONTROL_NUMBER.BINARIES_GENERATION, 1n);
      return sensor.#setControls(options);
    } catch (error) {
      object.close();
      throw error;
    }
  }

  /** Goes on with the maps of an earlier agent; only the iterators are loaded anew. */
  static #adopt(object: BpfObject, directory: string): BaseSensor {
    for (const name of ATTACH_ORDER) object.setAutoload(name, false);
    for (const name of SHARED_MAP_NAMES) {
      using map = BpfMap.openPinned(join(directory, name));
      if (name === 'scratches') object.setVariable('scratch_count', u32Bytes(map.info.maxEntries));
      object.reuseMap(name, map);
    }
    object.setVariable('seeds_all', Uint8Array.of(1));
    object.load();
    return new BaseSensor(object, directory);
  }

  /** Maps for the objects of hooks to reuse, and rings for the reader. Valid until close. */
  get maps(): SharedMaps {
    return this.#maps;
  }

  /** Attaches exit, fork and exec, then what follows cgroups; throws ENGINE_ATTACH_FAILED. */
  attach(): void {
    const from = this.#pinnedIn;
    this.#links = new Map(
      ATTACH_ORDER.map((name) => [
        name,
        from === undefined
          ? this.#object.program(name).attach()
          : BpfLink.openPinned(join(from, name)),
      ]),
    );
  }

  /** Keeps programs and maps; the links come last, so that what they write to is there. */
  pin(directory: string): void {
    if (this.#pinnedIn !== undefined) return;
    makePins(directory, () => {
      for (const name of SHARED_MAP_NAMES) this.#maps[name].pin(join(directory, name));
      for (const [name, link] of this.#links) link.pin(join(directory, name));
    });
    this.#pinnedIn = directory;
  }

  unpin(): void {
    const directory = this.#pinnedIn;
    if (directory === undefined) return;
    for (const [name, link] of this.#links) link.unpin(join(directory, name));
    for (const name of SHARED_MAP_NAMES) this.#maps[name].unpin(join(directory, name));
    this.#pinnedIn = undefined;
    removeEmpty(directory);
  }

  /** Ends the flow of records; the maps stay, so that what is in the rings can be read. */
  detach(): void {
    for (const link of this.#links.values()) link.close();
    this.#links = new Map();
  }

  /**
   * Records of the processes that were running before, one after the other without ring headers.
   * Read it after attach: then a process is in here, or its fork or exec is in the ring, or both.
   */
  readSeeds(): Uint8Array {
    return this.#object.program('process_seed').runIterator();
  }

  /** Gives processes that run already the lineage ids of their ancestors' executables. */
  seedLineage(): void {
    const seed = this.#object.program('lineage_seed');
    // Own ids first; then every process finds those of its ancestors.
    for (let pass = 0; pass < 2; pass++) seed.runIterator();
  }

  /** Last sequence number given to a record. */
  lastSequence(): number {
    return readNumber(this.#maps.control.get(u32Bytes(CONTROL_NUMBER.SEQUENCE)));
  }

  counters(): KernelCounters {
    return {
      records: this.#counter(COUNTER.RECORDS),
      stateFailed: this.#counter(COUNTER.STATE_FAILED),
      compatSyscalls: this.#counter(COUNTER.COMPAT_SYSCALLS),
      rateLimited: this.#counter(COUNTER.RATE_LIMITED),
      unnamedWorkload: this.#counter(COUNTER.UNNAMED_WORKLOAD),
    };
  }

  /** Records that did not come, by cause; nameLosses gives them their names. */
  losses(): readonly KernelLoss[] {
    return this.#maps.losses
      .entries()
      .map(({ key, value }) => ({ ...decodeLossKey(key), count: readNumber(value) }));
  }

  /** Detaches and unloads what is not pinned; the maps are closed too. Closing twice is fine. */
  close(): void {
    this.detach();
    this.#object.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** What may be different with every agent. */
  #setControls({ followsPods = false }: BaseSensorOptions): this {
    this.#control(CONTROL_NUMBER.FOLLOWS_PODS, followsPods ? 1n : 0n);
    this.#control(CONTROL_NUMBER.WAKES_AT_ONCE, 0n);
    return this;
  }

  /** From now on no record waits for the reader's timer. */
  wakeAtOnce(): void {
    this.#control(CONTROL_NUMBER.WAKES_AT_ONCE, 1n);
  }

  #control(number: number, value: bigint): void {
    this.#maps.control.set(u32Bytes(number), u64Bytes(value));
  }

  #counter(number: number): number {
    return readNumber(this.#maps.counters.get(u32Bytes(number)));
  }
}

function checkObject(path: string): void {
  using btf = Btf.ofFile(path);
  checkLayout(btf, LAYOUT_HASHES);
}

function collectMaps(object: BpfObject): SharedMaps {
  return {
    ring_bulk: object.map('ring_bulk'),
    doomed: object.map('doomed'),
    forebears: object.map('forebears'),
    ring_urgent: object.map('ring_urgent'),
    processes: object.map('processes'),
    control: object.map('control'),
    binaries: object.map('binaries'),
    counters: object.map('counters'),
    losses: object.map('losses'),
    rates: object.map('rates'),
    scratches: object.map('scratches'),
    decisions: object.map('decisions'),
    cgroups: object.map('cgroups'),
    workloads: object.map('workloads'),
    sockets: object.map('sockets'),
    held: object.map('held'),
  };
}

/** Sum of the 64-bit numbers of a value: one, or one per CPU. Exact up to 2^53. */
function readNumber(value: Uint8Array | undefined): number {
  if (value === undefined) return 0;
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  let sum = 0n;
  for (let at = 0; at < value.length; at += 8) sum += view.getBigUint64(at, true);
  return Number(sum);
}
