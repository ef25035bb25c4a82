/** Posts bodies over HTTP for sinks: one request at a time or many, each with an end. */
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  Agent as PlainAgent,
  request as requestPlain,
} from 'node:http';
import { type RequestOptions, request as requestSecure, Agent as SecureAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type TlsFiles, tlsOptions } from '../tls/compile-tls.ts';

/** Of the head of an answer. */
const HEAD_BYTES_MAX = 16 * 1024;

export interface PosterOptions {
  readonly url: URL;
  /** From the beginning to the end of what is read of the answer. */
  readonly timeoutMs: number;
  /** Of the body of an answer; what comes after is not read, and with 0 no body at all. */
  readonly answerBytesMax: number;
  readonly tls?: TlsFiles | undefined;
  /** With one, each request looks the name up and has a connection of its own. */
  readonly lookup?: LookupFunction | undefined;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Redirections are answers as others are. */
export class Poster {
  readonly #options: PosterOptions;
  readonly #agent: PlainAgent | SecureAgent | false;
  readonly #running = new Set<ClientRequest>();

  constructor(options: PosterOptions) {
    this.#options = options;
    const Agent = options.url.protocol === 'https:' ? SecureAgent : PlainAgent;
    // A connection that is kept could be to an address that was not checked.
    this.#agent = options.lookup === undefined && new Agent({ keepAlive: true, maxSockets: 4 });
  }

  /** Rejects when there is no answer in time. */
  post(body: string | Uint8Array, headers: Readonly<Record<string, string>>): Promise<PostAnswer> {
    const { url, timeoutMs, answerBytesMax, tls, lookup } = this.#options;
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      agent: this.#agent,
      maxHeaderSize: HEAD_BYTES_MAX,
      ...(lookup === undefined ? {} : { lookup }),
      ...tlsOptions(tls ?? {}),
    };
    const start = url.protocol === 'https:' ? requestSecure : requestPlain;
    return new Promise((resolve, reject) => {
      const request = start(url, options);
      this.#running.add(request);
      const late = new Error(`no answer within ${timeoutMs} ms`);
      const timer = setTimeout(() => request.destroy(late), timeoutMs);
      let isAnswered = false;
      request.on('response', (response) => {
        isAnswered = true;
        if (answerBytesMax > 0) readAnswer(response, answerBytesMax).then(resolve, reject);
        else resolve(answerOf(response.destroy(), ''));
      });
      request.on('error', reject);
      request.on('close', () => {
        clearTimeout(timer);
        this.#running.delete(request);
        // The body of an answer may still be on its way to who reads it.
        if (!isAnswered) reject(new Error('the connection was closed without an answer'));
      });
      request.end(body);
    });
  }

  close(): void {
    for (const request of this.#running) request.destroy(new Error('the agent ends'));
    if (this.#agent !== false) this.#agent.destroy();
  }
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: string): PostAnswer {
  return { status: statusCode, headers, body };
}

async function readAnswer(response: IncomingMessage, bytesMax: number): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bytesMax) break;
  }
  const body = Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8');
  return answerOf(response, body);
}
