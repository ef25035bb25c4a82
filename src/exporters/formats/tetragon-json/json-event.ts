/**
 * Tetragon's event JSON as types: what an encoded event is made of, and what is read back from a
 * line. A key that is undefined is not printed. 64-bit numbers are strings.
 */
import type { UnknownReason } from '../../../model/workload.ts';
import type { JsonArgument } from './json-args.ts';
import type { JsonPod } from './json-pod.ts';

export interface JsonProcess {
  readonly exec_id?: string | undefined;
  readonly pid?: number | undefined;
  readonly uid?: number | undefined;
  readonly cwd?: string | undefined;
  readonly binary?: string | undefined;
  readonly arguments?: string | undefined;
  readonly flags?: string | undefined;
  readonly start_time?: string | undefined;
  readonly auid?: number | undefined;
  readonly pod?: JsonPod | undefined;
  readonly docker?: string | undefined;
  readonly parent_exec_id?: string | undefined;
  readonly cap?: object | undefined;
  readonly ns?: object | undefined;
  readonly tid?: number | undefined;
  readonly process_credentials?: object | undefined;
  readonly binary_properties?: object | undefined;
  readonly in_init_tree?: boolean | undefined;
}

/** One call of a stack; the offset is in the function, or in the file of the module. */
export interface JsonStackFrame {
  readonly address?: string | undefined;
  readonly offset?: string | undefined;
  readonly symbol?: string | undefined;
  readonly module?: string | undefined;
}

/** Body of any event; which keys it has depends on the kind. */
export interface JsonBody {
  readonly process?: JsonProcess | undefined;
  readonly parent?: JsonProcess | undefined;
  readonly signal?: string | undefined;
  readonly status?: number | undefined;
  readonly time?: string | undefined;
  readonly function_name?: string | undefined;
  /** Of a tracepoint. */
  readonly subsys?: string | undefined;
  readonly event?: string | undefined;
  /** Of a place in a program, and of a file that was mapped. */
  readonly path?: string | undefined;
  /** base64 */
  readonly buildid?: string | undefined;
  readonly symbol?: string | undefined;
  readonly offset?: string | undefined;
  readonly ref_ctr_offset?: string | undefined;
  readonly provider?: string | undefined;
  readonly name?: string | undefined;
  readonly args?: readonly JsonArgument[] | undefined;
  readonly data?: readonly JsonArgument[] | undefined;
  readonly return?: JsonArgument | undefined;
  readonly kernel_stack_trace?: readonly JsonStackFrame[] | undefined;
  readonly user_stack_trace?: readonly JsonStackFrame[] | undefined;
  /** Algorithm and hexadecimal hash of the file. */
  readonly ima_hash?: string | undefined;
  readonly action?: string | undefined;
  readonly policy_name?: string | undefined;
  readonly return_action?: string | undefined;
  readonly message?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly ancestors?: readonly JsonProcess[] | undefined;
}

/** What was done in the kernel, by its name in the JSON. */
export interface JsonEnforcement {
  readonly outcome: 'denied' | 'killed' | 'set' | 'not_enforced' | 'monitored';
  /** Name of the errno the caller got: `EPERM`. */
  readonly error?: string | undefined;
  /** The signal that was sent as well as, or instead of, the denial. */
  readonly signal?: string | undefined;
  readonly signal_failed?: true | undefined;
  /** A variable of the program could not be overwritten. */
  readonly set_failed?: true | undefined;
}

/** What Tetragon's events have no place for: one key of the envelope, the rest stays theirs. */
export interface JsonExtension {
  readonly sequence?: string | undefined;
  readonly interpreter?: string | undefined;
  readonly enforcement?: JsonEnforcement | undefined;
  /** Why there is no `return` where the policy asks for it. */
  readonly return_missing?: string | undefined;
  /** What is not known of the workload of the process. */
  readonly enrichment?: JsonEnrichment | undefined;
}

export interface JsonEnrichment {
  /** `pending`: an event of the kind `enrichment` with the same `sequence` may follow. */
  readonly state: 'pending' | 'unknown';
  readonly reason: UnknownReason;
}

export interface JsonEvent {
  readonly process_exec?: JsonBody | undefined;
  readonly process_exit?: JsonBody | undefined;
  readonly process_kprobe?: JsonBody | undefined;
  readonly process_lsm?: JsonBody | undefined;
  readonly process_tracepoint?: JsonBody | undefined;
  readonly process_uprobe?: JsonBody | undefined;
  readonly process_usdt?: JsonBody | undefined;
  readonly process_loader?: JsonBody | undefined;
  /** What an earlier event of the same number did not know of its pod. */
  readonly enrichment?: JsonBody | undefined;
  readonly node_name?: string | undefined;
  readonly time?: string | undefined;
  readonly cluster_name?: string | undefined;
  readonly node_labels?: Readonly<Record<string, string>> | undefined;
  readonly warder?: JsonExtension | undefined;
}
