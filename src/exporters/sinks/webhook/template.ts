/** What a webhook is told of a message: the message itself, or what a certain receiver takes. */
import type { OutboundMessage } from '../../../model/delivery.ts';
import { JSON_FORMAT, type MessageFormat } from '../sink-type.ts';

export interface WebhookPayload {
  readonly body: string;
  readonly contentType: string;
  /** Beside those of the sink. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface WebhookTemplate {
  /** Statuses by which this receiver says that it will never take the message. */
  readonly rejecting: readonly number[];
  /** What the receiver takes; 256 KiB unless given. */
  readonly bytesMax?: number | undefined;
  /** Never throws. `nowMs` is the wall clock. */
  render(message: OutboundMessage, nowMs: number): WebhookPayload;
}

/** Messages as they are, in a format. */
export function genericTemplate(
  format: MessageFormat,
  headersOf?: (message: OutboundMessage) => Readonly<Record<string, string>>,
): WebhookTemplate {
  const { contentType } = format;
  return {
    rejecting: [],
    render: (message) => ({
      ...{ body: format.encode(message), contentType, headers: headersOf?.(message) },
    }),
  };
}

export const GENERIC_TEMPLATE: WebhookTemplate = genericTemplate(JSON_FORMAT);
