/** The API of the agent on a unix socket. */
import type { Stats } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { AgentApi } from '../model/agent-api.ts';
import type { Logger } from '../model/log.ts';
import type { MetricsPage } from '../model/metrics-page.ts';
import { buildApp } from './app.ts';
import { EventClients } from './event-clients.ts';
import {
  claimPath,
  listenFailure,
  publishPath,
  releasePath,
  temporaryPath,
} from './socket-path.ts';

export interface ServerOptions {
  readonly api: AgentApi;
  readonly logger: Logger;
  /** At most 80 bytes; the socket gets mode 0600, and a directory that has to be made 0700. */
  readonly socketPath: string;
  readonly metrics?: MetricsPage | undefined;
  /** Clients that may follow the events at a time; 32 unless said otherwise. */
  readonly clientsMax?: number;
  /** Text kept for one slow client, in UTF-16 units; 2 Mi unless said otherwise. */
  readonly queueLengthMax?: number;
}

/** Listens once, from `listen` to `close`. */
export class ApiServer {
  readonly #path: string;
  readonly #clients: EventClients;
  readonly #app: FastifyInstance;
  #published: Stats | undefined;

  constructor(options: ServerOptions) {
    this.#path = options.socketPath;
    this.#clients = new EventClients(options);
    this.#app = buildApp({ ...options, clients: this.#clients });
  }

  /**
   * Starts to answer and returns the path of the socket. Throws SERVER_ADDRESS_IN_USE while
   * another agent is alive there, SERVER_ADDRESS_INVALID, SERVER_LISTEN_FAILED.
   */
  async listen(): Promise<string> {
    await claimPath(this.#path);
    const temporary = temporaryPath(this.#path);
    try {
      await this.#app.listen({ path: temporary });
      this.#published = publishPath(temporary, this.#path);
    } catch (cause) {
      await this.#app.close();
      throw listenFailure(this.#path, cause);
    }
    return this.#path;
  }

  /** Ends the streams of events, then all else, and removes the socket; doing it twice is fine. */
  async close(): Promise<void> {
    // The name goes first: whoever connects from now on learns that the agent is away.
    if (this.#published !== undefined) releasePath(this.#path, this.#published);
    this.#published = undefined;
    await this.#clients.close();
    await this.#app.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Makes the server of an agent; it listens when it is told to. */
export function createServer(options: ServerOptions): ApiServer {
  return new ApiServer(options);
}
