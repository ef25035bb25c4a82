/** Starts tools and test processes, with their output passed on as it appears. */
import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

/** What to run and with what beyond this process's own environment. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs to the end with output straight to the terminal; resolves to whether it exited with 0. */
export function runCommand(command: Command): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, [...command.args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...command.environment },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}

/** A writer that puts a prefix before every line; whole lines only, so that streams do not mix. */
export class PrefixedOutput {
  readonly #prefix: string;
  readonly #decoder: StringDecoder = new StringDecoder('utf8');
  #rest = '';

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) process.stdout.write(`${this.#prefix}${line}\n`);
  }

  /** Prints what the last line was missing its end for. */
  close(): void {
    if (this.#rest !== '') this.write(Buffer.from('\n'));
  }
}
