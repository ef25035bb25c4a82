/**
 * Kernel objects kept by name on a bpf file system, so that they outlive the agent. One directory
 * holds what belongs to one set of shared maps: the base sensor and every hook that enforces.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ATTACH_METHODS, type AttachMethod } from '../../model/policy.ts';
import { SensorError } from './errors.ts';

/** Characters of a hook's name in that of its directory, which may have 255. */
const READABLE_MAX = 128;

/** Name of the pin of a hook's counters. */
export const COUNTERS_PIN = 'counters';

/** Something that can be given names in a directory of its own. */
export interface Pinnable {
  pin(directory: string): void;
  unpin(): void;
}

/** A hook that an earlier agent left in force. */
export interface PinnedHook {
  readonly directory: string;
  readonly hookId: number;
  readonly method: AttachMethod;
}

export interface PinSetOptions {
  /** On a bpf file system; a directory that does not exist is made. */
  readonly directory: string;
  /** The directory is that of an earlier agent, whose hooks are to be gone on with. */
  readonly isAdopted: boolean;
}

/** The base sensor is pinned for as long as some hook is. */
export class PinSet {
  readonly directory: string;
  readonly isAdopted: boolean;
  readonly #adopted: ReadonlyMap<string, PinnedHook>;
  #base: Pinnable | undefined;
  #hooks = 0;

  constructor({ directory, isAdopted }: PinSetOptions) {
    this.directory = directory;
    this.isAdopted = isAdopted;
    this.#adopted = isAdopted ? findHooks(directory) : new Map();
    this.#hooks = this.#adopted.size;
  }

  get baseDirectory(): string {
    return join(this.directory, 'base');
  }

  get dispatcherDirectory(): string {
    return join(this.directory, 'dispatcher');
  }

  /** Highest id of a hook that was adopted; 0 if none was. */
  get lastHookId(): number {
    return Math.max(0, ...[...this.#adopted.values()].map(({ hookId }) => hookId));
  }

  /** What an earlier agent left of the hook. */
  adopted(hookKey: string): PinnedHook | undefined {
    return this.#adopted.get(fileName(hookKey));
  }

  /** What an earlier agent left, by hook. */
  allAdopted(): readonly PinnedHook[] {
    return [...this.#adopted.values()];
  }

  hookDirectory(hookKey: string, hookId: number, method: AttachMethod): string {
    return join(this.directory, 'hooks', `${hookId}-${method}-${fileName(hookKey)}`);
  }

  setBase(base: Pinnable): void {
    this.#base = base;
  }

  /**
   * Gives a hook its names. What it writes to is pinned before it, if it was not. On failure,
   * SensorError ENGINE_PIN_FAILED, nothing more is pinned than before.
   */
  pin(hook: Pinnable, directory: string): void {
    if (this.#hooks === 0) this.#base?.pin(this.baseDirectory);
    try {
      hook.pin(directory);
    } catch (error) {
      if (this.#hooks === 0) this.#base?.unpin();
      throw error;
    }
    this.#hooks += 1;
  }

  unpin(hook: Pinnable): void {
    hook.unpin();
    this.#hooks -= 1;
    if (this.#hooks === 0) this.#base?.unpin();
  }

  /** Removes an adopted hook that nobody goes on with: it ends when nothing holds it open. */
  drop({ directory }: PinnedHook): void {
    if (!existsSync(directory)) return;
    rmSync(directory, { recursive: true, force: true });
    this.#hooks -= 1;
    if (this.#hooks === 0) this.#base?.unpin();
  }

  /** Lets go of a base sensor that no hook needs. */
  settle(): void {
    if (this.#hooks === 0) this.#base?.unpin();
  }

  /** Removes the dispatcher that an earlier agent left, when no hook is behind it. */
  dropDispatcher(): void {
    if (this.isAdopted) rmSync(this.dispatcherDirectory, { recursive: true, force: true });
  }

  /** Removes the empty directories. */
  close(): void {
    for (const directory of [join(this.directory, 'hooks'), this.directory]) {
      removeEmpty(directory);
    }
    removeEmpty(dirname(this.directory));
  }
}

/**
 * Makes a directory and all the pins in it, or none: what was pinned before one failed is removed.
 * Throws SensorError ENGINE_PIN_FAILED.
 */
export function makePins(directory: string, pinAll: () => void): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    pinAll();
  } catch (cause) {
    removePins(directory);
    if (cause instanceof SensorError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${directory} cannot hold the pins: ${reason}`;
    throw new SensorError('ENGINE_PIN_FAILED', message, { cause });
  }
}

/** On a file system that takes no changes, none was made either. */
function removePins(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // The failure that led here is the one to tell of.
  }
}

/** Removes a directory if nothing is in it. */
export function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Something is in it, or it is not there: both are fine.
  }
}

/** Readable, and different for every hook. No dots: a bpf file system keeps them for itself. */
function fileName(hookKey: string): string {
  const hash = createHash('sha256').update(hookKey).digest('hex').slice(0, 16);
  return `${hookKey.replace(/[^A-Za-z0-9_-]/g, '@').slice(0, READABLE_MAX)}-${hash}`;
}

/** Two of one hook are left when an agent ended while it changed the method: the later counts. */
function findHooks(directory: string): ReadonlyMap<string, PinnedHook> {
  const hooks = join(directory, 'hooks');
  const found = new Map<string, PinnedHook>();
  if (!existsSync(hooks)) return found;
  for (const name of readdirSync(hooks)) {
    const [, id, word, key] = /^(\d+)-([a-z_]+)-(.+)$/.exec(name) ?? [];
    const method = ATTACH_METHODS.find((known) => known === word);
    if (key === undefined || method === undefined || !isComplete(join(hooks, name))) {
      rmSync(join(hooks, name), { recursive: true, force: true });
      continue;
    }
    const hook = { directory: join(hooks, name), hookId: Number(id), method };
    const other = found.get(key);
    const later = other !== undefined && pinnedAt(other) > pinnedAt(hook) ? other : hook;
    const earlier = later === hook ? other : hook;
    if (earlier !== undefined) rmSync(earlier.directory, { recursive: true, force: true });
    found.set(key, later);
  }
  return found;
}

function pinnedAt({ directory }: PinnedHook): number {
  return statSync(join(directory, COUNTERS_PIN)).ctimeMs;
}

/** The counters are pinned last. */
function isComplete(directory: string): boolean {
  return existsSync(join(directory, COUNTERS_PIN));
}
