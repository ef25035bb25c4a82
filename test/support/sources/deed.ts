/** How deeds are done of which rules are told. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../root.ts';

/** Makes system calls; see test/kernel/triggers/deed.c. */
export const DEED: string = join(repositoryRoot(), 'build/triggers/deed');

/** A rule tells the two apart. */
export type Which = 'hit' | 'miss';

export interface SourceCase {
  /** Class of the events, and what a rule asks of them. */
  readonly class: string;
  readonly asks: string;
  /** Given a directory that `prepareDeeds` was given before. */
  readonly deed: (base: string, which: Which) => void;
  /** Is seen at system calls as well, where nothing else can be hooked. */
  readonly isSeenAtCalls?: true;
  /** Needs what only guests have. */
  readonly isForGuests?: true;
}

/** Does it. */
export function deed(...args: readonly (string | number)[]): void {
  spawnSync(DEED, args.map(String));
}

/** One of two numbers. */
export const pick = (which: Which, hit: number, miss: number): number =>
  which === 'hit' ? hit : miss;

/** Runs something with a process whose executable is called after it. */
export function withTarget(base: string, which: Which, use: (target: ChildProcess) => void): void {
  const target = spawn(join(base, `target-${which}`), ['60'], { stdio: 'ignore' });
  try {
    // It has to be that executable, not the fork of this one.
    const isThere = (): boolean =>
      readFileSync(`/proc/${target.pid}/comm`, 'utf8').startsWith('target');
    for (let tries = 0; tries < 1000 && !isThere(); tries++) spawnSync('/bin/true');
    use(target);
  } finally {
    target.kill('SIGKILL');
  }
}

/** What the deeds need. */
export function prepareDeeds(base: string): void {
  for (const name of ['mnt', 'from-hit', 'from-miss']) mkdirSync(join(base, name));
  for (const which of ['hit', 'miss']) {
    writeFileSync(join(base, `read-${which}`), '');
    for (const name of ['target', 'mapped']) {
      copyFileSync('/bin/sleep', join(base, `${name}-${which}`));
      chmodSync(join(base, `${name}-${which}`), 0o755);
    }
  }
}

/** Takes off what was mounted, and out what was loaded. */
export function undoDeeds(base: string): void {
  // Only guests load it.
  if (existsSync('/run/guest')) deed('delete_module', 'dummy', 0);
  for (let times = 0; times < 4; times++) {
    for (const name of ['mnt', 'from-hit', 'from-miss']) spawnSync('umount', [join(base, name)]);
  }
}
