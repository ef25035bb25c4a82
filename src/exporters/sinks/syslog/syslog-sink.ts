/** The sink of syslog: RFC 5424 over TLS, TCP or UDP. */
import type { DeliveryOutcome, Dispatch } from '../../../model/delivery.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import { oneLine } from '../line-buffer.ts';
import type { MessageFormat } from '../sink-type.ts';
import type { SyslogTransport } from './stream-transport.ts';
import { frame, type SyslogHead, syslogMessage } from './syslog-message.ts';

export interface SyslogSinkOptions {
  readonly head: SyslogHead;
  /** A new one each time; `isFramed` where octets are counted. */
  readonly transport: { readonly isFramed: boolean; create(): SyslogTransport };
  /** Larger messages are refused, as a part of one could not be read. */
  readonly bytesMax: number;
  readonly format: MessageFormat;
}

/** What was written is taken for delivered: the protocol has no answers. */
export class SyslogSink implements DeliverySink {
  readonly #options: SyslogSinkOptions;
  readonly #transport: SyslogTransport;

  constructor(options: SyslogSinkOptions) {
    this.#options = options;
    this.#transport = options.transport.create();
  }

  open(): Promise<void> {
    return this.#transport.open();
  }

  async deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    const { bytesMax } = this.#options;
    const texts = dispatches.map((dispatch) => this.#textOf(dispatch));
    const sizes = texts.map((text) => Buffer.byteLength(text));
    const fitting = texts.filter((_, index) => (sizes[index] ?? 0) <= bytesMax);
    const outcome = await this.#send(fitting);
    return sizes.map((size) =>
      size <= bytesMax
        ? outcome
        : { kind: 'rejected', reason: `${size} bytes, more than ${bytesMax}` },
    );
  }

  async close(): Promise<void> {
    this.#transport.close();
  }

  #textOf(dispatch: Dispatch): string {
    const { head, format } = this.#options;
    return syslogMessage(head, dispatch, oneLine(format.encode(dispatch.message)));
  }

  async #send(texts: readonly string[]): Promise<DeliveryOutcome> {
    const { isFramed } = this.#options.transport;
    try {
      if (texts.length > 0) await this.#transport.send(isFramed ? texts.map(frame) : texts);
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  }
}
