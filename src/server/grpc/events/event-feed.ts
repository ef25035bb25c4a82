/** The events of the agent for the clients of GetEvents; nothing is read while there are none. */
import type { AgentApi } from '../../../model/agent-api.ts';
import type { Logger } from '../../../model/log.ts';
import { ServerError } from '../../errors.ts';
import { compileLists } from '../filters/compile-filter.ts';
import type { EventTest, FilterTools } from '../filters/filter-tools.ts';
import type { GetEventsRequest } from '../generated/tetragon/events_pb.ts';
import { Aggregator, type AggregatorRoom } from './aggregator.ts';
import { ClientQueue, type QueueBounds } from './client-queue.ts';
import { frameOf, lossFrame } from './event-frame.ts';
import { type EventView, readEventLine } from './event-view.ts';
import { compileFieldFilters, type ShapeEvent } from './field-filter.ts';
import { SharedBytes } from './shared-bytes.ts';

/** Streams at a time. */
const CLIENTS_MAX = 128;
/** What one slow client may keep waiting; bytes that several wait for are there once. */
const QUEUE_EVENTS_MAX = 10_000;
const QUEUE_BYTES_MAX = 8 * 1024 * 1024;
/** What all of them together may, and what each may even then. */
const SHARED_BYTES_MAX = 64 * 1024 * 1024;
const SHARE_BYTES = 256 * 1024;
const BOUNDS: QueueBounds = { events: QUEUE_EVENTS_MAX, bytes: QUEUE_BYTES_MAX };
/** Of aggregation, where a request does not say. */
const WINDOW_MS = 15_000;
const GROUPS_MAX = 10_000;
/** Longest window: what is held in it is memory. */
const WINDOW_MS_MAX = 3_600_000;

export interface EventFeedOptions {
  readonly api: Pick<AgentApi, 'subscribe' | 'noteMissed'>;
  readonly logger: Logger;
  readonly tools: FilterTools;
  readonly nodeName: string;
  readonly clientsMax?: number | undefined;
  readonly bounds?: QueueBounds | undefined;
  readonly shared?: SharedBytes | undefined;
}

interface Client {
  readonly queue: ClientQueue;
  readonly wants: EventTest;
  readonly shape: ShapeEvent | undefined;
  readonly aggregator: Aggregator | undefined;
}

/** All clients of the stream. */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #clients = new Set<Client>();
  readonly #shared: SharedBytes;
  #unsubscribe: (() => void) | undefined;
  /** Kinds of events that could not be encoded. */
  readonly #reported = new Set<string>();
  #isOpen = true;
  #dropped = 0;

  constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#shared = options.shared ?? new SharedBytes(SHARED_BYTES_MAX, SHARE_BYTES);
  }

  get count(): number {
    return this.#clients.size;
  }

  /** Events that clients did not get, those of clients that went away among them. */
  get dropped(): number {
    return [...this.#clients].reduce((sum, { queue }) => sum + queue.dropped, this.#dropped);
  }

  /** Bytes that wait for clients; those of one event count for each. */
  get waitingBytes(): number {
    return this.#shared.taken;
  }

  /**
   * The messages that answer a request, until the signal; the first chunk is empty, and says that
   * it is subscribed. Throws SERVER_FILTER_INVALID, and
   * SERVER_CLIENTS_TOO_MANY or SERVER_CLOSING when one more cannot be served.
   */
  async *stream(request: GetEventsRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const client = this.#open(request);
    const abandon = (): void => client.queue.abandon();
    signal.addEventListener('abort', abandon);
    // It may have been before anybody listened.
    if (signal.aborted) abandon();
    try {
      yield new Uint8Array();
      yield* client.queue.read();
    } finally {
      signal.removeEventListener('abort', abandon);
      this.#remove(client);
    }
  }

  /** Hands out what waits, then ends all streams. */
  close(): void {
    this.#isOpen = false;
    for (const { aggregator, queue } of this.#clients) {
      aggregator?.flush();
      queue.end();
    }
  }

  #open(request: GetEventsRequest): Client {
    if (!this.#isOpen) throw new ServerError('SERVER_CLOSING', 'the agent is stopping');
    const limit = this.#options.clientsMax ?? CLIENTS_MAX;
    if (this.#clients.size >= limit) {
      const message = `${limit} clients follow the events already, and that is the limit`;
      throw new ServerError('SERVER_CLIENTS_TOO_MANY', message);
    }
    const { nodeName, tools, bounds = BOUNDS, api } = this.#options;
    const { allowList: allow, denyList: deny } = request;
    const wants = compileLists({ allow, deny }, tools);
    const shape = compileFieldFilters(request.fieldFilters);
    const lossOf = (dropped: number): Uint8Array => lossFrame(dropped, nodeName);
    const shared = this.#shared;
    const queue = new ClientQueue({ bounds, lossOf, shared, onDrop: () => api.noteMissed(1) });
    const aggregator = openAggregator(request, { queue, shared, bytesMax: bounds.bytes });
    const client = { queue, wants, shape, aggregator };
    this.#clients.add(client);
    this.#unsubscribe ??= api.subscribe((lines) => this.#publish(lines));
    return client;
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    client.aggregator?.close();
    client.queue.abandon();
    const { dropped } = client.queue;
    this.#dropped += dropped;
    if (dropped > 0) {
      this.#options.logger.warn({ dropped }, 'a client of the event stream was too slow');
    }
    if (this.#clients.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #publish(lines: readonly string[]): void {
    for (const line of lines) {
      const event = readEventLine(line);
      if (event === undefined) continue;
      try {
        this.#hand(event);
      } catch (error) {
        // What an event has must not end the stream of all others, nor fill the log.
        const { kind } = event;
        if (!this.#reported.has(kind)) {
          this.#options.logger.error({ error, kind }, 'events of this kind have no message');
        }
        this.#reported.add(kind);
      }
    }
  }

  #hand(event: EventView): void {
    // Most clients are given it as it is; it is encoded when the first wants it.
    let whole: Uint8Array | undefined;
    const encodeWhole = (): Uint8Array => {
      whole ??= frameOf(event.json);
      return whole;
    };
    for (const { wants, shape, aggregator, queue } of this.#clients) {
      if (!wants(event)) continue;
      if (aggregator !== undefined) aggregator.add(shape?.(event) ?? event);
      else queue.push(shape === undefined ? encodeWhole() : frameOf(shape(event).json));
    }
  }
}

function openAggregator(
  { aggregationOptions }: GetEventsRequest,
  { queue, ...room }: { readonly queue: ClientQueue } & AggregatorRoom,
): Aggregator | undefined {
  if (aggregationOptions === undefined) return undefined;
  const { windowSize, channelBufferSize } = aggregationOptions;
  const { seconds = 0n, nanos = 0 } = windowSize ?? {};
  const windowMs = windowSize === undefined ? WINDOW_MS : Number(seconds) * 1000 + nanos / 1e6;
  if (windowMs <= 0 || windowMs > WINDOW_MS_MAX) {
    const message = 'the window of an aggregation has to be above 0 and at most an hour';
    throw new ServerError('SERVER_FILTER_INVALID', message);
  }
  return new Aggregator({
    ...room,
    windowMs,
    eventsMax: Math.min(Number(channelBufferSize) || GROUPS_MAX, GROUPS_MAX),
    emit: (event, count) => queue.push(frameOf(event.json, count)),
  });
}
