/** Families of processes that are hard to end, for tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { repositoryRoot } from './root.ts';

export const KIN: string = join(repositoryRoot(), 'build/test-native/kin');

/** How long anything may take. */
const WAIT_MS_MAX = 20_000;

export interface Kin {
  readonly child: ChildProcess;
  readonly root: number;
  /** Besides the root. */
  readonly others: readonly number[];
}

/** Starts a shape of KIN and waits until it has said so many pids. */
export async function startKin(
  t: TestContext,
  shape: readonly string[],
  said: number,
): Promise<Kin> {
  const child = spawn(KIN, shape, { stdio: ['pipe', 'pipe', 'inherit'] });
  const root = child.pid ?? -1;
  const pids = new Set<number>();
  t.after(() => {
    for (const pid of [root, ...pids]) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  for await (const line of createInterface(child.stdout)) {
    pids.add(Number(line));
    if (pids.size >= said) break;
  }
  return { child, root, others: [...pids].filter((pid) => pid !== root) };
}

/** Whether any thread of it has not ended. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', , , , , , , ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const threads = Number(rest[10]);
    return !/[ZX]/.test(state) || threads > 1;
  } catch {
    return false;
  }
}

/** Throws when it does not come true. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`${what} does not come true`);
    await pause(5);
  }
}
