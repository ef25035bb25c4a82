/** The clients that follow the events, from the request to the end of the answer. */
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import type { AgentApi, LineListener } from '../model/agent-api.ts';
import { ServerError } from './errors.ts';
import { createEventStream, type EventStream } from './event-stream.ts';

/** Clients at a time; each may hold the text of one full queue. */
const CLIENTS_MAX = 32;

/** How long close waits for clients to read what waits for them. */
const CLOSE_WAIT_MS = 500;

export interface EventClientsOptions {
  readonly api: Pick<AgentApi, 'subscribe' | 'noteMissed'>;
  readonly clientsMax?: number;
  /** Text kept for one slow client, in UTF-16 units. */
  readonly queueLengthMax?: number;
  readonly closeWaitMs?: number;
}

interface Client {
  readonly stream: EventStream;
  readonly response: ServerResponse;
  readonly ended: Promise<void>;
}

/** Begins to tell lines; the returned function ends it. */
type Subscribe = AgentApi['subscribe'];

/** All open event streams. A client that goes away is forgotten at once. */
export class EventClients {
  readonly #options: EventClientsOptions;
  readonly #clients = new Set<Client>();
  #isOpen = true;

  constructor(options: EventClientsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#clients.size;
  }

  /** Throws SERVER_CLIENTS_TOO_MANY or SERVER_CLOSING when one more client cannot be served. */
  checkRoom(): void {
    if (!this.#isOpen) throw new ServerError('SERVER_CLOSING', 'the agent is stopping');
    const limit = this.#options.clientsMax ?? CLIENTS_MAX;
    if (this.#clients.size < limit) return;
    throw new ServerError(
      'SERVER_CLIENTS_TOO_MANY',
      `${limit} clients follow the events already, and that is the limit`,
    );
  }

  /** Answers with the events from now on, until the client or the server ends it. */
  serve(response: ServerResponse, subscribe?: Subscribe): void {
    const { queueLengthMax: lengthMax, api } = this.#options;
    const onMissed = (count: number): void => api.noteMissed(count);
    const stream = createEventStream({ lengthMax, onMissed });
    const write: LineListener = (lines) => stream.write(lines);
    const unsubscribe = subscribe?.(write) ?? api.subscribe(write);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const client = { stream, response, ended };
    this.#clients.add(client);
    // Also called when the client hangs up or its connection breaks: the error itself says nothing.
    finished(response, () => {
      unsubscribe();
      this.#clients.delete(client);
      stream.readable.destroy();
      resolve();
    });
    response.writeHead(200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
    });
    // A client must see that it is subscribed before the first event, which may be long in coming.
    response.flushHeaders();
    stream.readable.pipe(response);
  }

  /** Takes no more clients, and ends those there are after what waits for them, in bounded time. */
  async close(): Promise<void> {
    this.#isOpen = false;
    const clients = [...this.#clients];
    for (const { stream } of clients) stream.end();
    const { promise: expired, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.closeWaitMs ?? CLOSE_WAIT_MS);
    const allEnded = Promise.all(clients.map(({ ended }) => ended));
    await Promise.race([allEnded, expired]);
    clearTimeout(timer);
    for (const { response } of this.#clients) response.destroy();
    await allEnded;
  }
}
