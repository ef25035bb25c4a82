/** Runs jobs one after the other, in the order in which they were handed in. */

/** A job that fails does not keep the next ones from running. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(job: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(job);
    this.#last = done.catch(() => {});
    return done;
  }
}
