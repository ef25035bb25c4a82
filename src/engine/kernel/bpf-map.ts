/** A BPF map by rows, batches and pins. */
import { unlinkSync } from 'node:fs';
import type { BpfProgram } from './bpf-program.ts';
import { KernelError } from './errors.ts';
import { type NativeHandle, type NativeMapInfo, native } from './native.ts';

/** One row; both arrays are copies. */
export interface MapEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What the kernel tells about a map; `type` is enum bpf_map_type. */
export interface MapInfo {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly id: number;
  readonly fd: number;
}

/** Flags of BpfMap.set: any, only a new key, only an existing key. */
export const MAP_SET_FLAGS = { any: 0, create: 1, replace: 2 } as const;

/**
 * Owns a descriptor of its own: it survives the object it came from, but BpfObject.close closes it.
 * Values of per-CPU maps are cpuCount() values in a row, each rounded up to 8 bytes.
 */
export class BpfMap {
  readonly #handle: NativeHandle<'map'>;
  readonly #info: NativeMapInfo;
  readonly #name: string;

  /** For the kernel room; others get maps from BpfObject.map or BpfMap.openPinned. */
  constructor(handle: NativeHandle<'map'>, name?: string) {
    this.#handle = handle;
    this.#info = native().mapInfo(handle);
    this.#name = name ?? this.#info.name;
  }

  /** A map that was pinned before; throws ENGINE_MAP_MISSING. */
  static openPinned(path: string): BpfMap {
    return new BpfMap(native().mapOpenPinned(path));
  }

  /** For the kernel room: what the addon knows this map by. */
  get handle(): NativeHandle<'map'> {
    return this.#handle;
  }

  get name(): string {
    return this.#name;
  }

  /** Bytes of one value as get and set see it. */
  get valueBytes(): number {
    return this.#info.valueBytes;
  }

  get info(): MapInfo {
    const { valueBytes: _, ...info } = this.#info;
    return { ...info, name: this.#name };
  }

  /** The value of a key, or undefined. */
  get(key: Uint8Array): Uint8Array | undefined {
    const value = new Uint8Array(this.#info.valueBytes);
    return this.getInto(key, value) ? value : undefined;
  }

  /** Like get without allocating; false if there is no such key. */
  getInto(key: Uint8Array, out: Uint8Array): boolean {
    this.#check('key', key, this.#info.keySize);
    this.#check('value', out, this.#info.valueBytes);
    return native().mapGet(this.#handle, key, out);
  }

  /** Writes a row; `flags` is one of MAP_SET_FLAGS. */
  set(key: Uint8Array, value: Uint8Array, flags: number = MAP_SET_FLAGS.any): void {
    this.#check('key', key, this.#info.keySize);
    this.#check('value', value, this.#info.valueBytes);
    native().mapSet(this.#handle, key, value, flags);
  }

  /** Puts a program into a slot of a map of programs. */
  setProgram(index: number, program: BpfProgram): void {
    native().mapSetProgram(this.#handle, indexKey(index), program.handle);
  }

  /** Puts a map under a key of a map of maps. */
  setMap(key: Uint8Array, inner: BpfMap): void {
    this.#check('key', key, this.#info.keySize);
    native().mapSetMap(this.#handle, key, inner.handle);
  }

  /** True if the key was there. */
  delete(key: Uint8Array): boolean {
    this.#check('key', key, this.#info.keySize);
    return native().mapDelete(this.#handle, key);
  }

  /** All rows, in batches where the kernel can; rows that come and go meanwhile may be missed. */
  entries(): readonly MapEntry[] {
    const { count, keys, values } = native().mapRows(this.#handle);
    const { keySize, valueBytes } = this.#info;
    return Array.from({ length: count }, (_, row) => ({
      key: keys.slice(row * keySize, (row + 1) * keySize),
      value: values.slice(row * valueBytes, (row + 1) * valueBytes),
    }));
  }

  /**
   * Writes many rows in one call where the kernel can; a failure may leave the first ones written.
   */
  setBatch(keys: readonly Uint8Array[], values: readonly Uint8Array[]): void {
    if (keys.length !== values.length) {
      throw this.#sizeError(`${keys.length} keys came with ${values.length} values`);
    }
    for (const key of keys) this.#check('key', key, this.#info.keySize);
    for (const value of values) this.#check('value', value, this.#info.valueBytes);
    native().mapSetRows(
      this.#handle,
      keys.length,
      concatenate(keys, this.#info.keySize),
      concatenate(values, this.#info.valueBytes),
    );
  }

  /** Keeps the map alive after the agent ends; the path is on a bpf file system. */
  pin(path: string): void {
    native().mapPin(this.#handle, path);
  }

  /** Removes a pin of this map; the map itself lives on while anything uses it. */
  unpin(path: string): void {
    try {
      unlinkSync(path);
    } catch (cause) {
      throw new KernelError('ENGINE_MAP_FAILED', `map ${this.#name} is not pinned at ${path}`, {
        cause,
        call: 'unlink',
      });
    }
  }

  /** Gives up this descriptor; closing twice is fine. */
  close(): void {
    native().close(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #check(what: string, bytes: Uint8Array, size: number): void {
    if (bytes.length === size) return;
    throw this.#sizeError(`a ${what} has ${size} bytes, ${bytes.length} given`);
  }

  #sizeError(reason: string): KernelError {
    return new KernelError('ENGINE_MAP_SIZE', `map ${this.#name}: ${reason}`);
  }
}

function indexKey(index: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(index).buffer);
}

function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(parts.length * size);
  parts.forEach((part, row) => {
    whole.set(part, row * size);
  });
  return whole;
}
