/**
 * Programs and maps of responses: marks on processes, what they mean, and who hands them on. Loaded
 * as long as the agent runs; attached, and pinned when something is quarantined, only while needed.
 */
import { join } from 'node:path';
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { ProcessTarget, RespondedProcess } from '../../model/response.ts';
import { type BpfLink, BpfMap, BpfObject, type ProcessFile } from '../kernel/index.ts';
import {
  decodeMarkingRow,
  decodeResponseRow,
  encodeMarkingRow,
  encodeResponseRow,
  type ResponseRow,
  VERDICT_KIND,
} from '../records/index.ts';
import { readU32, u32Bytes, u64Bytes } from '../sensors/bytes.ts';
import { makePins } from '../sensors/pin-set.ts';
import { readMarked } from './marked-rows.ts';
import {
  KEPT_MAPS,
  loadResponseObject,
  MARK,
  type ResponseObjectOptions,
} from './response-object.ts';
import { findPins, nextPins, removeOtherPins, removePins } from './response-pins.ts';
import { TreeKills } from './tree-kills.ts';

const FORK = 'response_fork';
const ALLOC = 'response_alloc';
const CALL = 'response_call';

/** Ids given so far are counted in the row of the id that is none. */
const NO_ID = 0;

/** A mark goes down a tree in a pass, but for children that have lower pids than their parents. */
const PASSES_MAX = 64;

export interface VerdictSensorOptions
  extends Pick<ResponseObjectOptions, 'objectDirectory' | 'shared'> {
  /** Whether BPF LSM programs deny on this kernel. */
  readonly canDeny: boolean;
  /** Where what quarantines is pinned, on a bpf file system; undefined: it is not. */
  readonly pinDirectory: string | undefined;
  readonly logger: Logger;
}

/** What a pass over all tasks is about. */
export interface Pass {
  readonly id: number;
  /** MARKING_SCOPE. */
  readonly scope: number;
  readonly cgroupId?: bigint | undefined;
  /** Processes that are marked, and looked for in lineages; at most TARGETS_MAX. */
  readonly targets?: readonly ProcessTarget[];
}

/** What one or more passes found. */
export interface Marked {
  /** Processes that carried the mark in any of them. */
  readonly found: readonly RespondedProcess[];
  /** How many of those lived in the last one. */
  readonly living: number;
  /** Threads that had no mark before. */
  readonly marked: number;
  /** Threads that are never marked. */
  readonly refused: number;
  /** Threads that could not be given a mark. */
  readonly failed: number;
}

/** What has to be attached. */
export interface Need {
  readonly kill: boolean;
  readonly quarantine: boolean;
  /** A kill may be asked for at any time, and must not wait until forks are watched. */
  readonly isArmed: boolean;
}

export class VerdictSensor {
  readonly #options: VerdictSensorOptions;
  readonly #object: BpfObject;
  readonly #links = new Map<string, BpfLink>();
  #quarantine: BpfObject | undefined;
  #denials: readonly (readonly [name: string, link: BpfLink])[] = [];
  #pins: string | undefined;
  #treeKills: TreeKills | undefined;

  /** Goes on with the marks and the rows that an earlier agent pinned. Throws KernelError. */
  constructor(options: VerdictSensorOptions) {
    this.#options = options;
    const left = options.pinDirectory === undefined ? undefined : findPins(options.pinDirectory);
    this.#object = this.#load(left);
  }

  /** Ids that are in force, of this agent and of earlier ones, with what they did. */
  rows(): ReadonlyMap<number, ResponseRow> {
    const rows = this.#map('responses')
      .entries()
      .map(({ key, value }) => [readU32(key), decodeResponseRow(value)] as const);
    return new Map(rows.filter(([id]) => id !== NO_ID));
  }

  /** A new id, under which nothing is in force yet: marks with it mean nothing. */
  nextId(): number {
    const row = this.#map('responses').get(u32Bytes(NO_ID));
    const given = row === undefined ? 0n : decodeResponseRow(row).denied;
    const id = Number(given) + 1;
    const next = encodeResponseRow({ kind: VERDICT_KIND.NONE, denied: BigInt(id), lastNs: 0n });
    this.#map('responses').set(u32Bytes(NO_ID), next);
    return id;
  }

  /** Puts the marks of an id in force. Throws ENGINE_MAP_FAILED when there are too many. */
  enforce(id: number, kind: number): void {
    this.#map('responses').set(u32Bytes(id), encodeResponseRow({ kind, denied: 0n, lastNs: 0n }));
  }

  /** Takes an id out of force, at once for all that carry it. */
  release(id: number): void {
    this.#map('responses').delete(u32Bytes(id));
    const cgroups = this.#map('quarantined');
    for (const { key, value } of cgroups.entries()) {
      if (readU32(value) === id) cgroups.delete(key);
    }
  }

  /** Quarantines what is in a cgroup or below it, under an id. */
  enforceOn(cgroupId: bigint, id: number): void {
    this.#map('quarantined').set(u64Bytes(cgroupId), u32Bytes(id));
  }

  /** Marks until a pass finds nothing new; tells at once whom each found. Blocks. */
  mark(
    { targets = [], ...pass }: Pass,
    onFound: (found: readonly RespondedProcess[]) => void = () => undefined,
  ): Marked {
    const kept = new Map(targets.map(({ tgid, startNs }) => [tgid, startNs]));
    const keys = [...kept.keys()].map(u32Bytes);
    this.#map('targets').setBatch(keys, [...kept.values()].map(u64Bytes));
    try {
      const found = new Map<number, RespondedProcess>();
      for (let passes = 1, marked = 0; ; passes++) {
        const last = this.#pass(pass);
        onFound(last.found);
        for (const process of last.found) found.set(process.tgid, process);
        marked += last.marked;
        if (last.marked > 0 && passes < PASSES_MAX) continue;
        return { ...last, found: [...found.values()], living: last.found.length, marked };
      }
    } finally {
      for (const key of keys) this.#map('targets').delete(key);
    }
  }

  /** Whether the process behind a descriptor is one that carries the mark. */
  carries(process: ProcessFile, id: number): boolean {
    const value = this.#map('verdicts').get(process.key);
    if (value === undefined) return false;
    for (let at = 0; at < value.length; at += 4) {
      if (readU32(value.subarray(at)) === id) return true;
    }
    return false;
  }

  /** Attaches what is needed, and detaches what no longer is. Throws KernelError, SensorError. */
  attach({ kill, quarantine, isArmed }: Need): void {
    const { canDeny } = this.#options;
    const watchesForks = kill || quarantine || isArmed;
    this.#setLink(FORK, watchesForks);
    if (canDeny) this.#setLink(ALLOC, watchesForks);
    // Makes the kernel trace every system call, so that it is only there where nothing else works.
    else this.#setLink(CALL, kill);
    if (quarantine && this.#quarantine === undefined) this.#startDenying();
    if (!quarantine && this.#quarantine !== undefined) this.#stopDenying();
  }

  /**
   * From now on a thread ends the trees of processes that are in the ring `doomed`, under an id
   * that kills and is in force. Throws KernelError.
   */
  endTrees(id: number): void {
    this.#treeKills ??= new TreeKills({
      ...{ ...this.#options, id },
      prepare: (object) => {
        for (const name of KEPT_MAPS) object.reuseMap(name, this.#map(name));
      },
    });
  }

  /** Has the thread end the tree of a process too, when there is one. It may miss it. */
  endTree(process: ProcessTarget): void {
    this.#treeKills?.end(process);
  }

  /** Waits for what is under way. */
  stopEndingTrees(): void {
    this.#treeKills?.close();
    this.#treeKills = undefined;
  }

  /** What is pinned stays. Closing twice is fine. */
  close(): void {
    this.stopEndingTrees();
    this.#quarantine?.close();
    this.#object.close();
    this.#links.clear();
  }

  #map(name: string): BpfMap {
    return this.#object.map(name);
  }

  #pass({ id, scope, cgroupId = 0n }: Omit<Pass, 'targets'>): Omit<Marked, 'living'> {
    const counts = { marked: 0, refused: 0, failed: 0 };
    const row = { id, scope, cgroupId, sparedTgid: process.pid, ...counts };
    this.#map('marking').set(u32Bytes(0), encodeMarkingRow(row));
    const found = readMarked(this.#object.program(MARK).runIterator());
    const after = this.#map('marking').get(u32Bytes(0));
    if (after === undefined) return { found, ...counts };
    const { marked, refused, failed } = decodeMarkingRow(after);
    return { found, marked, refused, failed };
  }

  #load(left: string | undefined): BpfObject {
    if (left === undefined) return this.#open(() => undefined);
    try {
      const object = this.#open((opened) => {
        for (const name of KEPT_MAPS) {
          using map = BpfMap.openPinned(join(left, name));
          opened.reuseMap(name, map);
        }
      });
      this.#pins = left;
      return object;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const { code, message } = error;
      this.#options.logger.error({ code }, `quarantines cannot be gone on with: ${message}`);
      removePins(left);
      return this.#open(() => undefined);
    }
  }

  #open(prepare: (object: BpfObject) => void): BpfObject {
    const { canDeny } = this.#options;
    return loadResponseObject({ ...this.#options, prepare, without: canDeny ? [] : [ALLOC] });
  }

  #setLink(name: string, isWanted: boolean): void {
    const link = this.#links.get(name);
    if (isWanted && link === undefined) {
      this.#links.set(name, this.#object.program(name).attach());
    } else if (!isWanted && link !== undefined) {
      link.close();
      this.#links.delete(name);
    }
  }

  #startDenying(): void {
    const object = BpfObject.open(join(this.#options.objectDirectory, 'quarantine.bpf.o'));
    try {
      for (const name of KEPT_MAPS) object.reuseMap(name, this.#map(name));
      object.load();
      this.#denials = object.programNames().map((name) => [name, object.program(name).attach()]);
      this.#pin();
    } catch (error) {
      this.#denials = [];
      object.close();
      throw error;
    }
    this.#quarantine = object;
  }

  #stopDenying(): void {
    if (this.#pins !== undefined) removePins(this.#pins);
    this.#pins = undefined;
    for (const [, link] of this.#denials) link.close();
    this.#denials = [];
    this.#quarantine?.close();
    this.#quarantine = undefined;
  }

  /** Beside the pins of an earlier agent, which go when the new ones are whole. */
  #pin(): void {
    const { pinDirectory } = this.#options;
    if (pinDirectory === undefined) return;
    const directory = nextPins(pinDirectory);
    makePins(directory, () => {
      for (const name of KEPT_MAPS) this.#map(name).pin(join(directory, name));
      for (const [name, link] of this.#denials) link.pin(join(directory, name));
      // The fork program last: with it, the pins are whole.
      this.#links.get(ALLOC)?.pin(join(directory, ALLOC));
      this.#links.get(FORK)?.pin(join(directory, FORK));
    });
    removeOtherPins(pinDirectory, directory);
    this.#pins = directory;
  }
}
