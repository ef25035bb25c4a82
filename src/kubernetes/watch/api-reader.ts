/** Reads from an API server: whole answers, and lines as they come. */
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubernetesError } from '../errors.ts';

/** A page of 500 pods is some MiB; a line is one object. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
const LINE_LENGTH_MAX = 16 * 1024 * 1024;

/** Of an answer that is no list, for messages. */
const REASON_LENGTH_MAX = 300;

export type Query = Readonly<Record<string, string>>;

export interface ApiReaderOptions {
  /** Called again when the server does not know this agent any more: tokens are rotated. */
  readonly loadConfig: () => KubeConfig;
  /** Without a byte for that long, a connection is given up. */
  readonly idleMs: number;
}

/** Throws KubernetesError only. */
export class ApiReader {
  readonly #options: ApiReaderOptions;
  #config: KubeConfig;

  constructor(options: ApiReaderOptions) {
    this.#options = options;
    this.#config = options.loadConfig();
  }

  /** The JSON of a path. */
  async read(path: string, query: Query, signal: AbortSignal): Promise<unknown> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of await this.#open(path, query, signal)) {
      parts.push(part);
      size += part.length;
      if (size > ANSWER_BYTES_MAX) throw invalid(`the answer to ${path} has no end`);
    }
    return parse(Buffer.concat(parts).toString('utf8'), path);
  }

  /** Objects that come one in a line. A last line that does not end is none. */
  async *watch(path: string, query: Query, signal: AbortSignal): AsyncGenerator<unknown> {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for await (const part of await this.#open(path, { ...query, watch: 'true' }, signal)) {
      const lines = (rest + decoder.write(part)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LINE_LENGTH_MAX) throw invalid(`a line of ${path} has no end`);
      for (const line of lines) if (line.trim() !== '') yield parse(line, path);
    }
  }

  async #open(path: string, query: Query, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const { loadConfig, idleMs } = this.#options;
    const config = this.#config;
    const options: RequestOptions = { method: 'GET', headers: {}, timeout: idleMs, signal };
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw away('there is nothing to prove who this agent is', cause);
    }
    const url = new URL(`${config.getCurrentCluster()?.server ?? ''}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    options.headers = { ...options.headers, accept: 'application/json' };
    const response = await send(url, options);
    const status = response.statusCode ?? 0;
    if (status === 200) return contentOf(response, url.host);
    if (status === 401) this.#config = loadConfig();
    throw new KubernetesError('K8S_REFUSED', await describe(status, response), {
      status,
      retryAfterMs: retryAfter(response.headers['retry-after']),
    });
  }
}

function send(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options);
    sent.once('response', resolve);
    sent.once('timeout', () => sent.destroy(new Error('it does not answer')));
    sent.once('error', (error) => reject(away(`${url.host}: ${error.message}`, error)));
    sent.end();
  });
}

/** A connection that breaks off ends in an error, however it does. */
async function* contentOf(response: IncomingMessage, host: string): AsyncGenerator<Buffer> {
  response.socket.on('timeout', () => response.destroy(new Error('it fell silent')));
  try {
    for await (const part of response) yield part;
  } catch (cause) {
    throw away(`${host}: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

async function describe(status: number, response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const part of response) {
      text += String(part);
      if (text.length > REASON_LENGTH_MAX) break;
    }
  } catch {
    // The status says enough.
  }
  return `${status} ${messageIn(text)}`.trim().slice(0, REASON_LENGTH_MAX);
}

/** Of a Status; else what a proxy wrote. */
function messageIn(text: string): string {
  try {
    const { message } = { message: '', ...Object(JSON.parse(text)) };
    return typeof message === 'string' ? message : '';
  } catch {
    return text;
  }
}

function retryAfter(header: string | undefined): number {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} sent what is no JSON`, cause);
  }
}

function invalid(message: string, cause?: unknown): KubernetesError {
  return new KubernetesError('K8S_ANSWER_INVALID', message, { cause });
}

function away(message: string, cause: unknown): KubernetesError {
  return new KubernetesError('K8S_AWAY', message, { cause });
}
