/** Stubs of hooks: one each, except that all system calls share the dispatcher on sys_enter. */
import { existsSync } from 'node:fs';
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { SYSCALL_NUMBERS } from '../../model/syscalls.ts';
import { SYSCALLS_MAX } from '../records/index.ts';
import type { StubSource } from './attachment.ts';
import { u32Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';
import { attachReturnStub, attachStub, type HookEnvironment } from './hook-program.ts';
import type { PinnedHook, PinSet } from './pin-set.ts';
import { type AttachedReturns, ReturnStub, returnsDirectory } from './return-stub.ts';
import { type AttachedStub, Stub } from './stub.ts';
import { SyscallReturns } from './syscall-returns.ts';

export interface StubsOptions {
  readonly environment: HookEnvironment;
  readonly pins: PinSet | undefined;
}

/** Attaches stubs; the dispatcher lives as long as some system call hook uses it. */
export class Stubs implements StubSource {
  readonly #options: StubsOptions;
  #dispatcher: Stub | undefined;
  #dispatcherUsers = 0;
  #dispatcherPins = 0;

  readonly #syscallReturns: SyscallReturns;

  constructor(options: StubsOptions) {
    this.#options = options;
    const { environment, pins } = options;
    this.#syscallReturns = new SyscallReturns({
      directory: pins && returnsDirectory(pins.dispatcherDirectory),
      attach: (hook) => attachReturnStub(environment, hook, 'sys_enter'),
    });
  }

  /** Throws KernelError when the kernel refuses the program or the attachment. */
  acquire(hook: Hook, method: AttachMethod): AttachedStub {
    const { environment } = this.#options;
    if (method !== 'sys_enter') return attachStub(environment, hook, method);
    this.#dispatcher ??= attachStub(environment, hook, method);
    return this.#share(this.#dispatcher, false);
  }

  /** The stub that an earlier agent left. Throws KernelError when it is not whole. */
  adopt({ method, directory }: PinnedHook): AttachedStub {
    if (method !== 'sys_enter') return Stub.adopt(directory);
    const { pins } = this.#options;
    this.#dispatcher ??= Stub.adopt(pins?.dispatcherDirectory ?? directory);
    this.#dispatcherPins += 1;
    return this.#share(this.#dispatcher, true);
  }

  /** Throws KernelError when the kernel refuses the program or the attachment. */
  acquireReturns(hook: Hook, method: AttachMethod): AttachedReturns {
    if (method === 'sys_enter')
      return this.#syscallReturns.acquire(hook, this.slotOf(hook, method));
    return attachReturnStub(this.#options.environment, hook, method);
  }

  /** What an earlier agent left at the return of the hook, if it left anything. */
  adoptReturns(hook: Hook, { method, directory }: PinnedHook): AttachedReturns | undefined {
    if (method === 'sys_enter') return this.#syscallReturns.adopt(this.slotOf(hook, method));
    const own = returnsDirectory(directory);
    return existsSync(own) ? ReturnStub.adopt(own) : undefined;
  }

  slotOf(hook: Hook, method: AttachMethod): number {
    return method === 'sys_enter' ? syscallNumber(hook.name) : 0;
  }

  /** Empties the slots of the dispatcher that no hook has: they are of hooks that only observed. */
  sweep(used: readonly number[]): void {
    const dispatcher = this.#dispatcher;
    if (dispatcher?.isPinned !== true) return;
    for (let slot = 0; slot < SYSCALLS_MAX; slot++) {
      if (!used.includes(slot)) dispatcher.slots.delete(u32Bytes(slot));
    }
  }

  #share(dispatcher: Stub, isAdopted: boolean): AttachedStub {
    this.#dispatcherUsers += 1;
    let isPinned = isAdopted;
    return {
      slots: dispatcher.slots,
      program: dispatcher.program,
      pin: () => {
        const { pins } = this.#options;
        if (this.#dispatcherPins === 0 && pins !== undefined) {
          dispatcher.pin(pins.dispatcherDirectory);
        }
        this.#dispatcherPins += 1;
        isPinned = true;
      },
      unpin: () => {
        if (!isPinned) return;
        isPinned = false;
        this.#dispatcherPins -= 1;
        if (this.#dispatcherPins === 0) dispatcher.unpin();
      },
      close: () => this.#release(),
    };
  }

  #release(): void {
    this.#dispatcherUsers -= 1;
    if (this.#dispatcherUsers > 0) return;
    this.#dispatcher?.close();
    this.#dispatcher = undefined;
  }
}

function syscallNumber(name: string): number {
  const table = process.arch === 'arm64' ? SYSCALL_NUMBERS.arm64 : SYSCALL_NUMBERS.x64;
  const number = table[name];
  if (number === undefined) {
    throw new SensorError('ENGINE_HOOK_NOT_FOUND', `no system call ${name} on ${process.arch}`);
  }
  return number;
}
