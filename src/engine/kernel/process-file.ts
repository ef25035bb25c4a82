/** A process by a descriptor of its own (pidfd): unlike its pid, it never means another one. */
import { type NativeHandle, native } from './native.ts';

/** Open until close. Who holds it has still to look whether it is the process that was meant. */
export class ProcessFile {
  readonly #handle: NativeHandle<'process'>;

  private constructor(handle: NativeHandle<'process'>) {
    this.#handle = handle;
  }

  /** The process that has this pid now; undefined when none has. Throws ENGINE_PROCESS_FAILED. */
  static open(pid: number): ProcessFile | undefined {
    const handle = native().processOpen(pid);
    return handle && new ProcessFile(handle);
  }

  /** Its key in maps of task storage. */
  get key(): Uint8Array {
    return new Uint8Array(Int32Array.of(native().processFd(this.#handle)).buffer);
  }

  /** Whether its last thread has ended. */
  get hasEnded(): boolean {
    return this.awaitEnd(0);
  }

  /** Blocks this thread until its last thread has ended, or the time is over: then false. */
  awaitEnd(milliseconds: number): boolean {
    return native().processAwaitEnd(this.#handle, milliseconds);
  }

  /** False when it has ended and its parent knows. Throws ENGINE_PROCESS_FAILED. */
  signal(signal: number): boolean {
    return native().processSignal(this.#handle, signal);
  }

  /** Closing twice is fine. */
  close(): void {
    native().close(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Lets who was sent SIGKILL have the CPU before all that is not real-time: otherwise it competes
 * with everybody, as Android's lmkd knows. The process was just looked at, and the kernel gives no
 * pid again before all others: it is still the one that is meant.
 */
export function hasten(pid: number): void {
  native().processHasten(pid);
}
