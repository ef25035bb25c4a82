/** Triggers of kprobes and fentries, which take the same hooks. */
import { NUMBERS, type Trigger } from './trigger.ts';
import { NUMBER, TEXT } from './values.ts';

type FunctionTrigger = Omit<Trigger, 'section'>;

const kernel = (name: string): { readonly hook: string; readonly needs: 'fentry' } => ({
  hook: `call: ${name}\n    syscall: false`,
  needs: 'fentry',
});

const text = { kind: 'text', text: TEXT } as const;
const named = (name: string): { readonly kind: 'text'; readonly text: string } => ({
  kind: 'text',
  text: name,
});
const tcp = (state: string): Trigger['subject'] => ({
  kind: 'connection',
  protocol: 'IPPROTO_TCP',
  state,
});
const UDP_ONLY = 'operator: Protocol, values: [IPPROTO_UDP]';
/** chroot asks for CAP_SYS_CHROOT. */
const CHROOT = { kind: 'number', value: 18 } as const;

/** What the process had: root's set, of which the new one is a part. */
const BEFORE = 'index: 1, resolve: cap_effective';

const capabilitySet = (type: string, index: number): FunctionTrigger => ({
  ...kernel('security_capset'),
  ...{ types: [type], subject: { kind: 'number', value: NUMBER }, part: 'apart' },
  ...{ argument: `index: ${index}`, second: BEFORE },
});

const PLAIN: readonly FunctionTrigger[] = [
  {
    ...{ hook: 'call: sys_lseek', argument: 'index: 1' },
    ...{ types: NUMBERS, subject: { kind: 'number', value: NUMBER } },
  },
  { hook: 'call: sys_openat', types: ['string'], subject: text, argument: 'index: 1' },
  { hook: 'call: sys_lseek', types: ['fd'], subject: text, argument: 'index: 0' },
  {
    ...{ hook: 'call: sys_pwrite64', types: ['char_buf'], subject: text },
    argument: 'index: 1, sizeArgIndex: 3',
  },
  {
    ...{ hook: 'call: sys_pwritev', types: ['char_iovec'], subject: text },
    argument: 'index: 1, sizeArgIndex: 3',
  },
  { hook: 'call: sys_bind', types: ['sockaddr_un'], subject: text, argument: 'index: 1' },
  {
    ...{ hook: 'call: sys_connect', types: ['sockaddr'], subject: { kind: 'address' } },
    ...{ part: 'low', argument: 'index: 1' },
  },
];

const OBJECTS: readonly FunctionTrigger[] = [
  { ...kernel('do_filp_open'), types: ['filename'], subject: text, argument: 'index: 1' },
  {
    ...kernel('write_iter_null'),
    ...{ types: ['iov_iter'], subject: text, part: 'apart', argument: 'index: 1' },
  },
  { ...kernel('security_file_open'), types: ['file'], subject: text, argument: 'index: 0' },
  { ...kernel('security_path_truncate'), types: ['path'], subject: text, argument: 'index: 0' },
  { ...kernel('security_path_rename'), types: ['dentry'], subject: text, argument: 'index: 1' },
  {
    ...kernel('urandom_read_iter'),
    ...{ types: ['kiocb'], subject: { ...named('/dev/urandom'), fileType: 'char' } },
    ...{ part: 'apart', argument: 'index: 0' },
  },
  {
    ...kernel('security_bprm_check'),
    ...{ types: ['linux_binprm'], subject: text, part: 'apart', argument: 'index: 0' },
  },
  {
    ...kernel('security_task_getpgid'),
    ...{ types: ['command_line'], subject: text, part: 'objects', argument: 'index: 0' },
  },
  {
    ...kernel('security_bpf'),
    ...{ types: ['bpf_cmd'], subject: { kind: 'number', value: NUMBER }, argument: 'index: 0' },
  },
  {
    ...kernel('security_capable'),
    ...{ types: ['capability'], subject: CHROOT, part: 'apart', argument: 'index: 2' },
  },
  capabilitySet('kernel_cap_t', 2),
  capabilitySet('cap_effective', 2),
  capabilitySet('cap_inheritable', 3),
  capabilitySet('cap_permitted', 4),
  {
    ...kernel('do_init_module'),
    ...{ types: ['module'], subject: named('dummy'), part: 'module', argument: 'index: 0' },
  },
  {
    ...kernel('layout_symtab'),
    ...{ types: ['load_info'], subject: named('dummy'), part: 'module', argument: 'index: 1' },
  },
  {
    ...kernel('tcp_connect'),
    ...{ types: ['sock'], subject: tcp('TCP_SYN_SENT'), part: 'low', argument: 'index: 0' },
  },
  {
    ...kernel('security_socket_shutdown'),
    ...{ types: ['socket'], subject: tcp('TCP_ESTABLISHED'), part: 'low', argument: 'index: 0' },
  },
  {
    ...kernel('__dev_queue_xmit'),
    ...{ types: ['skb'], subject: { kind: 'connection', protocol: 'IPPROTO_UDP' }, part: 'low' },
    ...{ argument: 'index: 0', guard: { argument: 'index: 0, type: skb', match: UDP_ONLY } },
  },
  {
    ...kernel('loopback_xmit'),
    ...{ types: ['net_device'], subject: named('lo'), part: 'low', argument: 'index: 1' },
    guard: { argument: 'index: 0, type: skb', match: UDP_ONLY },
  },
];

export const FUNCTION_TRIGGERS: readonly Trigger[] = [...PLAIN, ...OBJECTS].flatMap((trigger) => [
  { ...trigger, section: 'kprobes' },
  { ...trigger, section: 'fentries', needs: 'fentry' },
]);
