/** The sink of NATS JetStream: every message is acked by the server that stores it. */
import type { MsgHdrs, NatsConnection, Status } from 'nats';
import type { DeliveryOutcome, Dispatch } from '../../../model/delivery.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import { ExportError } from '../../errors.ts';
import { JSON_FORMAT, type MessageFormat } from '../sink-type.ts';
import { type Ack, AckWindow } from './ack-window.ts';
import { closeNats, connectNats } from './connect.ts';
import type { NatsServer } from './options.ts';
import { DEFAULT_STREAMS, ensureStreams, type StreamPlan } from './streams.ts';
import { DEFAULT_PREFIX, headersOf, subjectOf } from './subjects.ts';

const ACK_TIMEOUT_MS = 5000;
/** By which the server knows duplicates. */
const ID_HEADER = 'Nats-Msg-Id';
/** Codes of JetStream for a message that no stream of this size takes. */
const REJECTING = new Set([10_054]);
/** Of the library, for a message above `max_payload` of the server. */
const TOO_LARGE = 'MAX_PAYLOAD_EXCEEDED';

export interface NatsSinkOptions {
  readonly server: NatsServer;
  readonly cluster: string;
  /** `warder.v1` unless given. */
  readonly prefix?: string | undefined;
  /** `ensure` makes or checks them, which takes rights that `assume` does not need. */
  readonly streams: 'ensure' | 'assume';
  readonly plans?: readonly StreamPlan[] | undefined;
  readonly replicas?: number | undefined;
  readonly ackTimeoutMs?: number | undefined;
  /** What the messages are made of; as they are unless given. */
  readonly format?: MessageFormat | undefined;
}

/** All messages of a call are in flight at once. */
export class NatsSink implements DeliverySink {
  readonly #options: NatsSinkOptions;
  readonly #prefix: string;
  #connection: NatsConnection | undefined;
  #acks: AckWindow | undefined;
  #createHeaders: (() => MsgHdrs) | undefined;
  #isConnected = false;
  #isClosed = false;
  #areStreamsChecked = false;
  #onReady: () => void = () => undefined;

  constructor(options: NatsSinkOptions) {
    this.#options = options;
    this.#prefix = options.prefix ?? DEFAULT_PREFIX;
  }

  onReady(listener: () => void): void {
    this.#onReady = listener;
  }

  async open(): Promise<void> {
    try {
      await this.#connect();
      await this.#ensureStreams();
    } catch (error) {
      if (error instanceof ExportError) throw error;
      throw new ExportError('SINK_NATS_FAILED', reasonOf(error), { cause: error });
    }
  }

  async deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    await this.open();
    if (!this.#isConnected) return dispatches.map(() => retry('the server is away'));
    return Promise.all(dispatches.map((dispatch) => this.#publish(dispatch)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#acks?.close();
    if (connection !== undefined) await closeNats(connection);
  }

  async #connect(): Promise<void> {
    if (this.#connection !== undefined && !this.#connection.isClosed()) return;
    if (this.#isClosed) throw new ExportError('SINK_NATS_FAILED', 'the agent ends');
    const { createInbox, headers } = await import('nats');
    const connection = await connectNats(this.#options.server);
    if (this.#isClosed) {
      await closeNats(connection);
      throw new ExportError('SINK_NATS_FAILED', 'the agent ends');
    }
    this.#connection = connection;
    const timeoutMs = this.#ackTimeoutMs;
    this.#acks?.close();
    this.#acks = new AckWindow({ connection, inbox: createInbox(), timeoutMs });
    this.#createHeaders = headers;
    this.#isConnected = true;
    this.#areStreamsChecked = false;
    this.#follow(connection).catch(() => undefined);
  }

  /** While the server is away, messages stay on disk instead of in the buffer of the library. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (connection !== this.#connection) return;
      if (status.type === 'disconnect') {
        this.#isConnected = false;
        this.#acks?.giveUp('the connection broke');
      }
      this.#giveUpForbidden(status);
      if (status.type !== 'reconnect') continue;
      this.#isConnected = true;
      this.#areStreamsChecked = false;
      this.#onReady();
    }
  }

  /** What the server says of a message that it does not allow names its subject alone. */
  #giveUpForbidden({ permissionContext }: Status): void {
    if (permissionContext?.operation !== 'publish') return;
    this.#acks?.giveUp('the server does not allow the subject', permissionContext.subject);
  }

  async #ensureStreams(): Promise<void> {
    const { streams, plans = DEFAULT_STREAMS, replicas = 1 } = this.#options;
    const connection = this.#connection;
    if (this.#areStreamsChecked || !this.#isConnected || connection === undefined) return;
    if (streams === 'ensure') {
      const manager = await connection.jetstreamManager({ timeout: this.#ackTimeoutMs });
      await ensureStreams(manager, { plans, replicas, prefix: this.#prefix });
    }
    this.#areStreamsChecked = true;
  }

  async #publish(dispatch: Dispatch): Promise<DeliveryOutcome> {
    const [acks, create] = [this.#acks, this.#createHeaders];
    if (acks === undefined || create === undefined) return retry('there is no connection');
    const scheme = { prefix: this.#prefix, cluster: this.#options.cluster };
    const { message } = dispatch;
    const format = this.#options.format ?? JSON_FORMAT;
    const headers = create();
    headers.set(ID_HEADER, message.id);
    for (const [name, value] of headersOf(scheme, dispatch)) headers.set(name, value);
    // Of the format, not of the message as it was.
    headers.set('content-type', format.contentType);
    try {
      const ack = await acks.publish(subjectOf(scheme, message), format.encode(message), headers);
      return this.#outcomeOf(ack);
    } catch (error) {
      const isTooLarge = error instanceof Error && 'code' in error && error.code === TOO_LARGE;
      if (!isTooLarge) return retry(reasonOf(error));
      return { kind: 'rejected', reason: 'above max_payload of the server' };
    }
  }

  #outcomeOf(ack: Ack): DeliveryOutcome {
    if (ack.kind === 'stored') return { kind: 'delivered', isDuplicate: ack.isDuplicate };
    if (ack.kind === 'silent') return retry(ack.reason);
    if (ack.kind === 'refused') {
      const { code, reason } = ack;
      return REJECTING.has(code) ? { kind: 'rejected', reason } : retry(reason);
    }
    // The stream was deleted, or JetStream is off: next time it is looked for again.
    this.#areStreamsChecked = false;
    return retry('no stream takes the subject');
  }

  get #ackTimeoutMs(): number {
    return this.#options.ackTimeoutMs ?? ACK_TIMEOUT_MS;
  }
}

function retry(reason: string): DeliveryOutcome {
  return { kind: 'retry', reason };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
