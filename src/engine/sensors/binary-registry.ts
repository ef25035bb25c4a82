/**
 * Ids of executables that policies name; the kernel looks a process's path up once and keeps the
 * id.
 */
import type { BpfMap } from '../kernel/index.ts';
import { CONTROL_NUMBER, encodeBinaryKey } from '../records/index.ts';
import { u32Bytes, u64Bytes } from './bytes.ts';

/** Hands out ids, from 1, never reused, and tells the kernel about new paths. */
export class BinaryRegistry {
  readonly #binaries: BpfMap;
  readonly #control: BpfMap;
  readonly #ids = new Map<string, number>();
  #generation = 1;

  constructor(maps: { readonly binaries: BpfMap; readonly control: BpfMap }) {
    this.#binaries = maps.binaries;
    this.#control = maps.control;
  }

  /**
   * Ids of the paths (latin1 of their bytes), in order. New paths are known to the kernel when this
   * returns; processes look theirs up again at their next hook.
   */
  resolve(paths: readonly string[]): readonly number[] {
    const before = this.#ids.size;
    try {
      return paths.map((path) => this.#ids.get(path) ?? this.#add(path));
    } finally {
      // Also when the map was full half way: what was added counts from now on.
      if (this.#ids.size > before) this.#raiseGeneration();
    }
  }

  #add(path: string): number {
    const id = this.#ids.size + 1;
    this.#binaries.set(encodeBinaryKey({ path: Buffer.from(path, 'latin1') }), u32Bytes(id));
    this.#ids.set(path, id);
    return id;
  }

  #raiseGeneration(): void {
    this.#generation += 1;
    this.#control.set(
      u32Bytes(CONTROL_NUMBER.BINARIES_GENERATION),
      u64Bytes(BigInt(this.#generation)),
    );
  }
}
