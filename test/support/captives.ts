/** Processes that try what a quarantine forbids, whenever they are told to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from './root.ts';

const CAPTIVE = join(repositoryRoot(), 'build/triggers/captive');
const PROGRAM = join(repositoryRoot(), 'build/triggers/tiny');

/** What no quarantine forbids. */
const ALLOWED = ['read', 'openWrite'];

/** Number of things that are tried and forbidden. */
const FORBIDDEN_COUNT = 21;

const EPERM = 1;

export class Captive {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'warder-captive-'));

  constructor() {
    const args = [this.#directory, PROGRAM];
    this.#child = spawn(CAPTIVE, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.pid = this.#child.pid ?? -1;
    if (this.#child.stdout === null) throw new Error('the captive has no output');
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Tries all: `free`, `held` when it is denied all that it should be, else what came out. */
  try(): Promise<string> {
    return this.#try('t');
  }

  /** The same by a child that is forked for it. */
  tryInChild(): Promise<string> {
    return this.#try('f');
  }

  close(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #try(key: string): Promise<string> {
    this.#child.stdin?.write(key);
    const { value } = await this.#lines.next();
    return judge(String(value));
  }
}

function judge(line: string): string {
  const results: unknown = JSON.parse(line);
  const errors = Object.entries(Object(results));
  const forbidden = errors.filter(([name]) => !ALLOWED.includes(name));
  const allowed = errors.filter(([name]) => ALLOWED.includes(name));
  if (forbidden.length !== FORBIDDEN_COUNT || allowed.length !== ALLOWED.length) return line;
  if (errors.every(([, error]) => error === 0)) return 'free';
  const isHeld = forbidden.every(([, error]) => error === EPERM);
  return isHeld && allowed.every(([, error]) => error === 0) ? 'held' : line;
}
