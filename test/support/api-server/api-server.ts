/**
 * An API server of Kubernetes for tests, over TLS: with real lists and watches, and whatever can go
 * wrong with them. kubectl can talk to it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from './certificate.ts';
import { FaultPlan } from './faults.ts';
import { ObjectStore } from './object-store.ts';
import { RequestRouter, type SeenRequest } from './request-router.ts';
import type { WatchHandler } from './watch-handler.ts';

export class ApiServer {
  /** For whatever a test needs; goes away with the server. */
  readonly directory: string;
  readonly store: ObjectStore = new ObjectStore();
  readonly faults: FaultPlan = new FaultPlan();
  /** What is accepted; all others are answered with 401. */
  readonly tokens: Set<string> = new Set(['token-1']);
  readonly #certificate: Certificate;
  readonly #router: RequestRouter;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(directory: string) {
    this.directory = directory;
    this.#certificate = makeCertificate(directory);
    const { store, faults } = this;
    const isAllowed = (token: string): boolean => this.tokens.has(token);
    this.#router = new RequestRouter({ store, faults, isAllowed });
  }

  static async start(): Promise<ApiServer> {
    const server = new ApiServer(mkdtempSync(join(tmpdir(), 'warder-api-server-')));
    await server.listen();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  get certificatePath(): string {
    return this.#certificate.certificatePath;
  }

  get watches(): WatchHandler {
    return this.#router.watches;
  }

  /** Requests for resources in the order they came. */
  get seen(): readonly SeenRequest[] {
    return this.#router.seen;
  }

  /** Again after `stop`: at the same port, with the same objects. */
  async listen(): Promise<void> {
    const { key, certificate: cert } = this.#certificate;
    const server = createServer({ key, cert }, (request, response) => {
      void this.#router.answer(request, response);
    });
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // Tests cut connections on purpose.
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = addressOf(server).port;
    this.#server = server;
  }

  /** Nobody listens any more, and all connections break. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Returns the path of a kubeconfig with one way to log in. */
  writeKubeconfig(user: Readonly<Record<string, string>> = { token: 'token-1' }): string {
    const path = join(this.directory, 'kubeconfig');
    const cluster = { server: this.url, 'certificate-authority': 'ca.crt' };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster }],
      users: [{ name: 'agent', user }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'agent' } }],
      'current-context': 'test',
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address;
}
