/** A loaded BPF program: attached, run for a test, measured. */
import { unlinkSync } from 'node:fs';
import type { BpfLink } from './bpf-link.ts';
import { KernelError } from './errors.ts';
import { type NativeHandle, native } from './native.ts';

/** Counters since load; the first two count only while somebody holds enableStats(). */
export interface ProgramStats {
  readonly runCount: number;
  readonly runTimeNs: number;
  readonly recursionMisses: number;
  /** Bytes of machine code. */
  readonly jitedBytes: number;
  /** Instructions the verifier walked through. */
  readonly verifiedInstructions: number;
}

/** Inputs of a test run; which ones are allowed depends on the program type. */
export interface TestRunInput {
  readonly context?: Uint8Array;
  readonly data?: Uint8Array;
  readonly repeat?: number;
}

export interface TestRunResult {
  readonly returnValue: number;
  /** The context after the run; empty if none was given. */
  readonly context: Uint8Array;
  /** The packet after the run; empty if none was given. */
  readonly data: Uint8Array;
  /** Average of one repetition; 0 for program types that do not measure. */
  readonly durationNs: number;
}

/** What a program is attached to; `section` is what its section or setAttachTarget says. */
export type AttachPoint =
  | { readonly kind: 'section' }
  | { readonly kind: 'kprobe'; readonly kernelFunction: string; readonly isReturn: boolean }
  | { readonly kind: 'tracepoint'; readonly category: string; readonly event: string }
  /** All sockets of the cgroup, and of those below. */
  | { readonly kind: 'cgroup'; readonly directory: string }
  | UprobePoint;

/** A place in the code of a file, in every process that maps it. */
export interface UprobePoint {
  readonly kind: 'uprobe';
  readonly file: string;
  /** Of the instruction, in bytes of the file. */
  readonly offset: number;
  /** Offset in the file of a counter that is raised while attached; 0: none. */
  readonly refCounter: number;
  readonly isReturn: boolean;
  /** What the program is told of this place. */
  readonly cookie: number;
}

/** Attaches by the object it came from; undefined for a program that was opened by its pin. */
export type Attach = (point: AttachPoint) => BpfLink;

/** Packets may grow during a test run by this much. */
const DATA_ROOM = 256;

/** Owns a descriptor of its own; BpfObject.close closes it and what it attached. */
export class BpfProgram {
  readonly #handle: NativeHandle<'program'>;
  readonly #name: string;
  readonly #attach: Attach | undefined;

  /** For the kernel room; others get programs from BpfObject.program or BpfProgram.openPinned. */
  constructor(handle: NativeHandle<'program'>, name?: string, attach?: Attach) {
    this.#handle = handle;
    this.#name = name ?? native().programInfo(handle).name;
    this.#attach = attach;
  }

  /** A program that was pinned before; it can be run and measured, not attached. */
  static openPinned(path: string): BpfProgram {
    return new BpfProgram(native().programOpenPinned(path));
  }

  /** For the kernel room: what the addon knows this program by. */
  get handle(): NativeHandle<'program'> {
    return this.#handle;
  }

  get name(): string {
    return this.#name;
  }

  /** The kernel's number of this program. */
  get id(): number {
    return native().programInfo(this.#handle).id;
  }

  /** Attaches as the program's section or setAttachTarget says; throws ENGINE_ATTACH_FAILED. */
  attach(): BpfLink {
    return this.attachTo({ kind: 'section' });
  }

  /** Attaches to the entry or the return of a kernel function; throws ENGINE_ATTACH_FAILED. */
  attachKprobe(kernelFunction: string, options: { readonly isReturn?: boolean } = {}): BpfLink {
    return this.attachTo({ kind: 'kprobe', kernelFunction, isReturn: options.isReturn ?? false });
  }

  /** Attaches to any place; throws ENGINE_ATTACH_FAILED. */
  attachTo(point: AttachPoint): BpfLink {
    return this.#attacher()(point);
  }

  /** Runs the program once (or `repeat` times) on the given input, without any hook. */
  testRun(input: TestRunInput = {}): TestRunResult {
    const context = input.context?.slice();
    const room = input.data === undefined ? undefined : input.data.length + DATA_ROOM;
    const out = room === undefined ? undefined : new Uint8Array(room);
    const repeat = input.repeat ?? 0;
    const ran = native().programTestRun(this.#handle, context, input.data, out, repeat);
    return {
      returnValue: ran.returnValue,
      context: context ?? new Uint8Array(0),
      data: out?.slice(0, ran.dataSize) ?? new Uint8Array(0),
      durationNs: ran.durationNs,
    };
  }

  stats(): ProgramStats {
    const { name: _name, id: _id, ...stats } = native().programInfo(this.#handle);
    return stats;
  }

  /** Runs an iterator program (SEC("iter/…")) to its end and returns all it printed. */
  runIterator(): Uint8Array {
    return native().programRunIterator(this.#handle);
  }

  /** Keeps the program loaded after the agent ends; the path is on a bpf file system. */
  pin(path: string): void {
    native().programPin(this.#handle, path);
  }

  /** Removes a pin of this program; it lives on while anything uses it. */
  unpin(path: string): void {
    unlinkSync(path);
  }

  /** Gives up this descriptor; links made from it stay. Closing twice is fine. */
  close(): void {
    native().close(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #attacher(): Attach {
    if (this.#attach !== undefined) return this.#attach;
    throw new KernelError(
      'ENGINE_OBJECT_STATE',
      `program ${this.#name} was opened by its pin and cannot be attached`,
    );
  }
}
