/** Numbers of the bpf system call by the names of its header, without what they all begin with. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** By number. */
export const BPF_COMMANDS: readonly string[] = words(`
  map_create map_lookup_elem map_update_elem map_delete_elem map_get_next_key prog_load obj_pin
  obj_get prog_attach prog_detach prog_test_run prog_get_next_id map_get_next_id prog_get_fd_by_id
  map_get_fd_by_id obj_get_info_by_fd prog_query raw_tracepoint_open btf_load btf_get_fd_by_id
  task_fd_query map_lookup_and_delete_elem map_freeze btf_get_next_id map_lookup_batch
  map_lookup_and_delete_batch map_update_batch map_delete_batch link_create link_update
  link_get_fd_by_id link_get_next_id enable_stats iter_create link_detach prog_bind_map token_create
  prog_stream_read_by_fd
`);

const PROGRAM_TYPES: readonly string[] = words(`
  unspec socket_filter kprobe sched_cls sched_act tracepoint xdp perf_event cgroup_skb cgroup_sock
  lwt_in lwt_out lwt_xmit sock_ops sk_skb cgroup_device sk_msg raw_tracepoint cgroup_sock_addr
  lwt_seg6local lirc_mode2 sk_reuseport flow_dissector cgroup_sysctl raw_tracepoint_writable
  cgroup_sockopt tracing struct_ops ext lsm sk_lookup syscall netfilter
`);

const MAP_TYPES: readonly string[] = words(`
  unspec hash array prog_array perf_event_array percpu_hash percpu_array stack_trace cgroup_array
  lru_hash lru_percpu_hash lpm_trie array_of_maps hash_of_maps devmap sockmap cpumap xskmap sockhash
  cgroup_storage reuseport_sockarray percpu_cgroup_storage queue stack sk_storage devmap_hash
  struct_ops ringbuf inode_storage task_storage bloom_filter user_ringbuf cgrp_storage arena
`);

/** A number that has no name here stands for itself. */
export function bpfCommandName(command: number): string {
  return BPF_COMMANDS[command] ?? String(command);
}

/** Type of what the command makes; undefined for commands that make neither. */
export function bpfTypeName(command: number, type: number): string | undefined {
  const names = { map_create: MAP_TYPES, prog_load: PROGRAM_TYPES }[bpfCommandName(command)];
  return names && (names[type] ?? String(type));
}
