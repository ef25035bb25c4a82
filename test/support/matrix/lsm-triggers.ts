/** Triggers of lsmhooks. */
import { NARROW, type Trigger, WIDE } from './trigger.ts';
import { NUMBER, TEXT } from './values.ts';

type LsmTrigger = Omit<Trigger, 'section' | 'needs'>;

const number = { kind: 'number', value: NUMBER } as const;
const text = { kind: 'text', text: TEXT } as const;
const CONNECTION: Trigger['subject'] = {
  ...{ kind: 'connection', protocol: 'IPPROTO_TCP', state: 'TCP_ESTABLISHED' },
};
const UDP_ONLY = {
  ...{ argument: 'index: 1, type: skb', match: 'operator: Protocol, values: [IPPROTO_UDP]' },
};
/** The module that the file system of a file is in. */
const MODULE_OF_FILE = 'index: 0, resolve: f_inode.i_sb.s_type.owner';

const capabilitySet = (type: string, index: number): LsmTrigger => ({
  ...{ hook: 'hook: capset', types: [type], subject: number, part: 'apart' },
  ...{ argument: `index: ${index}`, second: 'index: 1, resolve: cap_effective' },
});

const HOOKS: readonly LsmTrigger[] = [
  { hook: 'hook: task_prctl', types: NARROW, subject: number, argument: 'index: 0' },
  { hook: 'hook: task_prctl', types: WIDE, subject: number, argument: 'index: 1' },
  { hook: 'hook: task_prctl', types: ['fd'], subject: text, argument: 'index: 0' },
  { hook: 'hook: sb_mount', types: ['string'], subject: text, argument: 'index: 0' },
  {
    ...{ hook: 'hook: sb_mount', types: ['char_buf'], subject: text },
    argument: 'index: 4, sizeArgIndex: 4',
  },
  { hook: 'hook: file_open', types: ['file'], subject: text, argument: 'index: 0' },
  { hook: 'hook: path_truncate', types: ['path'], subject: text, argument: 'index: 0' },
  { hook: 'hook: path_rename', types: ['dentry'], subject: text, argument: 'index: 1' },
  {
    ...{ hook: 'hook: file_open', types: ['module'], argument: MODULE_OF_FILE },
    subject: { kind: 'text', text: 'overlay' },
  },
  { hook: 'hook: bpf', types: ['bpf_cmd'], subject: number, argument: 'index: 0' },
  { hook: 'hook: socket_bind', types: ['sockaddr_un'], subject: text, argument: 'index: 1' },
  {
    ...{ hook: 'hook: socket_sendmsg', types: ['iov_iter'], subject: text },
    ...{ part: 'low', argument: 'index: 1, resolve: msg_iter' },
  },
  {
    ...{ hook: 'hook: bprm_check_security', types: ['linux_binprm'], subject: text },
    ...{ part: 'apart', argument: 'index: 0' },
  },
  {
    ...{ hook: 'hook: task_getpgid', types: ['command_line'], subject: text },
    ...{ part: 'objects', argument: 'index: 0' },
  },
  {
    ...{ hook: 'hook: capable', types: ['capability'], part: 'apart', argument: 'index: 2' },
    subject: { kind: 'number', value: 18 },
  },
  capabilitySet('kernel_cap_t', 2),
  capabilitySet('cap_effective', 2),
  capabilitySet('cap_inheritable', 3),
  capabilitySet('cap_permitted', 4),
  {
    ...{ hook: 'hook: socket_connect', types: ['sockaddr'], subject: { kind: 'address' } },
    ...{ part: 'low', argument: 'index: 1' },
  },
  {
    ...{ hook: 'hook: socket_shutdown', types: ['socket'], subject: CONNECTION },
    ...{ part: 'low', argument: 'index: 0' },
  },
  {
    ...{ hook: 'hook: socket_shutdown', types: ['sock'], subject: CONNECTION },
    ...{ part: 'low', argument: 'index: 0, resolve: sk' },
  },
  {
    ...{ hook: 'hook: socket_sock_rcv_skb', types: ['skb'], part: 'low', guard: UDP_ONLY },
    ...{ subject: { kind: 'connection', protocol: 'IPPROTO_UDP' }, argument: 'index: 1' },
  },
  {
    ...{ hook: 'hook: socket_sock_rcv_skb', types: ['net_device'], part: 'low', guard: UDP_ONLY },
    ...{ subject: { kind: 'text', text: 'lo' }, argument: 'index: 1, resolve: dev' },
  },
];

export const LSM_TRIGGERS: readonly Trigger[] = HOOKS.map((hook) => ({
  ...{ ...hook, section: 'lsmhooks', needs: 'lsm' },
}));
