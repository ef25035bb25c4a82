/** Events that say the same are counted over a window, and go out once. */
import type { EventView } from './event-view.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';

export interface AggregatorOptions {
  readonly windowMs: number;
  /** Different events that are held in one window; those beyond go out at once, uncounted. */
  readonly eventsMax: number;
  /** Told of each event with how many there were of it. */
  emit(event: EventView, count: number): void;
}

interface Group {
  readonly event: EventView;
  count: number;
}

/** What may differ in the process of events that say the same. */
const VOLATILE_KEYS: ReadonlySet<string> = new Set(['tid', 'refcnt']);

/**
 * Events say the same when they differ in nothing but the time and the thread. Of those the first
 * goes out, when its window ends.
 */
export class Aggregator {
  readonly #options: AggregatorOptions;
  #groups = new Map<string, Group>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AggregatorOptions) {
    this.#options = options;
  }

  add(event: EventView): void {
    const key = keyOf(event);
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.count += 1;
      return;
    }
    if (this.#groups.size >= this.#options.eventsMax) {
      this.#options.emit(event, 1);
      return;
    }
    this.#groups.set(key, { event, count: 1 });
    this.#timer ??= setTimeout(() => this.flush(), this.#options.windowMs).unref();
  }

  /** Ends the window now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const groups = this.#groups;
    this.#groups = new Map();
    for (const { event, count } of groups.values()) this.#options.emit(event, count);
  }

  /** Nothing more is told. */
  close(): void {
    clearTimeout(this.#timer);
    this.#groups.clear();
  }
}

function keyOf({ kind, json, body }: EventView): string {
  const { time: _, ...envelope } = json;
  return JSON.stringify({ ...envelope, [kind]: steady(body) });
}

function steady({ time: _, ...body }: JsonObject): JsonObject {
  const keep = (key: string, value: unknown): unknown => {
    if ((key !== 'process' && key !== 'parent') || !isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => !VOLATILE_KEYS.has(name)));
  };
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, keep(key, value)]));
}
