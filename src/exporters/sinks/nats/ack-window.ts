/**
 * Messages to JetStream that wait for their acks, over one subscription for all of them: a request
 * for each, as the client library makes it, costs three times as much.
 * The answers: https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */
import type { Msg, MsgHdrs, NatsConnection, Subscription } from 'nats';

/** What the server said to one message. */
export type Ack =
  | { readonly kind: 'stored'; readonly isDuplicate: boolean }
  | { readonly kind: 'refused'; readonly code: number; readonly reason: string }
  /** No stream takes the subject, or JetStream is off. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'silent'; readonly reason: string };

export interface AckWindowOptions {
  readonly connection: NatsConnection;
  /** Subjects below it are this window's alone. */
  readonly inbox: string;
  readonly timeoutMs: number;
}

interface Pending {
  readonly subject: string;
  readonly settle: (ack: Ack) => void;
}

const NO_RESPONDERS = 503;

export class AckWindow {
  readonly #options: AckWindowOptions;
  readonly #subscription: Subscription;
  readonly #pending = new Map<string, Pending>();
  #count = 0;

  constructor(options: AckWindowOptions) {
    this.#options = options;
    this.#subscription = options.connection.subscribe(`${options.inbox}.*`, {
      callback: (_, message) => this.#take(message),
    });
  }

  /** Never rejects. Throws what the library throws, as for a message that is too large. */
  publish(subject: string, body: string, headers: MsgHdrs): Promise<Ack> {
    const { connection, inbox, timeoutMs } = this.#options;
    this.#count += 1;
    const token = String(this.#count);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle(token, { kind: 'silent', reason: `no ack within ${timeoutMs} ms` });
      }, timeoutMs);
      const settle = (ack: Ack): void => {
        clearTimeout(timer);
        resolve(ack);
      };
      this.#pending.set(token, { subject, settle });
      try {
        connection.publish(subject, body, { reply: `${inbox}.${token}`, headers });
      } catch (error) {
        clearTimeout(timer);
        this.#pending.delete(token);
        reject(error);
      }
    });
  }

  /** Nobody will answer any more; of a subject, when one is given. */
  giveUp(reason: string, subject?: string): void {
    for (const [token, pending] of this.#pending) {
      if (subject !== undefined && pending.subject !== subject) continue;
      this.#settle(token, { kind: 'silent', reason });
    }
  }

  close(): void {
    this.giveUp('the connection was closed');
    if (!this.#options.connection.isClosed()) this.#subscription.unsubscribe();
  }

  #take({ subject, data, headers }: Msg): void {
    const token = subject.slice(this.#options.inbox.length + 1);
    const isNobody = data.length === 0 && headers?.code === NO_RESPONDERS;
    this.#settle(token, isNobody ? { kind: 'nobody' } : readAck(data));
  }

  #settle(token: string, ack: Ack): void {
    const pending = this.#pending.get(token);
    this.#pending.delete(token);
    pending?.settle(ack);
  }
}

/** An answer that is none counts as silence: the message is sent again, under its id. */
function readAck(data: Uint8Array): Ack {
  const answer = parse(data);
  const error = fieldsOf(answer['error']);
  if (typeof error['description'] === 'string' || typeof error['code'] === 'number') {
    const code = typeof error['err_code'] === 'number' ? error['err_code'] : 0;
    const reason = String(error['description'] ?? `code ${String(error['code'])}`);
    return { kind: 'refused', code, reason };
  }
  if (typeof answer['stream'] !== 'string' || typeof answer['seq'] !== 'number') {
    return { kind: 'silent', reason: 'the answer is not an ack of JetStream' };
  }
  return { kind: 'stored', isDuplicate: answer['duplicate'] === true };
}

function parse(data: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(Buffer.from(data).toString('utf8')));
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
