/** Stubs of hooks: one each, except that all system calls share the dispatcher on sys_enter. */
import type { Hook } from '../../model/plan.ts';
import type { AttachMethod } from '../../model/policy.ts';
import { SYSCALL_NUMBERS } from '../../model/syscalls.ts';
import { SensorError } from './errors.ts';
import { type AttachedStub, attachStub, type HookEnvironment } from './hook-program.ts';
import type { StubSource } from './policy-hook.ts';

/** Attaches stubs; the dispatcher lives as long as some system call hook uses it. */
export class Stubs implements StubSource {
  readonly #environment: HookEnvironment;
  #dispatcher: AttachedStub | undefined;
  #dispatcherUsers = 0;

  constructor(environment: HookEnvironment) {
    this.#environment = environment;
  }

  /** Throws KernelError when the kernel refuses the program or the attachment. */
  acquire(hook: Hook, method: AttachMethod): AttachedStub {
    if (method !== 'sys_enter') return attachStub(this.#environment, hook, method);
    this.#dispatcher ??= attachStub(this.#environment, hook, method);
    this.#dispatcherUsers += 1;
    const { slots, program } = this.#dispatcher;
    return { slots, program, close: () => this.#release() };
  }

  slotOf(hook: Hook, method: AttachMethod): number {
    return method === 'sys_enter' ? syscallNumber(hook.name) : 0;
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
