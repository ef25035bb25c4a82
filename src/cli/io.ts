/** The world as a command sees it; tests give it another one. */

/** What one of the two standard outputs is connected to. */
export interface TextOutput {
  readonly isTty: boolean;
  /** Width of the terminal; 80 when there is none. */
  readonly columns: number;
  write(text: string): void;
}

export type StopSignal = 'SIGINT' | 'SIGTERM';

export interface CliIo {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** What is piped into the command; undefined when that is a terminal or nothing. */
  openInput(): AsyncIterable<Uint8Array> | undefined;
  /** Writes chunk by chunk to standard output, for streams; rejects when it is broken. */
  openOutput(): (chunk: Uint8Array) => Promise<void>;
  /** Calls the listener instead of ending the process; the returned function undoes it. */
  onSignal(listener: (signal: StopSignal) => void): () => void;
  /** Calls the listener on SIGHUP, which ends the process otherwise; the function undoes it. */
  onReload(listener: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}
