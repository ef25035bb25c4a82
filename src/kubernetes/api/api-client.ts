/**
 * Requests to the API server, with the address and credentials of the client library. Its own
 * requests hide the headers of refusals and skip lines of a watch that they cannot read.
 */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { ClientConfig } from '../client.ts';
import { KubernetesError } from '../errors.ts';
import { Deadline, orAborted } from './deadline.ts';
import { parseJson, readJsonLines } from './json-lines.ts';
import { refusalOf, unreachable } from './refusal.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiRequest {
  /** Below the address of the server: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Query;
  /** GET, unless said otherwise. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Is sent as JSON. */
  readonly body?: unknown;
  /** Of the body; `application/merge-patch+json` for a merge patch. */
  readonly contentType?: string;
}

const UNAUTHORIZED = 401;
/** Of which the parsed form takes several times as much. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const REFUSAL_BYTES_MAX = 64 * 1024;
const KEEP_ALIVE_MS = 30_000;

export class ApiClient {
  readonly #client: ClientConfig;
  readonly #timeoutMs: number;

  constructor(client: ClientConfig, timeoutMs: number) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
  }

  /** The object that was answered. Throws a KubernetesError. */
  async readJson(request: ApiRequest, signal: AbortSignal): Promise<unknown> {
    const deadline = new Deadline(signal, this.#timeoutMs);
    try {
      const response = await this.#open(request, deadline);
      const text = await readBody(response, ANSWER_BYTES_MAX).catch((error: unknown) => {
        throw toKubernetesError(error, deadline);
      });
      return parseJson(text);
    } finally {
      deadline.close();
    }
  }

  /**
   * Waits for the start of an answer; then its lines, which throw a KubernetesError, too. The
   * deadline ends both.
   */
  async openLines(request: ApiRequest, deadline: Deadline): Promise<AsyncIterable<unknown>> {
    const response = await this.#open(request, deadline);
    return linesOf(response, deadline);
  }

  /** Logs in anew after a 401, once. */
  async #open(request: ApiRequest, deadline: Deadline): Promise<IncomingMessage> {
    try {
      return await this.#ask(request, deadline);
    } catch (error) {
      if (!(error instanceof KubernetesError) || error.status !== UNAUTHORIZED) throw error;
      this.#client.refresh();
      return await this.#ask(request, deadline);
    }
  }

  async #ask(request: ApiRequest, deadline: Deadline): Promise<IncomingMessage> {
    const options = await this.#optionsOf(request, deadline);
    try {
      const response = await send(this.#urlOf(request), options, request.body);
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) return response;
      throw refusalOf(response, await readBody(response, REFUSAL_BYTES_MAX));
    } catch (error) {
      throw toKubernetesError(error, deadline);
    }
  }

  #urlOf({ path, query = {} }: ApiRequest): URL {
    const server = this.#client.config.getCurrentCluster()?.server ?? '';
    const url = new URL(`${server.replace(/\/$/, '')}${path}`);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    return url;
  }

  /** What fails here is a file or a program that gives the credentials. */
  async #optionsOf(request: ApiRequest, deadline: Deadline): Promise<RequestOptions> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (request.body !== undefined) {
      headers['Content-Type'] = request.contentType ?? 'application/json';
    }
    const options = { method: request.method ?? 'GET', headers, signal: deadline.signal };
    try {
      // A program that gives credentials may hang.
      await orAborted(this.#client.config.applyToHTTPSOptions(options), deadline.signal);
      return options;
    } catch (error) {
      if (deadline.signal.aborted) throw toKubernetesError(error, deadline);
      if (error instanceof KubernetesError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new KubernetesError('K8S_CONFIG_INVALID', message, { cause: error });
    }
  }
}

async function send(url: URL, options: RequestOptions, body: unknown): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? requestHttp : requestHttps)(url, options);
    request.on('response', resolve);
    // Stays for later errors, too: those after the answer come through the answer as well.
    request.on('error', reject);
    request.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function* linesOf(
  response: IncomingMessage,
  deadline: Deadline,
): AsyncGenerator<unknown, void, void> {
  try {
    yield* readJsonLines(response);
  } catch (error) {
    throw toKubernetesError(error, deadline);
  }
}

async function readBody(response: IncomingMessage, bytesMax: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > bytesMax) {
      const message = `an answer of more than ${bytesMax} bytes`;
      throw new KubernetesError('K8S_ANSWER_TOO_LARGE', message);
    }
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Errors of a connection say nothing of why it was given up. */
function toKubernetesError(error: unknown, deadline: Deadline): KubernetesError {
  if (deadline.hasPassed) {
    const message = 'the API server did not answer in time';
    return new KubernetesError('K8S_SERVER_SILENT', message, { cause: error });
  }
  return error instanceof KubernetesError ? error : unreachable(error);
}
