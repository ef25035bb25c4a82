/** Events that say the same are counted over a window, and go out once. */
import { createHash } from 'node:crypto';
import type { EventView } from './event-view.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';
import type { SharedBytes } from './shared-bytes.ts';

/** Memory of the events that are held, in the size of their JSON. */
export interface AggregatorRoom {
  readonly bytesMax: number;
  readonly shared: SharedBytes;
}

export interface AggregatorOptions extends AggregatorRoom {
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
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AggregatorOptions) {
    this.#options = options;
  }

  add(event: EventView): void {
    const text = textOf(event);
    const key = createHash('sha256').update(text).digest('base64');
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.count += 1;
      return;
    }
    if (!this.#hasRoom(text.length)) {
      this.#options.emit(event, 1);
      return;
    }
    this.#groups.set(key, { event, count: 1 });
    this.#bytes += text.length;
    this.#options.shared.take(text.length);
    this.#timer ??= setTimeout(() => this.flush(), this.#options.windowMs).unref();
  }

  /** Ends the window now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const groups = this.#groups;
    this.#forget();
    for (const { event, count } of groups.values()) this.#options.emit(event, count);
  }

  /** Nothing more is told. */
  close(): void {
    clearTimeout(this.#timer);
    this.#forget();
  }

  #hasRoom(size: number): boolean {
    const { eventsMax, bytesMax, shared } = this.#options;
    if (this.#groups.size >= eventsMax || this.#bytes + size > bytesMax) return false;
    return shared.hasRoom(this.#bytes, size);
  }

  #forget(): void {
    this.#groups = new Map();
    this.#options.shared.give(this.#bytes);
    this.#bytes = 0;
  }
}

/** What events that say the same have in common. */
function textOf({ kind, json, body }: EventView): string {
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
