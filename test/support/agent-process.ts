/** The agent as people run it: a process of its own, with what it prints. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectAnswer } from '../../src/cli/api/client.ts';
import { repositoryRoot } from './root.ts';

/** How long anything expected of the agent may take; emulated machines are slow. */
const WAIT_MS_MAX = 180_000;

export interface AgentProcessOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it pins; without it, it does not. */
  readonly pins?: { readonly pinDirectory: string; readonly stateDirectory: string };
}

/** A moment that comes unless it is disposed of before. */
class Deadline {
  readonly promise: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  isOver = false;

  constructor(afterMs: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.promise = promise;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      resolve();
    }, afterMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** A started agent; `stop` ends it and gives its exit status. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'warder-agent-'));
  readonly #exit: Promise<readonly [status: number | null, signal: string | null]>;
  #stdout = '';
  #stderr = '';
  #news = Promise.withResolvers<void>();

  constructor(options: AgentProcessOptions = {}) {
    const { args = [], env = {} } = options;
    const pins =
      options.pins === undefined
        ? ['--no-pins']
        : ['--pin-dir', options.pins.pinDirectory, '--state-dir', options.pins.stateDirectory];
    this.#child = spawn(WARDER, ['run', '--socket', this.socketPath, ...pins, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      this.#tell();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#tell();
    });
    this.#child.on('exit', () => this.#tell());
    this.#exit = once(this.#child, 'close').then(([status, signal]) => [status, signal]);
  }

  get socketPath(): string {
    return join(this.#directory, 'warder.sock');
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Resolves when stdout has a line that matches; rejects when the agent ends before. */
  async line(pattern: RegExp): Promise<string> {
    let line: string | undefined;
    let from = 0;
    await this.#until(() => {
      const lines = this.#stdout.slice(from).split('\n');
      from = this.#stdout.lastIndexOf('\n') + 1;
      line = lines.find((text) => pattern.test(text));
      return line !== undefined;
    }, `no line ${pattern}`);
    return line ?? '';
  }

  /** Resolves when everything is in force, whatever form its events have. */
  async armed(): Promise<void> {
    const isArmed = (): boolean => /^armed$/m.test(this.#stdout) || /^armed$/m.test(this.#stderr);
    await this.#until(isArmed, 'the agent did not start');
  }

  /** Resolves when its log says so, which it may do later than its API. */
  async logged(pattern: RegExp): Promise<void> {
    await this.#until(() => pattern.test(this.#stderr), `${pattern} is not logged`);
  }

  /** What it answers on its API, which is sooner than what a command prints. */
  async ask(path: string): Promise<unknown> {
    return expectAnswer({ socketPath: this.socketPath, method: 'GET', path });
  }

  /**
   * Looks only when there is something new: looking again and again would take the one CPU of a
   * guest from the agent that is waited for.
   */
  async #until(isSo: () => boolean, problem: string): Promise<void> {
    using end = new Deadline(WAIT_MS_MAX);
    for (;;) {
      const { promise: news } = this.#news;
      if (isSo()) return;
      if (this.#hasExited() || end.isOver) {
        throw new Error(`${problem}: ${this.#stdout}${this.#stderr}`);
      }
      await Promise.race([news, end.promise]);
    }
  }

  #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for the end, by a signal if one is given. */
  async end(signal?: NodeJS.Signals): Promise<readonly [number | null, string | null]> {
    if (signal !== undefined) this.kill(signal);
    const exit = await this.#exit;
    rmSync(this.#directory, { recursive: true, force: true });
    return exit;
  }
}

export const WARDER: string = join(repositoryRoot(), 'bin/warder');

/** Runs a command of the same program to its end. */
export function runWarder(...args: readonly string[]): string {
  return execFileSync(WARDER, args, { encoding: 'utf8' });
}

/** What a command says that has to fail. */
export function refuseWarder(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(WARDER, args, { encoding: 'utf8' });
  if (status === 0) throw new Error(`warder ${args.join(' ')} did not fail: ${stdout}`);
  return stdout + stderr;
}

/** BPF programs of Warder's that the kernel holds, each as `id name`. */
export function loadedPrograms(): readonly string[] {
  const listed: unknown = JSON.parse(
    execFileSync('bpftool', ['--json', 'prog', 'show'], { encoding: 'utf8' }),
  );
  if (!Array.isArray(listed)) return [];
  return listed
    .filter((entry: { readonly name?: string }) => OUR_PROGRAMS.test(entry.name ?? ''))
    .map((entry: { readonly id: number; readonly name: string }) => `${entry.id} ${entry.name}`);
}

const OUR_PROGRAMS =
  /^(process_(exec|fork|exit|seed)|(fentry|fmodret|lsm|kprobe|syscall)_(stub|main)|probe_)/;

/** Programs that were not there before; the kernel frees them a moment after the last reference. */
export async function leftPrograms(before: readonly string[]): Promise<readonly string[]> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const left = loadedPrograms().filter((program) => !before.includes(program));
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
