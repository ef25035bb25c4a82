/** The attachment of a program to a hook. */
import { type NativeHandle, native } from './native.ts';

/** Detaches its program when closed, unless it is pinned. */
export class BpfLink {
  readonly #handle: NativeHandle<'link'>;
  readonly #onClose: () => void;

  /** For the kernel room; others get links from BpfProgram.attach or BpfLink.openPinned. */
  constructor(handle: NativeHandle<'link'>, onClose: () => void = () => undefined) {
    this.#handle = handle;
    this.#onClose = onClose;
  }

  /** A link that was pinned before; throws ENGINE_LINK_MISSING. */
  static openPinned(path: string): BpfLink {
    return new BpfLink(native().linkOpenPinned(path));
  }

  /** The kernel's number of this link. */
  get id(): number {
    return native().linkId(this.#handle);
  }

  /**
   * Keeps the program attached after close and after the agent ends; the path is on a bpf file
   * system.
   */
  pin(path: string): void {
    native().linkPin(this.#handle, path);
  }

  /** Removes its pin: closing it detaches again. */
  unpin(path: string): void {
    native().linkUnpin(this.#handle, path);
  }

  /** Detaches; closing twice is fine. */
  close(): void {
    native().close(this.#handle);
    this.#onClose();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
