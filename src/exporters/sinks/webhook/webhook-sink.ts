/** The sink of webhooks, as Standard Webhooks 1.0.0 describes them: one request per message. */
import type { DeliveryOutcome, Dispatch, OutboundMessage } from '../../../model/delivery.ts';
import type { Clock } from '../../clock.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import { Poster } from '../http/poster.ts';
import type { TlsFiles } from '../tls/compile-tls.ts';
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
import { GENERIC_TEMPLATE, type WebhookPayload, type WebhookTemplate } from './template.ts';

const TIMEOUT_MS = 15_000;
const BODY_BYTES_MAX = 256 * 1024;
const USER_AGENT = 'warder-webhook/1';

/** So many requests are made at once. */
export const WEBHOOK_BATCH: { readonly records: number; readonly bytes: number } = {
  records: 4,
  bytes: 1024 * 1024,
};

export interface WebhookOptions {
  readonly url: string;
  /** None signs nothing. All sign: while one replaces another, receivers know one of them. */
  readonly secrets: readonly string[];
  /** Networks that are not public and may be sent to all the same, as `10.1.0.0/16`. */
  readonly allowedNetworks?: readonly string[] | undefined;
  /** Also http, which anybody in between can read. */
  readonly allowsPlain?: boolean | undefined;
  /** Added to every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly tls?: TlsFiles | undefined;
  /** What the messages are made of; as they are unless given. */
  readonly template?: WebhookTemplate | undefined;
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
  readonly #poster: Poster;

  /** Throws SINK_TARGET_INVALID or SINK_SECRET_INVALID. */
  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#url = parseTarget(options.url, options.allowsPlain ?? false);
    this.#policy = createTargetPolicy(options.allowedNetworks ?? []);
    this.#signers = options.secrets.map(createSigner);
    const { timeoutMs = TIMEOUT_MS, resolve = systemResolve, tls } = options;
    const lookup = checkedLookup(this.#policy, resolve);
    this.#poster = new Poster({ url: this.#url, timeoutMs, answerBytesMax: 0, tls, lookup });
  }

  async open(): Promise<void> {
    checkHost(this.#url, this.#policy);
  }

  deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    return Promise.all(dispatches.map(({ message }) => this.#send(message)));
  }

  async close(): Promise<void> {
    this.#poster.close();
  }

  async #send(message: OutboundMessage): Promise<DeliveryOutcome> {
    const { template = GENERIC_TEMPLATE, clock } = this.#options;
    const payload = template.render(message, clock.now());
    const { body } = payload;
    const size = Buffer.byteLength(body);
    const { bytesMax = BODY_BYTES_MAX } = template;
    if (size > bytesMax)
      return { kind: 'rejected', reason: `${size} bytes, more than ${bytesMax}` };
    try {
      checkHost(this.#url, this.#policy);
      const headers = this.#headers(message, payload);
      const { status, headers: answered } = await this.#poster.post(body, headers);
      if (template.rejecting.includes(status)) {
        return { kind: 'rejected', reason: `status ${status}` };
      }
      return outcomeOf({ status, retryAfter: answered['retry-after'], now: clock.now() });
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #headers(
    message: OutboundMessage,
    { body, contentType, headers }: WebhookPayload,
  ): Readonly<Record<string, string>> {
    const id = webhookId(message.id);
    const timestamp = String(Math.floor(this.#options.clock.now() / 1000));
    const content = `${id}.${timestamp}.${body}`;
    const signature = this.#signers.map((sign) => sign(content)).join(' ');
    return {
      ...this.#options.headers,
      ...headers,
      'content-type': contentType,
      'user-agent': USER_AGENT,
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      ...(signature === '' ? {} : { 'webhook-signature': signature }),
    };
  }
}

/** The parts of what is signed are joined by full stops, so that an id may not have any. */
export function webhookId(id: string): string {
  return encodeURIComponent(id).replaceAll('.', '%2E').replaceAll('%2F', '/');
}
