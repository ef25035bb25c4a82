/** Arguments of hooks in Tetragon's event JSON. A key that is undefined is not printed. */

import type { SyscallAbi } from '../../../model/syscalls.ts';

/** A file or path argument. */
export interface JsonFile {
  readonly path?: string | undefined;
  readonly flags?: string | undefined;
  readonly permission?: string | undefined;
}

/** Which keys there are follows from the kind of argument. */
export interface JsonSocket {
  readonly family?: string | undefined;
  readonly type?: string | undefined;
  readonly mark?: number | undefined;
  readonly priority?: number | undefined;
  readonly cookie?: string | undefined;
  readonly state?: string | undefined;
  readonly hash?: number | undefined;
  readonly len?: number | undefined;
  readonly proto?: number | undefined;
  readonly protocol?: string | undefined;
  readonly saddr?: string | undefined;
  readonly sport?: number | undefined;
  readonly daddr?: string | undefined;
  readonly dport?: number | undefined;
}

/** A BPF program or map; the keys are spelled as Tetragon's. */
export interface JsonBpf {
  readonly ProgType?: string | undefined;
  readonly InsnCnt?: number | undefined;
  readonly ProgName?: string | undefined;
  readonly MapType?: string | undefined;
  readonly KeySize?: number | undefined;
  readonly ValueSize?: number | undefined;
  readonly MaxEntries?: number | undefined;
  readonly MapName?: string | undefined;
}

export interface JsonPerfEvent {
  readonly KprobeFunc?: string | undefined;
  readonly Type?: string | undefined;
  readonly Config?: string | undefined;
  readonly ProbeOffset?: string | undefined;
}

export interface JsonModule {
  readonly name?: string | undefined;
  readonly signature_ok?: boolean | undefined;
  readonly tainted?: readonly string[] | undefined;
}

/** One argument; exactly one of the `_arg` keys is set. */
export interface JsonArgument {
  readonly string_arg?: string | undefined;
  readonly int_arg?: number | undefined;
  readonly uint_arg?: number | undefined;
  readonly long_arg?: string | undefined;
  readonly size_arg?: string | undefined;
  readonly syscall_id?: { readonly id: number; readonly abi: SyscallAbi } | undefined;
  readonly file_arg?: JsonFile | undefined;
  readonly path_arg?: JsonFile | undefined;
  readonly linux_binprm_arg?: JsonFile | undefined;
  readonly sock_arg?: JsonSocket | undefined;
  readonly skb_arg?: JsonSocket | undefined;
  readonly sockaddr_arg?:
    | { readonly family?: string; readonly addr?: string; readonly port?: number }
    | undefined;
  readonly sockaddrun_arg?: { readonly family?: string; readonly path?: string } | undefined;
  readonly bytes_arg?: string | undefined;
  readonly truncated_bytes_arg?:
    | { readonly bytes_arg: string; readonly orig_size: string }
    | undefined;
  readonly net_dev_arg?: { readonly name?: string } | undefined;
  readonly module_arg?: JsonModule | undefined;
  readonly process_credentials_arg?: object | undefined;
  readonly user_ns_arg?: object | undefined;
  readonly capability_arg?: { readonly value: number; readonly name: string } | undefined;
  readonly kernel_cap_t_arg?: string | undefined;
  readonly cap_inheritable_arg?: string | undefined;
  readonly cap_permitted_arg?: string | undefined;
  readonly cap_effective_arg?: string | undefined;
  readonly bpf_cmd_arg?: string | undefined;
  readonly bpf_attr_arg?: JsonBpf | undefined;
  readonly bpf_prog_arg?: JsonBpf | undefined;
  readonly bpf_map_arg?: JsonBpf | undefined;
  readonly perf_event_arg?: JsonPerfEvent | undefined;
  readonly error_arg?: { readonly Message?: string | undefined } | undefined;
  readonly label?: string | undefined;
}
