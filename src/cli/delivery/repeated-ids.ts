/** Tells messages apart that would have one id: receivers drop what they have already. */

/** Whatever repeats an id does so soon. */
const REMEMBERED_MAX = 1024;

export class RepeatedIds {
  /** How often each was asked for; the oldest first. */
  readonly #seen = new Map<string, number>();

  /** The id as it is for the first one, then with `-2`, `-3` and so on. */
  next(id: string): string {
    const times = (this.#seen.get(id) ?? 0) + 1;
    this.#seen.delete(id);
    this.#seen.set(id, times);
    if (this.#seen.size > REMEMBERED_MAX) this.#forgetOldest();
    return times === 1 ? id : `${id}-${times}`;
  }

  #forgetOldest(): void {
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}
