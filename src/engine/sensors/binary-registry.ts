/**
 * Ids of executables that policies name; the kernel looks a process's path up once and keeps the
 * id. Executables with followChildren have a lineage id as well, which children inherit.
 */
import type { BpfMap } from '../kernel/index.ts';
import {
  CONTROL_NUMBER,
  decodeBinaryRow,
  encodeBinaryKey,
  encodeBinaryRow,
  LINEAGE_IDS_MAX,
} from '../records/index.ts';
import { u32Bytes, u64Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';

/** Ids by path, as latin1 of its bytes, in the order asked for. */
export interface BinaryIds {
  /** From 1, never reused. */
  resolve(paths: readonly string[]): readonly number[];
  /** From 0. */
  resolveLineage(paths: readonly string[]): readonly number[];
}

interface Binary {
  readonly id: number;
  /** Undefined for executables whose children nobody follows. */
  readonly lineage: number | undefined;
}

export interface BinaryRegistryOptions {
  readonly maps: { readonly binaries: BpfMap; readonly control: BpfMap };
  /** Gives processes that run already the lineage of their ancestors. */
  seedLineage(): void;
}

/** Hands out ids and tells the kernel about new paths. */
export class BinaryRegistry implements BinaryIds {
  readonly #options: BinaryRegistryOptions;
  readonly #known = new Map<string, Binary>();
  #lineages = 0;
  #generation = 1;

  /** Goes on from what the maps hold: they may be those of an earlier agent. */
  constructor(options: BinaryRegistryOptions) {
    this.#options = options;
    const { binaries, control } = options.maps;
    for (const { key, value } of binaries.entries()) {
      const { id, lineage } = decodeBinaryRow(value);
      this.#known.set(pathOf(key), { id, lineage: lineage === 0 ? undefined : lineage - 1 });
      this.#lineages = Math.max(this.#lineages, lineage);
    }
    const generation = control.get(u32Bytes(CONTROL_NUMBER.BINARIES_GENERATION));
    if (generation !== undefined) this.#generation = numberIn(generation);
  }

  /**
   * New paths are known to the kernel when this returns; processes look theirs up again at their
   * next hook.
   */
  resolve(paths: readonly string[]): readonly number[] {
    const isNew = paths.some((path) => !this.#known.has(path));
    try {
      return paths.map((path) => (this.#known.get(path) ?? this.#add(path, undefined)).id);
    } finally {
      // Also when the map was full half way: what was added counts from now on.
      if (isNew) this.#raiseGeneration();
    }
  }

  /** Throws ENGINE_HOOK_FULL when all lineage ids are taken: they are never given back. */
  resolveLineage(paths: readonly string[]): readonly number[] {
    const before = this.#lineages;
    try {
      return paths.map((path) => this.#known.get(path)?.lineage ?? this.#addLineage(path));
    } finally {
      if (this.#lineages > before) {
        this.#raiseGeneration();
        this.#options.seedLineage();
      }
    }
  }

  #addLineage(path: string): number {
    if (this.#lineages >= LINEAGE_IDS_MAX) {
      throw new SensorError(
        'ENGINE_HOOK_FULL',
        `policies follow the children of ${LINEAGE_IDS_MAX} executables, which is the limit`,
      );
    }
    const lineage = this.#lineages++;
    this.#add(path, lineage);
    return lineage;
  }

  #add(path: string, lineage: number | undefined): Binary {
    const id = this.#known.get(path)?.id ?? this.#known.size + 1;
    const row = encodeBinaryRow({ id, lineage: lineage === undefined ? 0 : lineage + 1 });
    this.#options.maps.binaries.set(encodeBinaryKey({ path: Buffer.from(path, 'latin1') }), row);
    const binary = { id, lineage };
    this.#known.set(path, binary);
    return binary;
  }

  #raiseGeneration(): void {
    this.#generation += 1;
    this.#options.maps.control.set(
      u32Bytes(CONTROL_NUMBER.BINARIES_GENERATION),
      u64Bytes(BigInt(this.#generation)),
    );
  }
}

/** The path in a key, which is padded with NUL, as latin1 of its bytes. */
function pathOf(key: Uint8Array): string {
  const text = Buffer.from(key).toString('latin1');
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

function numberIn(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(0, true));
}
