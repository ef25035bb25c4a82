/** Runs tasks one after another: what changes files may not be interleaved. */

export class SerialTasks {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the task does; the next one runs either way. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
