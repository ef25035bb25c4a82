/** An API server of Kubernetes over TLS: its wire protocol, its store, and its failures. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { apiVersionOf, discover, rootOf, SERVED, type ServedKind } from './api-kinds.ts';
import type { Fault } from './fault.ts';
import { isSelected, ObjectStore, type StoredObject } from './object-store.ts';
import { serveWatch } from './serve-watch.ts';

/** Which request has a fault. */
export interface ExpectedFault {
  readonly on: 'list' | 'watch';
  readonly plural: string;
  readonly fault: Fault;
}

/** A request that was answered, in order. */
export interface SeenRequest {
  readonly on: 'list' | 'watch' | 'other';
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

interface Target {
  readonly kind: ServedKind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** Started on a free port of 127.0.0.1; `await using` ends it. */
export class ApiServer {
  /** Taken from the front by the requests that they are for. */
  readonly faults: ExpectedFault[] = [];
  readonly requests: SeenRequest[] = [];
  token = 'token-1';
  readonly directory: string = mkdtempSync(join(tmpdir(), 'warder-api-server-'));
  readonly #stores: Map<string, ObjectStore>;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #version = 100;
  #port = 0;

  private constructor() {
    const nextVersion = (): number => ++this.#version;
    this.#stores = new Map(SERVED.map(({ plural }) => [plural, new ObjectStore(nextVersion)]));
    makeCertificate(this.directory);
  }

  static async start(): Promise<ApiServer> {
    const server = new ApiServer();
    await server.listen();
    return server;
  }

  /** Again on the same port, after `stop`. */
  async listen(): Promise<void> {
    const key = readFileSync(join(this.directory, 'key.pem'));
    const cert = readFileSync(join(this.directory, 'cert.pem'));
    const server = createServer({ key, cert }, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** As when it is killed: connections end, and new ones are refused. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    this.dropConnections();
    server.close();
    await once(server, 'close');
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  store(plural: string): ObjectStore {
    const store = this.#stores.get(plural);
    if (store === undefined) throw new Error(`no objects ${plural}`);
    return store;
  }

  /** A kubeconfig that reads its token from a file, as pods do. */
  writeKubeconfig(): string {
    const path = join(this.directory, 'kubeconfig.yaml');
    this.setToken(this.token);
    writeFileSync(
      path,
      `apiVersion: v1
kind: Config
current-context: test
clusters: [{name: test, cluster: {server: "${this.url}", certificate-authority: cert.pem}}]
users:
- name: test
  user:
    tokenFile: ${join(this.directory, 'token')}
    auth-provider: {name: tokenFile, config: {tokenFile: "${join(this.directory, 'token')}"}}
contexts: [{name: test, context: {cluster: test, user: test}}]
`,
    );
    return path;
  }

  /** What the client finds in its file. */
  setToken(token: string): void {
    writeFileSync(join(this.directory, 'token'), token);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const target = targetOf(url.pathname);
    const isWatch = url.searchParams.get('watch') === 'true';
    const isList = request.method === 'GET' && target !== undefined && target.name === undefined;
    const on = isList ? (isWatch ? 'watch' : 'list') : 'other';
    const { method = 'GET' } = request;
    this.requests.push({ on, method, path: url.pathname, query: url.searchParams });
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      return refuse(response, 401, 'Unauthorized');
    }
    if (target === undefined) {
      const found = discover(url.pathname);
      return found === undefined
        ? refuse(response, 404, 'there is no such path')
        : send(response, 200, found);
    }
    if (on === 'other') return this.#handleObject(target, request, response);
    const fault = this.#takeFault(on, target.kind.plural);
    if (fault !== undefined && breaks(response, fault)) return;
    if (on === 'list') return this.#list(target, url.searchParams, response, fault);
    const store = this.store(target.kind.plural);
    serveWatch({ store, kind: target.kind, query: url.searchParams, response, fault });
  }

  #takeFault(on: 'list' | 'watch', plural: string): Fault | undefined {
    const at = this.faults.findIndex((one) => one.on === on && one.plural === plural);
    return at === -1 ? undefined : this.faults.splice(at, 1)[0]?.fault;
  }

  async #list(
    { kind, namespace }: Target,
    query: URLSearchParams,
    response: ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    const limit = Number(query.get('limit') ?? 0) || Number.POSITIVE_INFINITY;
    const from = Number(query.get('continue') ?? 0);
    const all = this.store(kind.plural)
      .list()
      .filter((one) => namespace === undefined || one.metadata.namespace === namespace)
      .filter((one) => isSelected(one, query));
    const rest = all.length - from - limit;
    const list = {
      ...{ kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind) },
      metadata: {
        resourceVersion: String(this.#version),
        ...(rest > 0 && { continue: String(from + limit), remainingItemCount: rest }),
      },
      items: all.slice(from, from + limit),
    };
    if (fault?.kind === 'half') {
      const text = JSON.stringify(list);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(text.slice(0, text.length / 2));
      setTimeout(() => response.destroy(), 10);
      return;
    }
    send(response, 200, list);
  }

  async #handleObject(
    { kind, namespace, name, subresource }: Target,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const store = this.store(kind.plural);
    const known = name === undefined ? undefined : store.get(name, namespace);
    if (request.method === 'POST') {
      const body = (await json(request)) as StoredObject;
      const metadata = { ...body.metadata, ...(namespace && { namespace }) };
      return send(response, 201, store.put({ ...body, metadata }));
    }
    if (known === undefined || name === undefined) {
      return refuse(response, 404, `${kind.plural} "${name}" not found`, 'NotFound');
    }
    if (request.method === 'GET') return send(response, 200, known);
    if (request.method === 'DELETE') {
      store.delete(name, namespace);
      return send(response, 200, { kind: 'Status', apiVersion: 'v1', status: 'Success' });
    }
    const body = (await json(request)) as StoredObject;
    const next = request.method === 'PUT' ? body : merge(known, body);
    const kept = subresource === 'status' ? { ...known, status: next['status'] } : next;
    return send(response, 200, store.put(kept));
  }
}

/** Deals with faults that do not depend on what is asked. True: nothing more is to be said. */
function breaks(response: ServerResponse, fault: Fault): boolean {
  switch (fault.kind) {
    case 'status':
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      refuse(response, fault.status, 'as the test wants');
      return true;
    case 'drop':
      response.destroy();
      return true;
    case 'silence':
      return true;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('<html>a proxy says no</html>\n');
      return true;
    default:
      return false;
  }
}

function targetOf(path: string): Target | undefined {
  for (const kind of SERVED) {
    const root = rootOf(kind);
    if (!path.startsWith(`${root}/`)) continue;
    const parts = path
      .slice(root.length + 1)
      .split('/')
      .map(decodeURIComponent);
    const namespace = kind.isNamespaced && parts[0] === 'namespaces' ? parts[1] : undefined;
    const [plural, name, subresource] = namespace === undefined ? parts : parts.slice(2);
    if (plural === kind.plural) return { kind, namespace, name, subresource };
  }
  return undefined;
}

/** RFC 7396. */
function merge<T>(target: T, patch: unknown): T {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch as T;
  const next: Record<string, unknown> = { ...Object(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete next[key];
    else next[key] = merge(next[key], value);
  }
  return next as T;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, message: string, reason = ''): void {
  send(response, code, {
    ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' },
    ...{ message, reason, code },
  });
}

function makeCertificate(directory: string): void {
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost';
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=warder-test', '-addext', names, '-days', '2'],
      ...['-keyout', join(directory, 'key.pem'), '-out', join(directory, 'cert.pem')],
    ],
    { stdio: 'ignore' },
  );
}
