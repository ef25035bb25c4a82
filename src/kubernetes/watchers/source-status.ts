/** Whether what a watcher told is current, and since when it is not. */
import type { SourceState } from '../../model/pod.ts';

export class SourceStatus {
  readonly #onChange: (state: SourceState) => void;
  #state: SourceState = { kind: 'starting' };

  constructor(onChange: (state: SourceState) => void) {
    this.#onChange = onChange;
  }

  get state(): SourceState {
    return this.#state;
  }

  setFresh(): void {
    if (this.#state.kind === 'fresh') return;
    this.#state = { kind: 'fresh' };
    this.#onChange(this.#state);
  }

  /** Of an outage, the first moment stays and the last reason counts; a reason is no change. */
  setStale(reason: string): void {
    const isNew = this.#state.kind !== 'stale';
    const since = this.#state.kind === 'stale' ? this.#state.since : new Date().toISOString();
    this.#state = { kind: 'stale', since, reason };
    if (isNew) this.#onChange(this.#state);
  }
}
