/** A bpf file system of its own, and a directory for state, for agents that outlive themselves. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class PinMount {
  readonly pinDirectory: string;
  readonly stateDirectory: string;
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'warder-pins-'));
  readonly #mount: string;

  constructor() {
    this.#mount = join(this.#directory, 'bpf');
    mkdirSync(this.#mount);
    execFileSync('mount', ['-t', 'bpf', 'bpf', this.#mount]);
    this.pinDirectory = join(this.#mount, 'warder');
    this.stateDirectory = join(this.#directory, 'state');
  }

  /** From now on nothing can be pinned, or it can again. */
  setReadOnly(isReadOnly: boolean): void {
    const option = `remount,${isReadOnly ? 'ro' : 'rw'}`;
    execFileSync('mount', ['-o', option, this.#mount]);
  }

  /** Whatever is still pinned goes with it. */
  close(): void {
    execFileSync('umount', [this.#mount]);
    rmSync(this.#directory, { recursive: true });
  }
}
