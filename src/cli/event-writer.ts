/** Bytes of newline-delimited JSON to formatted lines on standard output. */
import type { CommandContext } from './command.ts';
import { LineSplitter } from './line-splitter.ts';
import { createPaint, printable } from './style.ts';
import { createEventLines, type EventLine } from './view/event-lines.ts';

/** More of the same would only scroll the events away; the rest is counted. */
const WARNINGS_MAX = 10;

/** Writes one chunk to standard output; rejects when it is broken. */
export type WriteOutput = (chunk: Uint8Array) => Promise<void>;

/** Formats one stream of events as the options of the command say. */
export class EventWriter {
  readonly #context: CommandContext;
  readonly #writeOutput: WriteOutput;
  readonly #splitter = new LineSplitter();
  readonly #format: (line: string) => EventLine;
  #invalid = 0;

  constructor(context: CommandContext, writeOutput: WriteOutput) {
    this.#context = context;
    this.#writeOutput = writeOutput;
    this.#format = createEventLines(eventLineOptions(context));
  }

  /** Lines that were no events so far; they were left out with a warning. */
  get invalid(): number {
    return this.#invalid;
  }

  /** Resolves when the chunk is written; with false when nobody reads the output any more. */
  write(chunk: Uint8Array): Promise<boolean> {
    return this.#emit(this.#splitter.push(chunk));
  }

  /** Writes what is left without a line end. */
  end(): Promise<boolean> {
    return this.#emit(this.#splitter.end());
  }

  async #emit(lines: readonly string[]): Promise<boolean> {
    const texts = lines.flatMap((line) => this.#formatLine(line));
    if (texts.length === 0) return true;
    try {
      await this.#writeOutput(Buffer.from(`${texts.join('\n')}\n`));
      return true;
    } catch (error) {
      if (isClosedPipe(error)) return false;
      throw error;
    }
  }

  #formatLine(line: string): readonly string[] {
    const result = this.#format(line);
    if (result.kind === 'line') return [result.text];
    if (result.kind === 'invalid') this.#warn(result.error);
    return [];
  }

  #warn({ code, message }: { readonly code: string; readonly message: string }): void {
    const { io, colour } = this.#context;
    this.#invalid += 1;
    if (this.#invalid > WARNINGS_MAX) return;
    const head = createPaint(colour.stderr)('yellow', `warning[${code}]`);
    io.stderr.write(`${head}: ${printable(message)}\n`);
  }
}

/** What --output, --timestamps and the terminal say about lines of events. */
export function eventLineOptions({
  args,
  io,
  colour,
}: CommandContext): Parameters<typeof createEventLines>[0] {
  return {
    form: args.value('output') === 'json' ? 'json' : 'compact',
    isColoured: colour.stdout,
    hasTimestamps: args.has('timestamps'),
    hasStacks: !args.has('no-stack-traces'),
    isTty: io.stdout.isTty,
  };
}

function isClosedPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EPIPE' || code === 'ECONNRESET';
}
