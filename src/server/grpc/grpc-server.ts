/** The gRPC server: on unix sockets of its owner, and over TCP with certificates on both sides. */
import type { Stats } from 'node:fs';
import { createSecureServer, createServer, type Http2Server, type Http2Session } from 'node:http2';
import type { Server } from 'node:net';
import type { GrpcAddress, GrpcServerOptions } from '../grpc-options.ts';
import {
  claimPath,
  listenFailure,
  publishPath,
  releasePath,
  temporaryPath,
} from '../socket-path.ts';
import { EventFeed } from './events/event-feed.ts';
import { boundNewcomers } from './listen/newcomers.ts';
import { createHandler, type NodeHandler } from './listen/node-handler.ts';
import { REQUEST_BOUNDS, RequestRoom } from './listen/request-room.ts';
import { readTls, watchTls } from './listen/tls-files.ts';
import { PEER_PATIENCE, watchPeer } from './listen/watch-peer.ts';
import { addRoutes, ownHandlers } from './routes.ts';

/** Requests of one connection at a time. */
const STREAMS_MAX = 256;
/** Connections at a time, of each address. */
const CONNECTIONS_MAX = 256;
/** How long a client of the port may take to show its certificate. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How long close waits for clients to read what waits for them. */
const CLOSE_WAIT_MS = 500;

/** Listens once, from `listen` to `close`. */
export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #feed: EventFeed;
  readonly #handler: NodeHandler;
  readonly #closing = new AbortController();
  readonly #sessions = new Set<Http2Session>();
  readonly #closers: (() => void)[] = [];

  constructor(options: GrpcServerOptions) {
    this.#options = options;
    this.#feed = new EventFeed(options);
    const closing = this.#closing.signal;
    const routes = { ...options, feed: this.#feed, closing };
    this.#handler = createHandler({
      routes: (router) => addRoutes(router, routes),
      own: ownHandlers(routes),
      room: new RequestRoom({ ...REQUEST_BOUNDS, ...options.requestBounds }),
      logger: options.logger,
    });
  }

  /** Events that slow clients did not get. */
  get dropped(): number {
    return this.#feed.dropped;
  }

  /** Streams of events that are open, and bytes that wait for them. */
  get clients(): { readonly count: number; readonly waitingBytes: number } {
    return { count: this.#feed.count, waitingBytes: this.#feed.waitingBytes };
  }

  /**
   * Starts to answer and returns the addresses. Throws SERVER_ADDRESS_IN_USE,
   * SERVER_ADDRESS_INVALID, SERVER_LISTEN_FAILED, SERVER_CERTIFICATE_INVALID.
   */
  async listen(): Promise<string> {
    const listening: string[] = [];
    try {
      for (const address of this.#options.addresses) listening.push(await this.#open(address));
    } catch (error) {
      await this.close();
      throw error;
    }
    return listening.join(', ');
  }

  /** Ends the streams of events, then all else, and removes the sockets; doing it twice is fine. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) close();
    this.#feed.close();
    this.#closing.abort();
    const sessions = [...this.#sessions];
    const ended = sessions.map(
      (session) =>
        new Promise<void>((resolve) => {
          session.once('close', resolve);
          session.close();
        }),
    );
    const { promise: expired, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_WAIT_MS);
    await Promise.race([Promise.all(ended), expired]);
    clearTimeout(timer);
    for (const session of sessions) session.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(address: GrpcAddress): Promise<string> {
    return address.kind === 'unix' ? this.#openSocket(address.path) : this.#openPort(address);
  }

  async #openSocket(path: string): Promise<string> {
    await claimPath(path);
    const temporary = temporaryPath(path);
    const server = this.#watch(createServer({ settings: SETTINGS }, this.#handler));
    let published: Stats;
    try {
      await listening(server, { path: temporary });
      published = publishPath(temporary, path);
    } catch (cause) {
      server.close();
      throw listenFailure(path, cause);
    }
    // The name goes first: whoever connects from now on learns that the agent is away.
    this.#closers.push(() => {
      releasePath(path, published);
      server.close();
    });
    return `unix://${path}`;
  }

  async #openPort({ host, port, tls }: Extract<GrpcAddress, { kind: 'tcp' }>): Promise<string> {
    const server = createSecureServer(
      {
        ...readTls(tls),
        settings: SETTINGS,
        allowHTTP1: false,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      },
      this.#handler,
    );
    this.#watch(server);
    boundNewcomers(server);
    try {
      await listening(server, { host, port });
    } catch (cause) {
      throw listenFailure(`${host}:${port}`, cause);
    }
    const stop = watchTls(tls, { server, logger: this.#options.logger });
    this.#closers.push(() => {
      stop();
      server.close();
    });
    const bound = server.address();
    const taken = typeof bound === 'object' && bound !== null ? bound.port : port;
    return `${host.includes(':') ? `[${host}]` : host}:${taken}`;
  }

  #watch<T extends Http2Server | ReturnType<typeof createSecureServer>>(server: T): T {
    server.maxConnections = CONNECTIONS_MAX;
    server.on('session', (session: Http2Session) => {
      this.#sessions.add(session);
      // Clients go away in the middle of things; each stream learns of it by itself.
      session.on('error', () => undefined);
      session.once('close', () => this.#sessions.delete(session));
      watchPeer(session, this.#options.patience ?? PEER_PATIENCE);
    });
    return server;
  }
}

const SETTINGS = { maxConcurrentStreams: STREAMS_MAX };

function listening(
  server: Server,
  at: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
