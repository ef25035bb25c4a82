/** What the kernel states about processes, decoded from exec, fork and exit records. */
import type { Credentials, Executable, Namespaces, ProcessFlags } from '../../model/event.ts';

/** Key of an image: boot time ns of the process start plus its exec count, and the tgid. */
interface ImageKey {
  readonly tgid: number;
  readonly startNs: bigint;
  /** CLOCK_BOOTTIME ns of the record; drives retention, so it should not go far backwards. */
  readonly timeNs: bigint;
}

/** An image as an exec record, or a seed of a running process, describes it. */
export interface ImageFacts extends ImageKey {
  readonly imageTimeNs: bigint;
  /** 0 when there is no parent: pid 1 and the root of kernel threads. */
  readonly parentTgid: number;
  readonly parentStartNs: bigint;
  readonly namespacePid: number;
  /** Controlling terminal; 0 when there is none. */
  readonly tty: number;
  /** As passed to exec; empty for a seed. */
  readonly filename: string;
  /** As the kernel names it when the executed file is a script, else empty. */
  readonly interpreter: string;
  /** argv as it lies in memory, each argument ended by NUL. Read at once, never kept. */
  readonly args: Uint8Array;
  readonly cwd: string;
  readonly executable: Executable;
  readonly credentials: Credentials;
  readonly namespaces: Namespaces;
  readonly cgroupId: bigint;
  readonly cgroupName: string;
  readonly flags: ProcessFlags;
}

/** A new process that still runs the image of who forked it; tgid and startNs are the child's. */
export interface ForkFacts extends ImageKey {
  readonly parentTgid: number;
  readonly parentStartNs: bigint;
  readonly namespacePid: number;
  readonly cgroupId: bigint;
  /** Who called fork; with CLONE_PARENT not the parent, which is only who waits for it. */
  readonly forkerTgid: number;
  readonly forkerStartNs: bigint;
}

/** The end of a process; may be stated twice when two threads exit at once. */
export type ExitFacts = ImageKey;
