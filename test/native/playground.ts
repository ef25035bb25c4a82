/** Opens the BPF fixtures, and says things in their bytes. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { BpfObject, KernelError } from '../../src/engine/kernel/index.ts';

/** Absolute path of a compiled fixture. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../../build/test-bpf/${name}.bpf.o`, import.meta.url));
}

/** The playground object, not loaded. */
export function openPlayground(): BpfObject {
  return BpfObject.open(fixturePath('playground'));
}

/** The playground object, loaded as it is. */
export function loadPlayground(): BpfObject {
  const object = openPlayground();
  object.load();
  return object;
}

/** Little-endian 32-bit words. */
export function words(...numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}

/** The 32-bit word at a byte offset. */
export function wordAt(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/** Runs what must fail and returns its coded error; anything else fails the test. */
export function failureOf(run: () => unknown): KernelError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof KernelError, `not a coded error: ${error}`);
    return error;
  }
  assert.fail('it succeeded');
}

/** The code of a failure. */
export function codeOf(run: () => unknown): string {
  return failureOf(run).code;
}

/** A small generator of pseudo-random numbers below `limit`: the same seed, the same numbers. */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
