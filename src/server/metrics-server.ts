/** Metrics on a TCP address of their own: nothing else of the agent can be asked or told there. */
import type { Server, Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../model/log.ts';
import type { MetricsPage } from '../model/metrics-page.ts';
import { createApp } from './app.ts';
import { addMetricsRoute } from './metrics-route.ts';

/**
 * Scrapers are few. When there are more, the oldest connection goes for the newest: whoever holds
 * many must not keep those out that ask how the agent is.
 */
const CONNECTIONS_MAX = 32;

/** Anybody on the machine may have taken the port, and may give it back. */
const RETRY_MS = 10_000;

export interface MetricsServerOptions {
  readonly metrics: MetricsPage;
  readonly logger: Logger;
  /** An empty host: all addresses of the machine. Port 0: one that is free. */
  readonly address: { readonly host: string; readonly port: number };
  /** 10 s unless given. */
  readonly retryMs?: number | undefined;
}

/** Listens once, from `listen` to `close`. */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  #app: FastifyInstance | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isSaid = false;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
  }

  /**
   * Starts to answer and returns `host:port`, or an empty text when that cannot be: it is logged
   * and tried again. Who takes the port must not be able to keep the agent from enforcing.
   */
  async listen(): Promise<string> {
    const { address, logger, retryMs = RETRY_MS } = this.#options;
    const app = this.#build();
    try {
      await listenAt(app, address);
    } catch (cause) {
      await app.close();
      if (!this.#isSaid) this.#say(cause);
      this.#isSaid = true;
      if (this.#isClosed) return '';
      this.#retry = setTimeout(() => void this.listen(), retryMs);
      this.#retry.unref();
      return '';
    }
    this.#app = app;
    if (this.#isClosed) await app.close();
    const found = addressOf(app);
    logger.info({ address: found }, 'metrics are served');
    return found;
  }

  /** Doing it twice is fine. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#app?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #build(): FastifyInstance {
    const app = createApp(this.#options.logger);
    boundConnections(app.server);
    app.get('/healthz', () => ({ status: 'ok' }));
    addMetricsRoute(app, this.#options.metrics);
    return app;
  }

  #say(cause: unknown): void {
    const { address, logger, retryMs = RETRY_MS } = this.#options;
    const { host, port } = address;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `metrics cannot be served: ${reason}; the agent goes on without`;
    logger.error({ code: 'SERVER_METRICS_FAILED', host, port, retryMs }, message);
  }
}

/** Makes the server; it listens when it is told to. */
export function createMetricsServer(options: MetricsServerOptions): MetricsServer {
  return new MetricsServer(options);
}

function boundConnections(server: Server): void {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > CONNECTIONS_MAX) oldest?.destroy();
  });
}

/** All addresses are those of IPv6 and IPv4, or of IPv4 where the machine has no other. */
async function listenAt(
  app: FastifyInstance,
  { host, port }: MetricsServerOptions['address'],
): Promise<void> {
  if (host !== '') {
    await app.listen({ host, port });
    return;
  }
  try {
    await app.listen({ host: '::', port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error;
    await app.listen({ host: '0.0.0.0', port });
  }
}

function addressOf(app: FastifyInstance): string {
  const found = app.server.address();
  if (found === null || typeof found === 'string') return '';
  const host = found.family === 'IPv6' ? `[${found.address}]` : found.address;
  return `${host}:${found.port}`;
}
