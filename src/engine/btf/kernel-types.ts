/** Answers questions of policies about the running kernel's functions. */
import type { KernelParameter, KernelTypes } from '../../model/kernel-types.ts';
import { Btf } from './btf.ts';

/**
 * Opens the kernel's type information at the first question and remembers answers. `release` gives
 * the 11 MB back; a later question opens it again. Throws ENGINE_BTF_MISSING on such a kernel.
 */
export class KernelBtfTypes implements KernelTypes {
  readonly #parameters = new Map<string, readonly KernelParameter[] | undefined>();
  #btf: Btf | undefined;

  functionParameters(name: string): readonly KernelParameter[] | undefined {
    if (!this.#parameters.has(name)) {
      this.#parameters.set(name, this.#open().functionParameters(name));
    }
    return this.#parameters.get(name);
  }

  functionsWithPrefix(prefix: string, limit: number): readonly string[] {
    return this.#open().functionsWithPrefix(prefix, limit);
  }

  /** Forgets everything; doing it twice is fine. */
  release(): void {
    this.#btf?.close();
    this.#btf = undefined;
    this.#parameters.clear();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #open(): Btf {
    this.#btf ??= Btf.kernel();
    return this.#btf;
  }
}
