/** What a hook reads, as policies ask for it. */
import type { ArgumentType } from './argument-types.ts';

/** A member that is read instead of what leads to it. */
export interface ResolvePlan {
  /** `mm.owner.pid`, `arr[2].name`. */
  readonly path: string;
  /** Struct that the path begins at; that of the parameter when empty. */
  readonly btfType: string;
  /** Kernel module that has the struct; absent: the kernel. */
  readonly btfTypeModule?: string;
  /** File with the types of the program that has the struct, and the memory; absent: the kernel. */
  readonly btfPath?: string;
  /** The running thread, instead of a parameter. */
  readonly isCurrentTask: boolean;
  /** Offset in struct pt_regs, when the path names a register. */
  readonly register?: number;
}

export interface ArgumentPlan {
  /** Position in the parameters of the function, from 0. */
  readonly index: number;
  readonly type: ArgumentType;
  readonly label: string;
  /** char_buf, char_iovec: position of the parameter that holds the length, from 0. */
  readonly sizeIndex?: number;
  /** Of buffers: as much is read as a record holds. */
  readonly maxData?: true;
  /** Absent: the parameter itself. */
  readonly resolve?: ResolvePlan;
  /** Read when the call returns: the function fills what it points to. */
  readonly returnCopy?: true;
  /** Reported as data, not as an argument. */
  readonly isData?: true;
}
