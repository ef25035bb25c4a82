/** The events of an agent on its own standard output, after its banner. */
import type { Sink } from '../exporters/index.ts';
import type { EventLine } from './view/event-lines.ts';

/** Events that come while the agent starts; on a busy node a second of them. */
const HELD_MAX = 10_000;

/** Holds events back until the banner is printed, then passes them on, formatted. */
export class EventOutput {
  readonly #sink: Sink;
  readonly #format: (line: string) => EventLine;
  #held: string[] | undefined = [];
  #dropped = 0;
  #isBroken = false;

  constructor(sink: Sink, format: (line: string) => EventLine) {
    this.#sink = sink;
    this.#format = format;
  }

  /** Lines that were not printed because nobody read them in time. */
  get dropped(): number {
    return this.#dropped + this.#sink.counts().dropped;
  }

  /** Whether the banner is out. */
  get isOpen(): boolean {
    return this.#held === undefined;
  }

  /** Takes JSON lines; neither waits nor throws. */
  write(lines: readonly string[]): void {
    if (this.#isBroken) {
      this.#dropped += lines.length;
    } else if (this.#held === undefined) {
      this.#sink.write(lines.flatMap((line) => this.#text(line)));
    } else {
      const taken = lines.slice(0, HELD_MAX - this.#held.length);
      this.#held.push(...taken);
      this.#dropped += lines.length - taken.length;
    }
  }

  /** Prints these lines, then what was held back, and from now on everything. */
  open(banner: readonly string[]): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#sink.write(banner);
    this.write(held);
  }

  /** Prints a line that is not an event. */
  say(line: string): void {
    this.#sink.write([line]);
  }

  /** Nobody reads the output any more: formatting for nobody would only cost. */
  giveUp(): void {
    this.#isBroken = true;
  }

  close(): Promise<void> {
    return this.#sink.close();
  }

  #text(line: string): readonly string[] {
    const result = this.#format(line);
    return result.kind === 'line' ? [result.text] : [];
  }
}
