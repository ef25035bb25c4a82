/** What a kind of destination has to offer, so that a configuration can name it. */

import type { SecretSource } from '../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../model/config-problem.ts';
import type { MessageKind, OutboundMessage } from '../../model/delivery.ts';
import type { Logger } from '../../model/log.ts';
import type { Clock } from '../clock.ts';
import type { RetrySchedule } from '../delivery/retry-schedule.ts';
import type { DeliverySink } from '../delivery-sink.ts';
import type { ChunkWriter } from '../stdout/stdout-sink.ts';

/** How a message is written for those who read it. */
export interface MessageFormat {
  readonly name: string;
  readonly contentType: string;
  /** Never throws. */
  encode(message: OutboundMessage): string;
}

/** What every sink has of the agent that it runs in. */
export interface SinkSeams {
  readonly secrets: SecretSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly node: string;
  /** Empty when it has no name. */
  readonly cluster: string;
  readonly version: string;
  /** Of `format:`. */
  readonly format: MessageFormat;
  /** Of `envelope:`, for sinks whose messages have headers; the others find it in the format. */
  readonly isBinaryEnvelope?: boolean | undefined;
  /** Of standard output; a configuration that names it is refused without one. */
  readonly writeChunk?: ChunkWriter | undefined;
}

/** A destination that is checked and not connected yet. */
export interface SinkPlan {
  readonly type: string;
  /** Makes the sink; does not connect it. */
  create(): DeliverySink;
  readonly retry: RetrySchedule;
  readonly batch: { readonly records: number; readonly bytes: number };
  /** What it is sent when its route names no kinds; everything unless given. */
  readonly kinds?: readonly MessageKind[] | undefined;
}

export interface SinkType {
  readonly type: string;
  /** Keys of its entry besides those of every sink. */
  readonly keys: readonly string[];
  /** `value` is the whole entry of the sink, at `path`. */
  compile(value: unknown, path: ConfigPath, seams: SinkSeams): Compiled<SinkPlan>;
}

/** Keys of every sink's entry, which the sinks themselves do not read. */
export const SHARED_SINK_KEYS: readonly string[] = [
  ...['name', 'type', 'format', 'envelope', 'route', 'filter'],
];

/** Messages as they are. */
export const JSON_FORMAT: MessageFormat = {
  name: 'json',
  contentType: 'application/json',
  encode: ({ body }) => body,
};
