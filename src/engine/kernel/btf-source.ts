/** Raw access to type information; engine/btf makes sense of it. */
import { type NativeHandle, native } from './native.ts';

/** The BTF of the kernel or of a file. The kernel's takes 10 MB of memory until it is closed. */
export class BtfSource {
  readonly #handle: NativeHandle<'types'>;

  private constructor(handle: NativeHandle<'types'>) {
    this.#handle = handle;
  }

  /** Throws ENGINE_BTF_MISSING. */
  static kernel(): BtfSource {
    return new BtfSource(native().typesOpenKernel());
  }

  /** A loaded module's, on top of the kernel's; throws ENGINE_BTF_MISSING. */
  static module(name: string): BtfSource {
    return new BtfSource(native().typesOpenModule(name));
  }

  /** An ELF object or a raw BTF file; throws ENGINE_BTF_MISSING. */
  static ofFile(path: string): BtfSource {
    return new BtfSource(native().typesOpenFile(path));
  }

  /** Raw type information, which may be damaged. `name` is for messages. Throws a KernelError. */
  static ofBytes(bytes: Uint8Array, name: string): BtfSource {
    return new BtfSource(native().typesOpenBytes(bytes, name));
  }

  /** Types are numbered from 1; this is one more than the last number. */
  count(): number {
    return native().typesCount(this.#handle);
  }

  /** Number of the first type of that name and kind (enum BTF_KIND), or 0. */
  find(name: string, kind: number): number {
    return native().typesFind(this.#handle, name, kind);
  }

  /** A type as the format has it: struct btf_type and what follows; undefined if there is none. */
  bytes(id: number): Uint8Array | undefined {
    return native().typesBytes(this.#handle, id);
  }

  /** The string at an offset; undefined outside the string section. */
  string(offset: number): string | undefined {
    return native().typesString(this.#handle, offset);
  }

  /** Names of types of a kind that start with the prefix, in the order of the file. */
  names(kind: number, prefix: string, limit: number): readonly string[] {
    return native().typesNames(this.#handle, kind, prefix, limit);
  }

  /** Gives the memory back; closing twice is fine. */
  close(): void {
    native().close(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
