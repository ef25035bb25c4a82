/** The sink of NATS JetStream: every message is acked by the server that stores it. */
import type { JetStreamClient, NatsConnection } from 'nats';
import type { DeliveryOutcome, Dispatch } from '../../../model/delivery.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import { ExportError } from '../../errors.ts';
import { JSON_FORMAT, type MessageFormat } from '../sink-type.ts';
import { connectionOptions, type NatsServer } from './options.ts';
import { apiCodeOf, DEFAULT_STREAMS, ensureStreams, type StreamPlan } from './streams.ts';
import { DEFAULT_PREFIX, headersOf, subjectOf } from './subjects.ts';

const ACK_TIMEOUT_MS = 5000;
/** Codes of JetStream for a message that no stream of this size takes. */
const REJECTING = new Set([10_054]);
/** Of the library, for a message above `max_payload` of the server. */
const TOO_LARGE = 'MAX_PAYLOAD_EXCEEDED';
const NO_RESPONDERS = '503';

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
  #stream: JetStreamClient | undefined;
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
    await connection?.close();
  }

  async #connect(): Promise<void> {
    if (this.#connection !== undefined && !this.#connection.isClosed()) return;
    if (this.#isClosed) throw new ExportError('SINK_NATS_FAILED', 'the agent ends');
    const { connect } = await import('nats');
    const connection = await connect(await connectionOptions(this.#options.server));
    if (this.#isClosed) {
      await connection.close();
      throw new ExportError('SINK_NATS_FAILED', 'the agent ends');
    }
    this.#connection = connection;
    this.#stream = connection.jetstream({ timeout: this.#ackTimeoutMs });
    this.#isConnected = true;
    this.#areStreamsChecked = false;
    this.#follow(connection).catch(() => undefined);
  }

  /** While the server is away, messages stay on disk instead of in the buffer of the library. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (connection !== this.#connection) return;
      if (type === 'disconnect') this.#isConnected = false;
      if (type !== 'reconnect') continue;
      this.#isConnected = true;
      this.#areStreamsChecked = false;
      this.#onReady();
    }
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
    const stream = this.#stream;
    if (stream === undefined) return retry('there is no connection');
    const scheme = { prefix: this.#prefix, cluster: this.#options.cluster };
    const { message } = dispatch;
    const format = this.#options.format ?? JSON_FORMAT;
    try {
      const { headers: create } = await import('nats');
      const headers = create();
      for (const [name, value] of headersOf(scheme, dispatch)) headers.set(name, value);
      headers.set('content-type', format.contentType);
      const ack = await stream.publish(subjectOf(scheme, message), format.encode(message), {
        msgID: message.id,
        headers,
        timeout: this.#ackTimeoutMs,
      });
      return { kind: 'delivered', isDuplicate: ack.duplicate };
    } catch (error) {
      return this.#outcomeOf(error);
    }
  }

  #outcomeOf(error: unknown): DeliveryOutcome {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === TOO_LARGE) return { kind: 'rejected', reason: 'above max_payload of the server' };
    if (REJECTING.has(apiCodeOf(error) ?? 0)) return { kind: 'rejected', reason: reasonOf(error) };
    if (code !== NO_RESPONDERS) return retry(reasonOf(error));
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
