/** The sink of OTLP: log records to a collector over HTTP, in JSON. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DeliveryOutcome, Dispatch } from '../../../model/delivery.ts';
import type { Logger } from '../../../model/log.ts';
import type { Clock } from '../../clock.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import { Poster } from '../http/poster.ts';
import type { MessageFormat } from '../sink-type.ts';
import type { TlsFiles } from '../tls/compile-tls.ts';
import { createRequestWriter, type LogRequestWriter, type LogSource } from './log-request.ts';
import { otlpOutcome } from './otlp-outcome.ts';

const ANSWER_BYTES_MAX = 64 * 1024;

export interface OtlpSinkOptions {
  /** Of the logs: `http://localhost:4318/v1/logs`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly tls?: TlsFiles | undefined;
  readonly isCompressed: boolean;
  readonly timeoutMs: number;
  readonly source: LogSource;
  readonly format: MessageFormat;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Events go together, alerts each alone: a collector that refuses a part of a request does not say
 * which part.
 */
export class OtlpSink implements DeliverySink {
  readonly #options: OtlpSinkOptions;
  readonly #poster: Poster;
  #writer: LogRequestWriter | undefined;

  constructor(options: OtlpSinkOptions) {
    this.#options = options;
    const { timeoutMs, tls } = options;
    const url = new URL(options.url);
    this.#poster = new Poster({ url, timeoutMs, tls, answerBytesMax: ANSWER_BYTES_MAX });
  }

  async open(): Promise<void> {
    const { source, format } = this.#options;
    this.#writer ??= await createRequestWriter(source, format);
  }

  async deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    await this.open();
    const outcomes = new Map<Dispatch, DeliveryOutcome>();
    const isAlone = ({ message: { kind } }: Dispatch): boolean =>
      kind === 'alert' || kind === 'alert_update';
    const together = dispatches.filter((dispatch) => !isAlone(dispatch));
    const groups = [...dispatches.filter(isAlone).map((dispatch) => [dispatch]), together];
    await Promise.all(groups.map((group) => this.#sendGroup(group, outcomes)));
    const nothing: DeliveryOutcome = { kind: 'retry', reason: 'it was not sent' };
    return dispatches.map((dispatch) => outcomes.get(dispatch) ?? nothing);
  }

  async close(): Promise<void> {
    this.#poster.close();
  }

  /** One bad record must not take the others with it. */
  async #sendGroup(
    group: readonly Dispatch[],
    outcomes: Map<Dispatch, DeliveryOutcome>,
  ): Promise<void> {
    if (group.length === 0) return;
    const outcome = await this.#send(group);
    if (outcome.kind !== 'rejected' || group.length === 1) {
      for (const dispatch of group) outcomes.set(dispatch, outcome);
      return;
    }
    const middle = Math.ceil(group.length / 2);
    await this.#sendGroup(group.slice(0, middle), outcomes);
    await this.#sendGroup(group.slice(middle), outcomes);
  }

  async #send(group: readonly Dispatch[]): Promise<DeliveryOutcome> {
    const { clock } = this.#options;
    try {
      const answer = await this.#post(group);
      const { outcome, refused, reason } = otlpOutcome(answer, group.length, clock.now());
      if (outcome.kind === 'delivered' && refused > 0) this.#warn(refused, reason);
      return outcome;
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async #post(group: readonly Dispatch[]): ReturnType<Poster['post']> {
    const { clock, isCompressed, headers } = this.#options;
    const writer = this.#writer;
    if (writer === undefined) throw new Error('the sink is not open');
    const plain = writer(group, clock.now());
    const body = isCompressed ? await promisify(gzip)(plain) : plain;
    return this.#poster.post(body, {
      ...headers,
      'content-type': 'application/json',
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    });
  }

  #warn(refused: number, reason: string): void {
    const message = `the collector refused ${refused} records of a request: ${reason}`;
    this.#options.logger.warn({ code: 'SINK_RECORDS_REFUSED', refused }, message);
  }
}
