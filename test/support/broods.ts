/** Trees of processes that grow, and look like their twin but for their name. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { isEmulated } from './emulation.ts';
import { repositoryRoot } from './root.ts';

export const BROOD: string = join(repositoryRoot(), 'build/triggers/brood');

/** What a process of a brood runs when it is told to strike. */
export const STRIKE: string = join(repositoryRoot(), 'build/triggers/tiny');

/** Between the forks of a process; more of them than a machine can do would show only that. */
const TURN_US = isEmulated ? 30_000 : 1500;

/** Arguments of BROOD. */
export function broodArguments(name: string): readonly string[] {
  return [name, STRIKE, String(TURN_US)];
}

/** How many of its processes were started, and how many of those ended by themselves. */
export interface BroodCounts {
  readonly started: number;
  readonly ended: number;
}

export class Brood {
  readonly name: string;
  readonly root: number;
  readonly #keeper: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(name: string, keeper: ChildProcess, parts: BroodParts) {
    this.name = name;
    this.#keeper = keeper;
    this.root = parts.root;
    this.#lines = parts.lines;
  }

  /** `name` has at most 15 characters. */
  static async start(name: string): Promise<Brood> {
    const keeper = spawn(BROOD, broodArguments(name), { stdio: ['pipe', 'pipe', 'inherit'] });
    if (keeper.stdout === null) throw new Error('the brood has no output');
    const reader: Interface = createInterface(keeper.stdout);
    const lines = reader[Symbol.asyncIterator]();
    const { root } = readNumbers((await lines.next()).value ?? '');
    if (root === undefined) throw new Error('the brood did not start');
    return new Brood(name, keeper, { root, lines });
  }

  /** One process of it runs STRIKE. */
  strike(): void {
    this.#keeper.stdin?.write('x');
  }

  /** Names of those that live. */
  alive(): readonly number[] {
    return readdirSync('/proc').flatMap((name) => {
      const pid = Number(name);
      return Number.isInteger(pid) && isAlive(pid, this.name) ? [pid] : [];
    });
  }

  /** Asks all to end and waits for them. */
  async end(): Promise<BroodCounts> {
    this.#keeper.stdin?.end();
    const { started = 0, ended = 0 } = readNumbers((await this.#lines.next()).value ?? '');
    return { started, ended };
  }

  /** Without asking. */
  abandon(): void {
    this.#keeper.kill('SIGKILL');
    for (const pid of this.alive()) process.kill(pid, 'SIGKILL');
  }
}

interface BroodParts {
  readonly root: number;
  readonly lines: AsyncIterator<string>;
}

function readNumbers(line: string): Readonly<Record<string, number>> {
  const value: unknown = JSON.parse(line === '' ? '{}' : line);
  return Object.fromEntries(
    Object.entries(Object(value)).flatMap(([key, number]) =>
      typeof number === 'number' ? [[key, number]] : [],
    ),
  );
}

function isAlive(pid: number, name: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    return stat.slice(stat.indexOf('(') + 1, end) === name && !/^[ZX]/.test(stat.slice(end + 2));
  } catch {
    return false;
  }
}
