/** Messages for tests of delivery. */
import type { OutboundMessage } from '../../src/model/delivery.ts';

export function aMessage(number: number, changes: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    id: `node-1/boot-1/${number}`,
    kind: 'event',
    severity: 'informational',
    node: 'node-1',
    namespace: 'shop',
    timeMs: 1_800_000_000_000 + number,
    rule: '',
    body: JSON.stringify({ number, text: 'päyload' }),
    ...changes,
  };
}

export function messages(
  from: number,
  to: number,
  changes: Partial<OutboundMessage> = {},
): readonly OutboundMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => aMessage(from + index, changes));
}
