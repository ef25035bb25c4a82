/** A thread that ends trees of processes without waiting for this one. */
import type { BpfMap } from './bpf-map.ts';
import type { BpfProgram } from './bpf-program.ts';
import { type NativeHandle, native } from './native.ts';

export interface TreeKillerOptions {
  /** Ring of the processes that are to end with all that descends from them. */
  readonly doomed: BpfMap;
  /** Of the object that `mark` is of, which is for this thread only. */
  readonly targets: BpfMap;
  readonly marking: BpfMap;
  readonly verdicts: BpfMap;
  /** The iterator that marks. */
  readonly mark: BpfProgram;
  /** Of the response that is in force for all of them. */
  readonly id: number;
  /** Processes whose trees are left alone. */
  readonly spared: readonly number[];
}

/** Runs until close, which waits for what it is in the middle of: two seconds at most. */
export class TreeKiller {
  readonly #handle: NativeHandle<'tree_killer'>;

  /** Throws a KernelError. */
  constructor({ doomed, targets, marking, verdicts, mark, id, spared }: TreeKillerOptions) {
    const work = [targets.handle, marking.handle, verdicts.handle] as const;
    const bytes = new Uint8Array(Uint32Array.from(spared).buffer);
    this.#handle = native().treeKillerOpen(doomed.handle, ...work, mark.handle, id, bytes);
  }

  /** Closing twice is fine. */
  close(): void {
    native().close(this.#handle);
  }
}
