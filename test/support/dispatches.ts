/** Messages as sinks are handed them. */
import type { Dispatch, OutboundMessage } from '../../src/model/delivery.ts';
import { messages } from './messages.ts';

export function dispatch(message: OutboundMessage, number = 1): Dispatch {
  return { message, series: 'series/matched', first: number, last: number, attempts: 0 };
}

export function dispatches(
  from: number,
  through: number,
  changes: Partial<OutboundMessage> = {},
): readonly Dispatch[] {
  return messages(from, through, changes).map((message, index) => dispatch(message, from + index));
}
