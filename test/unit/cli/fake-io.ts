/** A world for commands: what goes in is given, what comes out is kept. */
import type { CliIo, StopSignal, TextOutput } from '../../../src/cli/io.ts';

export interface FakeIoOptions {
  readonly isTty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Chunks of standard input; a terminal when absent. */
  readonly input?: readonly string[];
  /** Chunks that standard output takes before its reader goes away. */
  readonly chunksMax?: number;
}

export class FakeIo implements CliIo {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Readonly<Record<string, string>>;
  readonly exits: number[] = [];
  readonly #options: FakeIoOptions;
  readonly #texts = { stdout: '', stderr: '' };
  readonly #listeners = new Set<(signal: StopSignal) => void>();
  readonly #reloads = new Set<() => void>();
  #chunks = 0;

  constructor(options: FakeIoOptions = {}) {
    const { isTty = false, env = {} } = options;
    this.#options = options;
    this.env = env;
    this.stdout = { isTty, columns: 80, write: (text) => this.#keep('stdout', text) };
    this.stderr = { isTty, columns: 80, write: (text) => this.#keep('stderr', text) };
  }

  get out(): string {
    return this.#texts.stdout;
  }

  get err(): string {
    return this.#texts.stderr;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Listeners for SIGHUP. */
  get reloads(): number {
    return this.#reloads.size;
  }

  now(): Date {
    return new Date('2026-01-02T05:06:07.000Z');
  }

  async *#chunksOfInput(input: readonly string[]): AsyncGenerator<Uint8Array> {
    for (const chunk of input) yield Buffer.from(chunk);
  }

  openInput(): AsyncIterable<Uint8Array> | undefined {
    const { input } = this.#options;
    return input === undefined ? undefined : this.#chunksOfInput(input);
  }

  openOutput(): (chunk: Uint8Array) => Promise<void> {
    return async (chunk) => {
      this.#chunks += 1;
      if (this.#chunks > (this.#options.chunksMax ?? Number.POSITIVE_INFINITY)) {
        throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
      }
      this.#keep('stdout', Buffer.from(chunk).toString());
    };
  }

  onSignal(listener: (signal: StopSignal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onReload(listener: () => void): () => void {
    this.#reloads.add(listener);
    return () => this.#reloads.delete(listener);
  }

  /** As SIGHUP does. */
  reload(): void {
    for (const listener of this.#reloads) listener();
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  send(signal: StopSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  #keep(name: 'stdout' | 'stderr', text: string): void {
    this.#texts[name] += text;
  }
}

/** Lets everything that is under way go on until the condition holds. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
