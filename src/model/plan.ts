/**
 * Plans: policies after checking, as plain data. A plan says what to match and do in the terms of
 * the kernel side; how selectors become rows is decided by the engine when plans are joined per
 * hook.
 */

import type { ArgumentPlan, ResolvePlan } from './argument-plan.ts';
import type { FindingLevel } from './finding.ts';
import type { PairMatch } from './number-pair.ts';
import type { RequestPlan } from './request.ts';
import type { PolicyScope } from './scope.ts';
import type { StackChoice } from './stack.ts';

export type { ArgumentPlan, ResolvePlan };

/** A kernel attach point, before a method is chosen for it. */
export type Hook =
  /** `name` is without architecture prefix: `openat`. */
  | { readonly kind: 'syscall'; readonly name: string; readonly method?: 'fentry' }
  /** `method`: the only way of attaching that will do. */
  | { readonly kind: 'function'; readonly name: string; readonly method?: 'fentry' }
  /** `name` is without `bpf_lsm_`: `file_open`. */
  | { readonly kind: 'lsm'; readonly name: string }
  /** Arguments are the fields of the event's record, counted as its format file lists them. */
  | { readonly kind: 'tracepoint'; readonly subsystem: string; readonly name: string }
  /** Arguments are those of the tracepoint's own function, typed. */
  | { readonly kind: 'raw_tracepoint'; readonly subsystem: string; readonly name: string }
  /** A place in the code of a program or library; `name` is how people write it. */
  | {
      readonly kind: 'uprobe';
      readonly path: string;
      readonly name: string;
      readonly place: UprobePlace;
      /** Offset in the file of a counter to raise while attached; 0: none. */
      readonly refCounter: number;
      /** `sha256:…`, `build-id:…`: the file has one of them. Absent: any file will do. */
      readonly digests?: readonly string[];
    }
  /** A place that the makers of a program marked and named. */
  | {
      readonly kind: 'usdt';
      readonly path: string;
      readonly provider: string;
      readonly name: string;
    };

/** Where in a file; `address` is one of the program, as its ELF headers have it. */
export type UprobePlace =
  | { readonly kind: 'symbol'; readonly symbol: string; readonly offset: number }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'address'; readonly address: number };

/** Inclusive, in the order of the type. */
export interface NumberRange {
  readonly min: bigint;
  readonly max: bigint;
}

/** NotMask: no bit of the values is set. */
export type NumberOperator = 'Equal' | 'NotEqual' | 'Mask' | 'NotMask';

export type RangeOperator = 'InRange' | 'NotInRange';

export type TextOperator =
  | 'Equal'
  | 'NotEqual'
  | 'Prefix'
  | 'NotPrefix'
  | 'Postfix'
  | 'NotPostfix'
  | 'SubString'
  | 'NotSubString'
  | 'SubStringIgnCase';

/** A number that is only a part of its argument. */
export type ArgumentPart =
  | 'family'
  | 'protocol'
  | 'state'
  | 'source_port'
  | 'destination_port'
  /** S_IFMT of the mode. */
  | 'file_type';

/** The addresses whose first `bits` bits are these; those of IPv4 are ::ffff:a.b.c.d. */
export interface AddressPrefix {
  /** 128 bits. */
  readonly address: bigint;
  readonly bits: number;
}

/** Values are ORed; the operators with `Not` hold when none of them does. */
export type ArgumentMatch =
  | {
      readonly kind: 'number';
      /** Position in HookPlan.arguments. */
      readonly argument: number;
      /** What of the argument is compared; its value when absent. */
      readonly part?: ArgumentPart;
      readonly operator: NumberOperator;
      /** As 64-bit two's complement, already sign-extended from the argument's width. */
      readonly values: readonly bigint[];
    }
  | {
      readonly kind: 'range';
      readonly argument: number;
      readonly part?: ArgumentPart;
      readonly operator: RangeOperator;
      readonly isSigned: boolean;
      readonly ranges: readonly NumberRange[];
    }
  | {
      readonly kind: 'text';
      readonly argument: number;
      readonly operator: TextOperator;
      readonly values: readonly string[];
    }
  | {
      readonly kind: 'address';
      readonly argument: number;
      readonly end: 'source' | 'destination';
      readonly operator: 'In' | 'NotIn';
      readonly prefixes: readonly AddressPrefix[];
    }
  /** A bit that is set in `after` and not in `argument`. */
  | { readonly kind: 'gained'; readonly argument: number; readonly after: number }
  | PairMatch;

export interface PidMatch {
  readonly operator: 'In' | 'NotIn';
  /** Values are pids in the innermost pid namespace of the process, not of the host. */
  readonly isNamespacePid: boolean;
  /** The pid of the process or of one of its ancestors that still run. */
  readonly followForks: boolean;
  readonly values: readonly number[];
}

/** Kinds of namespaces, as JSON spells them. */
export const NAMESPACE_NAMES = [
  'uts',
  'ipc',
  'mnt',
  'pid',
  'pidForChildren',
  'net',
  'time',
  'timeForChildren',
  'cgroup',
  'user',
] as const;

export type NamespaceName = (typeof NAMESPACE_NAMES)[number];

export interface NamespaceMatch {
  readonly namespace: NamespaceName;
  readonly operator: 'In' | 'NotIn';
  /** Inode numbers; `host` is the one of the host, whatever its number. */
  readonly values: readonly (number | 'host')[];
}

export interface CapabilityMatch {
  readonly set: 'effective' | 'permitted' | 'inheritable';
  /** In: the process has one of them. NotIn: it has none. */
  readonly operator: 'In' | 'NotIn';
  /** Only processes outside of the host's user namespace. */
  readonly isNamespaceCapability: boolean;
  /** Bit n: capability n. */
  readonly mask: bigint;
}

/** Holds when one of these changed since the last exec, once for each change. */
export interface NamespaceChangeMatch {
  readonly namespaces: readonly NamespaceName[];
}

/**
 * In: one of the capabilities was gained or lost since the last exec. NotIn: others were, and none
 * of these. Once for each change.
 */
export type CapabilityChangeMatch = CapabilityMatch;

export type BinaryOperator = 'In' | 'NotIn' | 'Prefix' | 'NotPrefix' | 'Postfix' | 'NotPostfix';

export interface BinaryMatch {
  readonly operator: BinaryOperator;
  /** In, NotIn: the process or one of its ancestors had the executable. */
  readonly followChildren: boolean;
  /** In, NotIn, Prefix: absolute paths. */
  readonly values: readonly string[];
}

/** The same arguments are reported once in the interval, for each thread, process, or at all. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly scope: 'thread' | 'process' | 'global';
}

export type ActionPlan =
  | {
      readonly kind: 'Post';
      readonly rateLimit?: RateLimit;
      readonly stacks?: StackChoice;
      /** Report what integrity measurement says of the file. */
      readonly hash?: true;
    }
  | { readonly kind: 'NoPost' }
  /** `isTree`: and all that descends from the process. */
  | { readonly kind: 'Sigkill'; readonly isTree?: true }
  | { readonly kind: 'Signal'; readonly signal: number }
  /** error is a negative errno. */
  | { readonly kind: 'Override'; readonly error: number }
  | RequestPlan
  | ({ readonly kind: 'NotifyEnforcer' } & Decision)
  /** `socket`: index of the parameter that is a struct sock. */
  | { readonly kind: 'TrackSock' | 'UntrackSock'; readonly socket: number }
  /** Overwrites the variable that the parameter `index` is with 32 bits. */
  | { readonly kind: 'Set'; readonly index: number; readonly value: number }
  /** Takes back the decisions of the policy that wait in the thread. */
  | {
      readonly kind: 'CleanupEnforcerNotification';
      readonly decisions: readonly Decision[];
    };

export type ReturnTracking = 'TrackSock' | 'UntrackSock';

/** What an enforcer is to do: negative errno, signal; 0: not. */
export interface Decision {
  readonly error: number;
  readonly signal: number;
}

/** All present conditions must hold; the first selector of a policy that holds acts. */
export interface SelectorPlan {
  readonly matchArgs: readonly ArgumentMatch[];
  /** From expressions: all conditions of one of these must hold too. Never empty. */
  readonly alternatives?: readonly (readonly ArgumentMatch[])[];
  readonly matchBinaries: readonly BinaryMatch[];
  /** The same of the parent process. */
  readonly matchParentBinaries: readonly BinaryMatch[];
  readonly matchPids: readonly PidMatch[];
  /** Whom it is about, within the scope of the policy. */
  readonly matchWorkloads?: PolicyScope;
  readonly matchNamespaces: readonly NamespaceMatch[];
  readonly matchCapabilities: readonly CapabilityMatch[];
  readonly matchNamespaceChanges: readonly NamespaceChangeMatch[];
  readonly matchCapabilityChanges: readonly CapabilityChangeMatch[];
  /** Never empty: `Post` when the policy names none. */
  readonly actions: readonly ActionPlan[];
  /** Conditions on what the function returned; the position of that is 0. */
  readonly matchReturnArgs?: readonly ArgumentMatch[];
  /** What happens when those hold, after what happens at the entry. */
  readonly returnActions?: readonly ActionPlan[];
  /** Holds when the thread carries this decision of the policy. */
  readonly decision?: Decision;
  /** What the policy calls the selector, if anything. */
  readonly label?: string;
}

/** One entry of `kprobes` or `lsmhooks`. */
export interface HookPlan {
  readonly hook: Hook;
  /** Section and position, for messages: `kprobes[0]`. */
  readonly source: string;
  readonly arguments: readonly ArgumentPlan[];
  /** What the function returns; events then wait for that. */
  readonly result?: ArgumentPlan;
  /** What happens to the socket that the function returns. */
  readonly returnTracking?: ReturnTracking;
  /** Index of the parameter whose socket says what process events name, if that is tracked. */
  readonly ownedSocket?: number;
  /** Never empty: one without conditions when the policy names none. */
  readonly selectors: readonly SelectorPlan[];
  readonly message: string;
  readonly tags: readonly string[];
  /** From ignore.callNotFound: a missing function is not an error. */
  readonly optional: boolean;
  /** From ignore.digestVerificationFailure: neither is another program at the path. */
  readonly acceptsRejection?: true;
}

/** `monitor`: actions that would enforce are reported and not done. */
export type PolicyMode = 'enforce' | 'monitor';

export interface PolicyPlan {
  readonly name: string;
  /** Where the text came from, for messages. */
  readonly file: string;
  readonly hooks: readonly HookPlan[];
  /** Files that are mapped executable are reported. */
  readonly loader?: true;
  /** Absent when the policy does not say: `enforce`. */
  readonly mode?: PolicyMode;
  /** Absent: every process of the node. */
  readonly scope?: PolicyScope;
  /** Severity of the alerts that its events are; absent: they are none. */
  readonly alert?: FindingLevel;
}
