/** The process table: every process on the node, and those that ended a moment ago. */
import type { Process } from '../../model/event.ts';
import type { ProcessCacheCount } from '../../model/stats.ts';
import { findDescendants, isSameProcess, type ProcessKey } from './descendants.ts';
import type { ExitFacts, ForkFacts, ImageFacts } from './facts.ts';
import { adopt, createImage, credit, type Image, ImageList } from './image.ts';
import { ProcessBuilder } from './process-builder.ts';

/** Images kept when the caller does not say. */
const CAPACITY_DEFAULT = 65_536;

/**
 * How long an ended or replaced image stays resolvable, in ns of event time: records of the
 * urgent ring and alerts in the making ask for it that late.
 */
const GRACE_NS = 2_000_000_000;

/** Longest lineage reported; a chain of daemons can be as long as the table. */
const ANCESTORS_MAX = 128;

export interface ProcessTableConfig {
  readonly nodeName: string;
  /** Images held at most; only live processes may go beyond it. Default 65536. */
  readonly capacity?: number;
}

/** A process and the image its parent had when the process started. */
export interface ProcessContext {
  readonly process: Process;
  readonly parent: Process | undefined;
}

/**
 * Holds one image per live process, and ended or replaced ones for two seconds of event time and
 * for as long as a process descends from them. Over capacity the ones that ended first go, and are
 * counted; a live process never goes. Facts may repeat and may come late.
 */
export class ProcessTable {
  readonly #builder: ProcessBuilder;
  readonly #capacity: number;
  /** Newest image of every tgid; older ones hang on it. */
  readonly #newest = new Map<number, Image>();
  /** Not live, within the grace period, in the order they were released. */
  readonly #fresh = new ImageList();
  /** Not live, past the grace period, with children; all released before those in #fresh. */
  readonly #held = new ImageList();
  #nowNs = 0;
  #size = 0;
  #live = 0;
  #evicted = 0;
  #unknownLookups = 0;

  constructor(config: ProcessTableConfig) {
    this.#builder = new ProcessBuilder(config.nodeName);
    this.#capacity = config.capacity ?? CAPACITY_DEFAULT;
  }

  /** Takes in a process that was running before the sensor; what a record already said stays. */
  seed(facts: ImageFacts): Process {
    return this.#place(facts).process;
  }

  /** Takes in a child, which runs the image of who forked it, whoever its parent is. */
  fork(facts: ForkFacts): Process {
    this.#advance(facts.timeNs);
    const known = this.#find(facts.tgid, facts.startNs);
    if (known !== undefined) return known.process;
    const parent = this.#find(facts.parentTgid, facts.parentStartNs);
    const forker = this.#find(facts.forkerTgid, facts.forkerStartNs);
    const child = this.#builder.fromFork(facts, forker?.process, parent?.process);
    const image = this.#insert(child, parent);
    if (forker !== parent) credit(forker, image);
    return image.process;
  }

  /** Takes in a new image and releases the one that it replaces. */
  exec(facts: ImageFacts): ProcessContext {
    return contextOf(this.#place(facts));
  }

  /** Ends a process. Undefined when its end was stated before. */
  exit(facts: ExitFacts): ProcessContext | undefined {
    this.#advance(facts.timeNs);
    const image = this.#find(facts.tgid, facts.startNs) ?? this.#insertUnknown(facts);
    if (image.exited) return undefined;
    image.exited = true;
    this.#release(image);
    return contextOf(image);
  }

  /** A process went into another cgroup. */
  move(
    tgid: number,
    startNs: bigint,
    cgroup: { readonly id: bigint; readonly name: string },
  ): void {
    const image = this.#find(tgid, startNs);
    if (image === undefined || image.process.cgroupId === cgroup.id) return;
    image.process = { ...image.process, cgroupId: cgroup.id, cgroupName: cgroup.name };
  }

  /** The process of a key; one flagged unknown, and counted, when the table does not have it. */
  lookup(tgid: number, startNs: bigint): ProcessContext {
    const image = this.#find(tgid, startNs);
    return image === undefined ? this.#missing(tgid, startNs) : contextOf(image);
  }

  /** As lookup, with startNs in its two unsigned 32-bit halves. */
  lookupParts(tgid: number, startLow: number, startHigh: number): ProcessContext {
    let image = this.#newest.get(tgid);
    while (image !== undefined) {
      if (image.startLow === startLow && image.startHigh === startHigh) return contextOf(image);
      image = image.older;
    }
    return this.#missing(tgid, (BigInt(startHigh) << 32n) | BigInt(startLow));
  }

  /** The lineage of a process, its parent first; at most 128, shorter where records were lost. */
  ancestors(process: Process): readonly Process[] {
    const lineage: Process[] = [];
    let image = this.#find(process.tgid, process.startNs)?.parent;
    while (image !== undefined && lineage.length < ANCESTORS_MAX) {
      lineage.push(image.process);
      image = image.parent;
    }
    return lineage;
  }

  /** The newest image of a process id; it may have ended a moment ago. */
  newest(tgid: number): Process | undefined {
    return this.#newest.get(tgid)?.process;
  }

  /** The process that runs under a pid, as far as records tell. */
  running(tgid: number): Process | undefined {
    const image = this.#newest.get(tgid);
    return image === undefined || image.exited ? undefined : image.process;
  }

  /** Images of processes that descend from a process, also of those that ended a moment ago. */
  descendants(target: ProcessKey): readonly Process[] {
    return findDescendants(this.#newest.values(), target);
  }

  /** The newest image of every process id. */
  list(): readonly { readonly process: Process; readonly exited: boolean }[] {
    return [...this.#newest.values()].map(({ process, exited }) => ({ process, exited }));
  }

  counts(): ProcessCacheCount {
    return {
      live: this.#live,
      retained: this.#size - this.#live,
      ...{ capacity: this.#capacity, evicted: this.#evicted },
      unknownLookups: this.#unknownLookups,
    };
  }

  #find(tgid: number, startNs: bigint): Image | undefined {
    let image = this.#newest.get(tgid);
    while (image !== undefined && image.process.startNs !== startNs) image = image.older;
    return image;
  }

  #missing(tgid: number, startNs: bigint): ProcessContext {
    this.#unknownLookups += 1;
    return { process: this.#builder.unknown({ tgid, startNs }), parent: undefined };
  }

  #place(facts: ImageFacts): Image {
    this.#advance(facts.timeNs);
    const known = this.#find(facts.tgid, facts.startNs);
    if (known !== undefined && !saysMore(facts, known.process)) return known;
    const parent = this.#find(facts.parentTgid, facts.parentStartNs);
    const process = this.#builder.fromImage(facts, parent?.process);
    if (known === undefined) return this.#insert(process, parent);
    known.process = process;
    if (known.parent === undefined) adopt(parent, known);
    return known;
  }

  #insertUnknown(facts: ExitFacts): Image {
    this.#unknownLookups += 1;
    return this.#insert(this.#builder.unknown(facts), undefined);
  }

  #insert(process: Process, parent: Image | undefined): Image {
    const image = createImage(process);
    // Before making room: a parent that has a child is not freed along with its last other child.
    adopt(parent, image);
    this.#makeRoom(parent);
    this.#size += 1;
    this.#live += 1;
    const newest = this.#newest.get(process.tgid);
    if (newest === undefined || newest.process.startNs < process.startNs) {
      this.#newest.set(process.tgid, image);
      link(image, newest);
      if (newest && isSameProcess(newest.process, process)) credit(newest.forker, image);
      // A tgid runs one image: the other was replaced by exec, or its exit record was lost.
      if (newest !== undefined) this.#release(newest);
    } else {
      // Late news of an image that was already replaced, from a seed that raced with an exec.
      link(image, newest.older);
      link(newest, image);
      this.#release(image);
    }
    return image;
  }

  #release(image: Image): void {
    if (image.state !== 'live') return;
    this.#live -= 1;
    image.state = 'fresh';
    image.releasedNs = this.#nowNs;
    this.#fresh.append(image);
  }

  #advance(timeNs: bigint): void {
    // A double is exact to a nanosecond for 104 days of uptime, and to two for the next 104.
    this.#nowNs = Math.max(this.#nowNs, Number(timeNs));
    const expiredNs = this.#nowNs - GRACE_NS;
    let image = this.#fresh.first;
    while (image !== undefined && image.releasedNs <= expiredNs) {
      if (image.children === 0) {
        this.#free(image);
      } else {
        this.#fresh.remove(image);
        image.state = 'held';
        this.#held.append(image);
      }
      image = this.#fresh.first;
    }
  }

  #makeRoom(parent: Image | undefined): void {
    while (this.#size >= this.#capacity) {
      const oldest = this.#held.first ?? this.#fresh.first;
      // The parent of the image to come is about to be asked for; the table then grows by one.
      if (oldest === undefined || oldest === parent) return;
      this.#evicted += 1;
      this.#free(oldest);
    }
  }

  /** Takes an image out, and then its forebears that only it held. */
  #free(freed: Image): void {
    const waiting = [freed];
    for (let image = waiting.pop(); image !== undefined; image = waiting.pop()) {
      this.#unlink(image);
      for (const held of [image.parent, image.forker]) {
        if (held === undefined || held.state === 'freed') continue;
        held.children -= 1;
        if (held.children === 0 && held.state === 'held') waiting.push(held);
      }
      image.parent = undefined;
      image.forker = undefined;
    }
  }

  #unlink(image: Image): void {
    if (image.state === 'held') this.#held.remove(image);
    else this.#fresh.remove(image);
    image.state = 'freed';
    this.#size -= 1;
    const { newer, older } = image;
    if (newer !== undefined) newer.older = older;
    else if (older !== undefined) this.#newest.set(image.process.tgid, older);
    else this.#newest.delete(image.process.tgid);
    if (older !== undefined) older.newer = newer;
    image.newer = undefined;
    image.older = undefined;
  }
}

/** An exec record always knows best; a seed only knows more than the bare ids. */
function saysMore(facts: ImageFacts, known: Process): boolean {
  return facts.flags.exec || known.flags.unknown;
}

function link(newer: Image, older: Image | undefined): void {
  newer.older = older;
  if (older !== undefined) older.newer = newer;
}

function contextOf(image: Image): ProcessContext {
  return { process: image.process, parent: image.parent?.process };
}
