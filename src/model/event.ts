/**
 * Events: what happened, with the process it happened in. Immutable. Numbers of 64 bits that can
 * pass 2^53 are bigint; ids that are only compared or printed are strings.
 */

import type { DnsDatagram } from './dns-datagram.ts';
import type { HookEventPlace } from './hook-event-place.ts';
import type { ActionName, HookOutcome, HookReturn } from './hook-return.ts';
import type { StackFrame } from './stack.ts';
import type { SyscallAbi } from './syscalls.ts';
import type { Workload } from './workload.ts';

export type { ActionName, HookEventPlace };

/** Inode numbers of the namespaces of a process; 0 when the kernel does not have the kind. */
export interface Namespaces {
  readonly uts: number;
  readonly ipc: number;
  readonly mnt: number;
  readonly pid: number;
  readonly pidForChildren: number;
  readonly net: number;
  readonly time: number;
  readonly timeForChildren: number;
  readonly cgroup: number;
  readonly user: number;
}

/** Credentials at the time of the exec. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly euid: number;
  readonly egid: number;
  readonly suid: number;
  readonly sgid: number;
  readonly fsuid: number;
  readonly fsgid: number;
  readonly securebits: number;
  /** 4294967295 when no login set it. */
  readonly loginUid: number;
  /** Bit sets of capability numbers. */
  readonly capPermitted: bigint;
  readonly capEffective: bigint;
  readonly capInheritable: bigint;
}

/** The file that was executed, as the kernel saw it. */
export interface Executable {
  /** Path of the mapped file; for a script this is its interpreter. */
  readonly path: string;
  readonly inode: bigint;
  /** dev_t as the kernel keeps it: major << 20 | minor. */
  readonly device: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Marks on a process image; each is a fact the kernel stated. */
export interface ProcessFlags {
  /** First exec since the fork. */
  readonly clone: boolean;
  /** Known from an exec that was seen. False: forked only, or seeded. */
  readonly exec: boolean;
  /** Was running before the agent started. */
  readonly seeded: boolean;
  /** Nothing but the ids is known: its records were lost. */
  readonly unknown: boolean;
  readonly argsTruncated: boolean;
  readonly argsUnreadable: boolean;
  readonly binaryUnresolved: boolean;
  readonly cwdUnresolved: boolean;
  readonly cwdRoot: boolean;
  readonly memfd: boolean;
  readonly unlinked: boolean;
  readonly upperLayer: boolean;
  readonly setuid: boolean;
  readonly setgid: boolean;
  readonly fileCaps: boolean;
  readonly kernelThread: boolean;
  readonly nonLeader: boolean;
  readonly inInitTree: boolean;
}

/** One process image: from fork or exec to the next exec or exit. */
export interface Process {
  /** base64 of `node:start_ns:tgid`; joins everything. */
  readonly execId: string;
  readonly parentExecId: string;
  readonly tgid: number;
  /** Key of the image: boot time ns of the process start plus its exec count. */
  readonly startNs: bigint;
  /** Boot time ns at which this image started. */
  readonly imageTimeNs: bigint;
  readonly namespacePid: number;
  /** Controlling terminal, as tty_nr of /proc/PID/stat; 0 when there is none. */
  readonly tty: number;
  /** Absolute path of what was executed: a script's own path, not its interpreter's. */
  readonly binary: string;
  /** argv[0] first. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The interpreter, when the executed file is a script; else empty. */
  readonly interpreter: string;
  readonly executable: Executable;
  readonly credentials: Credentials;
  readonly namespaces: Namespaces;
  readonly cgroupId: bigint;
  /** Last component of the cgroup path. */
  readonly cgroupName: string;
  readonly flags: ProcessFlags;
}

/** Process context shared by every event. */
interface EventBase {
  /** Per-node record number. */
  readonly sequence: number;
  /** CLOCK_BOOTTIME ns. */
  readonly timeNs: bigint;
  readonly process: Process;
  /** Absent for pid 1, kernel threads, and when its records were lost. */
  readonly parent: Process | undefined;
  readonly tid: number;
  /** Whose the cgroup of the process was; absent where nobody follows cgroups. */
  readonly workload?: Workload | undefined;
  readonly parentWorkload?: Workload | undefined;
}

export interface ProcessExecEvent extends EventBase {
  readonly kind: 'process_exec';
}

export interface ProcessExitEvent extends EventBase {
  readonly kind: 'process_exit';
  /** Signal number that ended the process, 0 if it exited. */
  readonly signal: number;
  /** Exit status, 0..255. */
  readonly status: number;
}

/** A file was mapped executable. */
export interface ProcessLoaderEvent extends EventBase {
  readonly kind: 'process_loader';
  readonly path: string;
  /** Empty when the kernel found none. */
  readonly buildId: Uint8Array;
}

/** Only detections are told. */
export interface ProcessDnsEvent extends EventBase, DnsDatagram {
  readonly kind: 'process_dns';
}

/** A file, and how it was named. */
export interface FileValue {
  readonly path: string;
  readonly mode: number;
  readonly unresolved: boolean;
}

/** Ends of a connection; an address is empty where the family has none. */
export interface SocketValue {
  /** AF_ number. */
  readonly family: number;
  /** SOCK_ number. */
  readonly type: number;
  /** IPPROTO_ number. */
  readonly protocol: number;
  /** TCP_ number. */
  readonly state: number;
  readonly mark: number;
  readonly priority: number;
  /** Of packets only, as the length. */
  readonly hash: number;
  readonly length: number;
  readonly etherType: number;
  readonly cookie: bigint;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
}

export interface UserNamespaceValue {
  /** 0: the host's. */
  readonly level: number;
  /** Who made it. */
  readonly uid: number;
  readonly gid: number;
  readonly inum: number;
}

/** Decoded arguments, one variant per JSON form. */
export type ArgumentValue =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'uint'; readonly value: number }
  | { readonly kind: 'long'; readonly value: bigint }
  | { readonly kind: 'size'; readonly value: bigint }
  | { readonly kind: 'syscall'; readonly number: number; readonly abi: SyscallAbi }
  | { readonly kind: 'string'; readonly value: string; readonly truncated: boolean }
  /** `size`: what there was; more than the bytes when they were cut. */
  | { readonly kind: 'bytes'; readonly value: Uint8Array; readonly size: number }
  | ({ readonly kind: 'file' | 'path' | 'linux_binprm' } & FileValue)
  | ({ readonly kind: 'sock' | 'skb' | 'sockaddr' } & SocketValue)
  | { readonly kind: 'sockaddr_un'; readonly family: number; readonly path: string }
  | { readonly kind: 'net_device'; readonly name: string }
  | {
      readonly kind: 'module';
      readonly name: string;
      readonly isSigned: boolean;
      /** TAINT_ bits. */
      readonly taints: bigint;
    }
  | {
      readonly kind: 'cred';
      readonly credentials: Credentials;
      readonly userNamespace: UserNamespaceValue;
    }
  | ({ readonly kind: 'user_namespace' } & UserNamespaceValue)
  | { readonly kind: 'capability' | 'bpf_cmd'; readonly value: number }
  | {
      readonly kind: 'kernel_cap_t' | 'cap_inheritable' | 'cap_permitted' | 'cap_effective';
      /** Bit n: capability n. */
      readonly value: bigint;
    }
  | {
      readonly kind: 'bpf_attr' | 'bpf_prog';
      readonly type: number;
      readonly instructions: number;
      readonly name: string;
    }
  | {
      readonly kind: 'bpf_map';
      readonly type: number;
      readonly keySize: number;
      readonly valueSize: number;
      readonly entries: number;
      readonly name: string;
    }
  | {
      readonly kind: 'perf_event';
      readonly type: number;
      readonly config: bigint;
      readonly probeOffset: bigint;
      readonly function: string;
    }
  | { readonly kind: 'nop' }
  | { readonly kind: 'unreadable' };

export interface EventArgument {
  readonly value: ArgumentValue;
  readonly label: string;
}

/** A hook that ran and matched one policy. */
export interface HookEvent extends EventBase {
  readonly kind:
    | 'process_kprobe'
    | 'process_lsm'
    | 'process_tracepoint'
    | 'process_uprobe'
    | 'process_usdt';
  /** Absent for functions of the kernel and LSM hooks. */
  readonly place?: HookEventPlace | undefined;
  /** As the kernel names it, with the architecture's prefix: `__x64_sys_lseek`. */
  readonly functionName: string;
  readonly policyName: string;
  readonly message: string;
  readonly tags: readonly string[];
  readonly args: readonly EventArgument[];
  /** Values that are not arguments of the hook. */
  readonly data?: readonly EventArgument[];
  /** Of policies that wait for it. */
  readonly returned?: HookReturn;
  /** How the run came about, innermost first; for selectors that ask. */
  readonly kernelStack?: readonly StackFrame[];
  readonly userStack?: readonly StackFrame[];
  /** Algorithm and hash in hexadecimal, `sha256:00ff…`; for selectors that ask. */
  readonly fileHash?: string;
  readonly action: ActionName;
  readonly outcome: HookOutcome;
}

/** What an earlier event, of the same number, did not know of its workload. */
export interface EnrichmentEvent extends EventBase {
  readonly kind: 'enrichment';
}

export type Event =
  | ProcessExecEvent
  | ProcessExitEvent
  | ProcessLoaderEvent
  | ProcessDnsEvent
  | HookEvent
  | EnrichmentEvent;
