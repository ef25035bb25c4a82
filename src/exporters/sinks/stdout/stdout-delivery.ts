/** Standard output as a destination: a line for each message. */
import type { DeliveryOutcome, Dispatch } from '../../../model/delivery.ts';
import type { DeliverySink } from '../../delivery-sink.ts';
import type { ChunkWriter } from '../../stdout/stdout-sink.ts';
import { LineBuffer } from '../line-buffer.ts';
import type { MessageFormat } from '../sink-type.ts';

export interface StdoutDeliveryOptions {
  /** One that others share has to keep their chunks and these apart. */
  readonly writeChunk: ChunkWriter;
  readonly format: MessageFormat;
}

/** A reader that went away does not come back: messages are kept until the sink is enabled. */
export class StdoutDelivery implements DeliverySink {
  readonly #options: StdoutDeliveryOptions;
  readonly #lines: LineBuffer = new LineBuffer();

  constructor(options: StdoutDeliveryOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {}

  async deliver(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    const { writeChunk, format } = this.#options;
    const outcome = await writeChunk(this.#lines.fill(dispatches, format)).then(
      (): DeliveryOutcome => ({ kind: 'delivered' }),
      (error: unknown) => outcomeOf(error),
    );
    return dispatches.map(() => outcome);
  }

  async close(): Promise<void> {}
}

function outcomeOf(error: unknown): DeliveryOutcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  const isClosed = code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_DESTROYED';
  if (isClosed) return { kind: 'gone', reason: 'the reader of standard output went away' };
  return { kind: 'retry', reason: `standard output cannot be written: ${code}` };
}
