/** Cuts a stream into lines of JSON. */
import { KubernetesError } from '../errors.ts';

const NEWLINE = 10;

/** Several times what an API server stores as one object. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The values of the lines. Throws a KubernetesError with K8S_ANSWER_INVALID at the first line that
 * is not JSON or is longer than `bytesMax`, and with K8S_SERVER_UNREACHABLE when the end comes
 * within a line.
 */
export async function* readJsonLines(
  stream: AsyncIterable<Buffer>,
  bytesMax: number = LINE_BYTES_MAX,
): AsyncGenerator<unknown, void, void> {
  const line = new PartialLine(bytesMax);
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      start = end + 1;
      const text = line.take();
      if (text !== '') yield parseJson(text);
    }
    line.add(chunk.subarray(start));
  }
  if (line.take() === '') return;
  throw new KubernetesError('K8S_SERVER_UNREACHABLE', 'the connection ended within a line');
}

/** Perhaps a number with more digits than are exact. */
const LONG_NUMBER = /\d{16}/;

/**
 * Integers that numbers of JavaScript cannot hold become text, which policies may write numbers as.
 * Throws a KubernetesError with K8S_ANSWER_INVALID.
 */
export function parseJson(text: string): unknown {
  try {
    return LONG_NUMBER.test(text) ? JSON.parse(text, keepExact) : JSON.parse(text);
  } catch (cause) {
    const message = `${text.length} characters that are not JSON`;
    throw new KubernetesError('K8S_ANSWER_INVALID', message, { cause });
  }
}

function keepExact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
  const { source = '' } = context ?? {};
  return isInexact && /^-?\d+$/.test(source) ? source : value;
}

/** Bytes are joined once, when the line is whole: a character may be cut by a packet. */
class PartialLine {
  readonly #bytesMax: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#bytes > this.#bytesMax) {
      const message = `a line of more than ${this.#bytesMax} bytes`;
      throw new KubernetesError('K8S_ANSWER_INVALID', message);
    }
    this.#pieces.push(piece);
  }

  take(): string {
    const text = Buffer.concat(this.#pieces).toString('utf8').trim();
    this.#pieces = [];
    this.#bytes = 0;
    return text;
  }
}
