/** What detections remember, in files for the agent that comes after. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';

/** Beside the rest of the state, and kept when an ordered end removes that. */
const FILES = { correlations: 'correlations.jsonl', detectors: 'detectors.jsonl' } as const;

/** What is remembered, and by whom. */
export type SavedKind = keyof typeof FILES;

const UNFINISHED = '.new';
const DAMAGED = '.damaged';

/** More is not written, and not read: the texts are whole in memory. */
const SIZE_MAX = 64 * 1024 * 1024;

/** Files below the state directory; each is replaced in one step. Nothing here throws. */
export class SavedDetections {
  readonly #directory: string;
  readonly #logger: Logger;
  /** Kinds that could not be written, which is said once. */
  readonly #failed = new Set<SavedKind>();

  constructor(directory: string, logger: Logger) {
    this.#directory = directory;
    this.#logger = logger;
  }

  /** Undefined when there is none. What cannot be read is set aside. */
  read(kind: SavedKind): string | undefined {
    const path = this.#path(kind);
    try {
      const { size } = statSync(path);
      if (size <= SIZE_MAX) return readFileSync(path, 'utf8');
      this.setAside(kind, new Error(`${size} bytes are more than ${SIZE_MAX}`));
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isAbsent) this.setAside(kind, error);
    }
    return undefined;
  }

  write(kind: SavedKind, text: string): void {
    const path = this.#path(kind);
    try {
      if (text.length > SIZE_MAX) throw new Error(`${text.length} characters are too many`);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const unfinished = `${path}${UNFINISHED}`;
      writeFileSync(unfinished, text, { mode: 0o600 });
      renameSync(unfinished, path);
      this.#failed.delete(kind);
    } catch (error) {
      if (this.#failed.has(kind)) return;
      this.#failed.add(kind);
      const message = `what ${kind} remember is not saved, and ends with the agent`;
      this.#logger.warn({ file: path, reason: reasonOf(error) }, message);
    }
  }

  /** Kept for whoever wants to know what happened, where no agent reads it again. */
  setAside(kind: SavedKind, error: unknown): void {
    const path = this.#path(kind);
    const kept = `${path}${DAMAGED}`;
    try {
      renameSync(path, kept);
    } catch {
      // It cannot be moved: the next save replaces it.
    }
    const code = error instanceof CodedError ? error.code : undefined;
    const message = `${kind} begin with nothing: what they remembered cannot be read`;
    this.#logger.warn({ file: kept, code, reason: reasonOf(error) }, message);
  }

  #path(kind: SavedKind): string {
    return join(this.#directory, FILES[kind]);
  }
}

/** Forgets what any agent left there. */
export function removeSavedDetections(directory: string): void {
  for (const name of Object.values(FILES)) {
    for (const end of ['', UNFINISHED, DAMAGED]) {
      rmSync(join(directory, `${name}${end}`), { force: true });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
