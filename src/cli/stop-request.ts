/** The wish to stop: by a signal, or because it cannot go on. */
import type { CliIo, StopSignal } from './io.ts';

/** Why a command ends. */
export type StopReason =
  | { readonly kind: 'signal'; readonly signal: StopSignal }
  | { readonly kind: 'failure'; readonly error: unknown };

const EXIT_BY_SIGNAL: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Listens until `close`. The first signal asks, the second ends the process at once. */
export class StopRequest {
  readonly #resolve: (reason: StopReason) => void;
  readonly #undo: () => void;
  readonly #abort = new AbortController();
  /** Resolves once, with the first reason. */
  readonly reason: Promise<StopReason>;

  constructor(io: Pick<CliIo, 'onSignal' | 'exit'>) {
    const { promise, resolve } = Promise.withResolvers<StopReason>();
    this.reason = promise;
    this.#resolve = resolve;
    this.#undo = io.onSignal((signal) => {
      if (this.#abort.signal.aborted) io.exit(EXIT_BY_SIGNAL[signal]);
      this.#request({ kind: 'signal', signal });
    });
  }

  /** Aborted when stopping was asked for. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Asks for the end because of an error. */
  fail(error: unknown): void {
    this.#request({ kind: 'failure', error });
  }

  /** Signals do again what they do to any process. */
  close(): void {
    this.#undo();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #request(reason: StopReason): void {
    this.#resolve(reason);
    this.#abort.abort();
  }
}
