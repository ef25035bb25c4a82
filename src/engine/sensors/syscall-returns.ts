/** The end of system calls: one stub on sys_exit for all hooks that wait for their return. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Hook } from '../../model/plan.ts';
import type { BpfProgram } from '../kernel/index.ts';
import { RETURN_SLOTS } from '../records/index.ts';
import { type AttachedReturns, ReturnStub } from './return-stub.ts';

export interface SyscallReturnsOptions {
  /** Where it is pinned; undefined when nothing is. */
  readonly directory: string | undefined;
  attach(hook: Hook): ReturnStub;
}

/** Attached while some system call hook uses it, pinned while one of those is. */
export class SyscallReturns {
  readonly #options: SyscallReturnsOptions;
  #stub: ReturnStub | undefined;
  #users = 0;
  #pins = 0;

  constructor(options: SyscallReturnsOptions) {
    this.#options = options;
  }

  /** The part of one call. Throws KernelError. */
  acquire(hook: Hook, number: number): AttachedReturns {
    this.#stub ??= this.#options.attach(hook);
    return this.#share(this.#stub, number, false);
  }

  /** The part of a call that is pinned; undefined when an earlier agent left none. */
  adopt(number: number): AttachedReturns | undefined {
    const { directory } = this.#options;
    const isThere = directory !== undefined && existsSync(join(directory, 'slots'));
    if (this.#stub === undefined && isThere) this.#stub = ReturnStub.adopt(directory);
    return this.#stub && this.#share(this.#stub, number, true);
  }

  #share(stub: ReturnStub, number: number, isAdopted: boolean): AttachedReturns {
    const base = number * RETURN_SLOTS;
    this.#users += 1;
    let isPinned = isAdopted;
    if (isAdopted) this.#pins += 1;
    return {
      held: stub.held,
      fill: (generation: number, program: BpfProgram) => stub.fill(generation, program, base),
      pin: () => {
        const { directory } = this.#options;
        if (isPinned || directory === undefined) return;
        stub.pin(directory);
        this.#pins += 1;
        isPinned = true;
      },
      unpin: () => {
        if (!isPinned) return;
        isPinned = false;
        this.#pins -= 1;
        if (this.#pins === 0) stub.unpin();
      },
      close: () => {
        if (!isPinned) stub.empty(base);
        this.#release();
      },
    };
  }

  #release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#stub?.close();
    this.#stub = undefined;
  }
}
