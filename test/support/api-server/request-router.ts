/** Leads a request to what answers it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusAnswer, sendJson, sendStatus } from './answers.ts';
import { discover } from './discovery.ts';
import { answerWithFault, type Fault, type FaultPlan, type Verb } from './faults.ts';
import { ListHandler } from './list-handler.ts';
import type { ObjectStore } from './object-store.ts';
import { parseResourcePath, type ResourcePath } from './resources.ts';
import { type Json, jsonOf, Selection } from './stored-object.ts';
import { columnsOf, toTable } from './table.ts';
import { WatchHandler } from './watch-handler.ts';
import { WriteHandler } from './write-handler.ts';

/** A request for resources as the server saw it. */
export interface SeenRequest {
  readonly verb: Verb;
  readonly plural: string;
  readonly query: Readonly<Record<string, string>>;
  /** Whether its token was accepted. */
  readonly isAllowed: boolean;
}

export interface RouterOptions {
  readonly store: ObjectStore;
  readonly faults: FaultPlan;
  readonly isAllowed: (token: string) => boolean;
}

const VERB_OF_METHOD: Readonly<Record<string, Verb>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

export class RequestRouter {
  readonly watches: WatchHandler;
  readonly seen: SeenRequest[] = [];
  readonly #lists: ListHandler;
  readonly #writes: WriteHandler;
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#lists = new ListHandler(options.store);
    this.#writes = new WriteHandler(options.store);
    this.watches = new WatchHandler(options.store);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      // The client may have gone while it was still asking.
      if (request.errored !== null && error === request.errored) return;
      if (!(error instanceof StatusAnswer)) throw error;
      sendStatus(response, error);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://server');
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const isAllowed = this.#options.isAllowed(token);
    const body = await readJson(request);
    const found = isAllowed ? discover(url.pathname, this.#options.store) : undefined;
    if (found !== undefined) {
      sendDiscovery(response, found);
      return;
    }
    const path = parseResourcePath(url.pathname);
    const fault = path && this.#note(path, { request, url, isAllowed });
    if (!isAllowed) throw new StatusAnswer(401, 'Unauthorized', 'Unauthorized');
    if (path === undefined) throw new StatusAnswer(404, 'NotFound', `no ${url.pathname}`);
    if (url.searchParams.has('dryRun')) throw new StatusAnswer(400, 'BadRequest', 'no dry runs');
    if (answerWithFault(response, fault)) return;
    this.#answerResource({ request, response, url, path, body, fault });
  }

  #note(path: ResourcePath, from: Pick<Exchange, 'request' | 'url'> & { isAllowed: boolean }) {
    const verb = verbOf(from.request, path, from.url.searchParams);
    const { plural } = path.resource;
    const query = Object.fromEntries(from.url.searchParams);
    this.seen.push({ verb, plural, query, isAllowed: from.isAllowed });
    return from.isAllowed ? this.#options.faults.take(verb, plural) : undefined;
  }

  #answerResource(exchange: Exchange): void {
    const { request, response, url, path, body, fault } = exchange;
    const { resource } = path;
    const query = url.searchParams;
    const wantsTable = (request.headers.accept ?? '').includes('as=Table');
    const selection = new Selection(path.namespace, query);
    switch (verbOf(request, path, query)) {
      case 'watch':
        this.watches.answer(request, response, { resource, selection, query, fault, wantsTable });
        break;
      case 'list':
        if (fault?.kind === 'silence') return;
        this.#lists.answer(response, { resource, selection, query, fault, wantsTable });
        break;
      case 'create':
        sendJson(response, 201, this.#writes.create(path, body));
        break;
      case 'update':
        sendJson(response, 200, this.#writes.replace(path, body));
        break;
      case 'patch': {
        const type = request.headers['content-type'] ?? '';
        sendJson(response, 200, this.#writes.patch(path, type, body));
        break;
      }
      case 'delete':
        sendJson(response, 200, this.#writes.delete(path));
        break;
      case 'get': {
        const object = this.#writes.get(path);
        const content = {
          items: [object],
          metadata: {},
          columns: columnsOf(this.#options.store, resource),
        };
        sendJson(response, 200, wantsTable ? toTable(resource, content) : object);
      }
    }
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly path: ResourcePath;
  readonly body: Json;
  readonly fault: Fault | undefined;
}

function verbOf(request: IncomingMessage, path: ResourcePath, query: URLSearchParams): Verb {
  const verb = VERB_OF_METHOD[request.method ?? ''];
  if (verb !== undefined) return verb;
  if (path.name !== '') return 'get';
  return ['true', '1'].includes(query.get('watch') ?? '') ? 'watch' : 'list';
}

function sendDiscovery(response: ServerResponse, found: Json | Buffer): void {
  if (!Buffer.isBuffer(found)) {
    sendJson(response, 200, found);
    return;
  }
  const type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
  response.writeHead(200, { 'content-type': type });
  response.end(found);
}

async function readJson(request: IncomingMessage): Promise<Json> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8');
  try {
    return text === '' ? {} : jsonOf(JSON.parse(text));
  } catch {
    throw new StatusAnswer(400, 'BadRequest', 'the body is not JSON');
  }
}
