/** Hands event lines to whoever subscribed; encodes nothing while nobody listens. */
import type { LineListener } from '../model/agent-api.ts';
import type { Event } from '../model/event.ts';
import type { Publisher } from '../model/pipeline.ts';

/** Takes events with their lines, in the same order. Must not block and must not throw. */
export type EventTap = (events: readonly Event[], lines: readonly string[]) => void;

/** Events to one JSON line each, once for all listeners. */
export class LineHub implements Publisher {
  readonly #encode: (event: Event) => string;
  readonly #listeners = new Set<LineListener>();
  #tap: EventTap | undefined;
  #missed = 0;
  readonly #counts: Record<Event['kind'], number> = {
    ...{ process_exec: 0, process_exit: 0, process_loader: 0, process_dns: 0, enrichment: 0 },
    ...{ process_kprobe: 0, process_lsm: 0, process_tracepoint: 0 },
    ...{ process_uprobe: 0, process_usdt: 0 },
  };

  constructor(encode: (event: Event) => string) {
    this.#encode = encode;
  }

  publish(batch: readonly Event[]): void {
    for (const { kind } of batch) this.#counts[kind] += 1;
    if (this.#listeners.size === 0 && this.#tap === undefined) return;
    const lines = batch.map(this.#encode);
    this.send(lines);
    this.#tap?.(batch, lines);
  }

  /** Events by kind, whether or not anybody listened. */
  counts(): Readonly<Record<Event['kind'], number>> {
    return { ...this.#counts };
  }

  /** Events that listeners could not hand on. */
  get missed(): number {
    return this.#missed;
  }

  noteMissed(count: number): void {
    this.#missed += count;
  }

  /** One, which wants the events too; undefined: none any more. */
  tap(tap: EventTap | undefined): void {
    this.#tap = tap;
  }

  /** Hands on lines that are no events. */
  send(lines: readonly string[]): void {
    for (const listener of this.#listeners) listener(lines);
  }

  /** Lines from now on; the returned function ends it, twice is fine. */
  subscribe(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
