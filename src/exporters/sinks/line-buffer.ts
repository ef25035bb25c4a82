/** Messages as lines of bytes, in one buffer that is used again and again. */
import type { Dispatch } from '../../model/delivery.ts';
import type { MessageFormat } from './sink-type.ts';

const LINE_END = 0x0a;
/** No character takes more in UTF-8. */
const BYTES_OF_CHARACTER_MAX = 3;
/** What was needed once, for a large batch, is not kept for ever. */
const KEPT_BYTES_MAX = 8 * 1024 * 1024;

export class LineBuffer {
  #bytes: Buffer = Buffer.alloc(0);

  /** A line for each message. What it returns holds until it is called again. */
  fill(dispatches: readonly Dispatch[], format: MessageFormat): Buffer {
    let bytes = this.#bytes;
    let end = 0;
    for (const { message } of dispatches) {
      const line = oneLine(format.encode(message));
      const room = end + line.length * BYTES_OF_CHARACTER_MAX + 1;
      if (bytes.length < room) bytes = grown(bytes.subarray(0, end), room);
      end += bytes.write(line, end, 'utf8');
      bytes[end] = LINE_END;
      end += 1;
    }
    if (bytes.length <= KEPT_BYTES_MAX) this.#bytes = bytes;
    return bytes.subarray(0, end);
  }
}

/** The same bytes with room for these and more. */
function grown(bytes: Buffer, room: number): Buffer {
  const next = Buffer.allocUnsafeSlow(2 * room);
  bytes.copy(next);
  return next;
}

/** A format that breaks lines must not make two messages of one. */
export function oneLine(text: string): string {
  if (!text.includes('\n') && !text.includes('\r')) return text;
  return text.trimEnd().replace(/\r\n?|\n/g, ' ');
}
