/** The sink of webhooks, as Standard Webhooks 1.0.0 describes them: one request per message. */
import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { type RequestOptions, request as requestSecure } from 'node:https';
import type { DeliveryOutcome, Dispatch, OutboundMessage } from '../../../model/delivery.ts';
import type { Clock } from '../../clock.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import { outcomeOf } from './outcome.ts';
import { createSigner, type Signer } from './signing.ts';
import {
  checkedLookup,
  checkHost,
  createTargetPolicy,
  parseTarget,
  type Resolve,
  systemResolve,
  type TargetPolicy,
} from './targets.ts';

const TIMEOUT_MS = 15_000;
const BODY_BYTES_MAX = 256 * 1024;
/** Of the head of an answer; nothing else of it is read. */
const ANSWER_BYTES_MAX = 16 * 1024;
const USER_AGENT = 'warder-webhook/1';

/** So many requests are made at once. */
export const WEBHOOK_BATCH: { readonly records: number; readonly bytes: number } = {
  records: 4,
  bytes: 1024 * 1024,
};

export interface WebhookOptions {
  readonly url: string;
  /** All of them sign: while one is replaced by another, receivers know one of the two. */
  readonly secrets: readonly string[];
  /** Networks that are not public and may be sent to all the same, as `10.1.0.0/16`. */
  readonly allowedNetworks?: readonly string[] | undefined;
  /** Also http, which anybody in between can read. */
  readonly allowsPlain?: boolean | undefined;
  /** Added to every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** PEM of the authorities that are trusted instead of the system's. */
  readonly ca?: string | undefined;
  /** From the beginning to the head of the answer. */
  readonly timeoutMs?: number | undefined;
  readonly clock: Clock;
  readonly resolve?: Resolve | undefined;
}

export class WebhookSink implements DeliverySink {
  readonly #options: WebhookOptions;
  readonly #url: URL;
  readonly #signers: readonly Signer[];
  readonly #policy: TargetPolicy;
  readonly #running = new Set<ClientRequest>();

  /** Throws SINK_TARGET_INVALID or SINK_SECRET_INVALID. */
  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#url = parseTarget(options.url, options.allowsPlain ?? false);
    this.#policy = createTargetPolicy(options.allowedNetworks ?? []);
    this.#signers = options.secrets.map(createSigner);
  }

  async open(): Promise<void> {
    checkHost(this.#url, this.#policy);
  }

  deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    return Promise.all(dispatches.map(({ message }) => this.#send(message)));
  }

  async close(): Promise<void> {
    for (const request of this.#running) request.destroy(new Error('the agent ends'));
  }

  async #send(message: OutboundMessage): Promise<DeliveryOutcome> {
    const size = Buffer.byteLength(message.body);
    if (size > BODY_BYTES_MAX) {
      return { kind: 'rejected', reason: `${size} bytes, more than ${BODY_BYTES_MAX}` };
    }
    try {
      checkHost(this.#url, this.#policy);
      const { statusCode = 0, headers } = await this.#request(message);
      const now = this.#options.clock.now();
      return outcomeOf({ status: statusCode, retryAfter: headers['retry-after'], now });
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Resolves with the head of the answer. Redirections are answers as others are. */
  #request(message: OutboundMessage): Promise<IncomingMessage> {
    const { timeoutMs = TIMEOUT_MS, resolve: ask = systemResolve, ca } = this.#options;
    const options: RequestOptions = {
      method: 'POST',
      headers: this.#headers(message),
      // A connection of its own: one that is kept could be to an address that was not checked.
      agent: false,
      lookup: checkedLookup(this.#policy, ask),
      maxHeaderSize: ANSWER_BYTES_MAX,
      ...(ca === undefined ? {} : { ca }),
    };
    const start = this.#url.protocol === 'https:' ? requestSecure : requestPlain;
    return new Promise((resolve, reject) => {
      const request = start(this.#url, options);
      this.#running.add(request);
      const late = new Error(`no answer within ${timeoutMs} ms`);
      const timer = setTimeout(() => request.destroy(late), timeoutMs);
      request.on('response', (response) => {
        response.destroy();
        resolve(response);
      });
      request.on('error', reject);
      request.on('close', () => {
        clearTimeout(timer);
        this.#running.delete(request);
        reject(new Error('the connection was closed without an answer'));
      });
      request.end(message.body);
    });
  }

  #headers(message: OutboundMessage): Readonly<Record<string, string>> {
    const id = webhookId(message.id);
    const timestamp = String(Math.floor(this.#options.clock.now() / 1000));
    const content = `${id}.${timestamp}.${message.body}`;
    return {
      ...this.#options.headers,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(message.body)),
      'user-agent': USER_AGENT,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': this.#signers.map((sign) => sign(content)).join(' '),
    };
  }
}

/** The parts of what is signed are joined by full stops, so that an id may not have any. */
export function webhookId(id: string): string {
  return encodeURIComponent(id).replaceAll('.', '%2E').replaceAll('%2F', '/');
}
