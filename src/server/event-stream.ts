/** The events of one client: bounded, in order, and honest about what was left out. */
import { Readable } from 'node:stream';

/** Text kept for one slow client, in UTF-16 units; a second or two of a busy node. */
const QUEUE_LENGTH_MAX = 2 * 1024 * 1024;

/** A stream in text of newline-delimited JSON. */
export interface EventStream {
  readonly readable: Readable;
  /** Takes lines without line ends; neither waits nor throws. */
  write(lines: readonly string[]): void;
  /** Ends the text after the lines that are waiting. */
  end(): void;
}

export interface EventStreamOptions {
  readonly lengthMax?: number | undefined;
  /** Told of lines that are left out, when they are. */
  readonly onMissed?: ((count: number) => void) | undefined;
}

/**
 * Makes a stream that keeps at most `lengthMax` of text (2 Mi UTF-16 units unless said otherwise).
 * When that is full, lines are left out until the client has read what waits, and a line
 * `{"lost":{"count":N}}` stands where they would have been.
 */
export function createEventStream({
  lengthMax = QUEUE_LENGTH_MAX,
  onMissed = () => undefined,
}: EventStreamOptions = {}): EventStream {
  const queue = new LineQueue(lengthMax);
  let isWanted = false;
  let isEnding = false;
  const readable = new Readable({ read: () => flush(true) });

  function flush(wanted: boolean): void {
    isWanted = wanted;
    if (readable.destroyed || readable.readableEnded || !isWanted) return;
    const text = queue.take();
    if (text !== '') isWanted = readable.push(text);
    else if (isEnding) readable.push(null);
  }

  return {
    readable,
    write(lines) {
      if (isEnding || readable.destroyed) return;
      const missed = queue.add(lines);
      if (missed > 0) onMissed(missed);
      flush(isWanted);
    },
    end() {
      if (isEnding) return;
      isEnding = true;
      flush(isWanted);
    },
  };
}

class LineQueue {
  readonly #lengthMax: number;
  #lines: string[] = [];
  #length = 0;
  #lost = 0;

  constructor(lengthMax: number) {
    this.#lengthMax = lengthMax;
  }

  /** How many of them are left out. */
  add(lines: readonly string[]): number {
    const before = this.#lost;
    for (const line of lines) {
      // Once a line was left out the rest must be too, so that the mark stands in the right place.
      if (this.#lost > 0 || this.#length + line.length > this.#lengthMax) {
        this.#lost += 1;
        continue;
      }
      this.#lines.push(line);
      this.#length += line.length;
    }
    return this.#lost - before;
  }

  /** Everything that waits, with line ends; empty when nothing does. */
  take(): string {
    if (this.#lost > 0) this.#lines.push(JSON.stringify({ lost: { count: this.#lost } }));
    const text = this.#lines.map((line) => `${line}\n`).join('');
    this.#lines = [];
    this.#length = 0;
    this.#lost = 0;
    return text;
  }
}
