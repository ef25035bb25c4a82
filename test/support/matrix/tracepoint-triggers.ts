/** Triggers of tracepoints: classic ones for numbers and texts, raw ones for objects. */
import { NUMBERS, type Trigger } from './trigger.ts';
import { NUMBER, TEXT } from './values.ts';

type TracepointTrigger = Omit<Trigger, 'section' | 'needs'>;

const number = { kind: 'number', value: NUMBER } as const;
const text = { kind: 'text', text: TEXT } as const;

const classic = (name: string): string => `subsystem: syscalls\n    event: ${name}`;
const raw = (subsystem: string, name: string): string =>
  `subsystem: ${subsystem}\n    event: ${name}\n    raw: true`;

/** The program names its thread, which shows everything of it; others are named by exec. */
const RENAMED = {
  hook: raw('task', 'task_rename'),
  part: 'apart',
  guard: { argument: 'index: 1, type: string', match: 'operator: Equal, values: [warder]' },
} as const;
/** A descriptor of the file that the program opened first, see SIGURG. */
const DESCRIPTOR = 'index: 0, resolve: "files.fd_array[23]';

/** A child of the program runs the text, which is its command line as well. */
const EXECUTED = {
  hook: raw('sched', 'sched_process_exec'),
  subject: text,
  part: 'apart',
  guard: {
    argument: 'index: 2, type: string, resolve: filename',
    match: `operator: Equal, values: ["${TEXT}"]`,
  },
} as const;

const capabilitySet = (type: string, member: string): TracepointTrigger => ({
  ...{ ...RENAMED, types: [type], subject: number, argument: `index: 0, resolve: cred.${member}` },
  second: 'index: 0, resolve: cred.cap_bset',
});

/** Into the state TCP_SYN_SENT, from TCP_CLOSE. */
const CONNECTS = {
  hook: raw('sock', 'inet_sock_set_state'),
  subject: { kind: 'connection', protocol: 'IPPROTO_TCP', state: 'TCP_CLOSE' },
  part: 'low',
  guard: { argument: 'index: 2, type: int', match: 'operator: Equal, values: ["2"]' },
} as const;
const UDP_ONLY = {
  ...{ argument: 'index: 0, type: skb', match: 'operator: Protocol, values: [IPPROTO_UDP]' },
};

const HOOKS: readonly TracepointTrigger[] = [
  {
    ...{ hook: classic('sys_enter_lseek'), types: [...NUMBERS, 'capability', 'bpf_cmd'] },
    ...{ subject: number, argument: 'index: 6' },
  },
  { hook: classic('sys_enter_openat'), types: ['string'], subject: text, argument: 'index: 6' },
  {
    ...{ hook: 'subsystem: printk\n    event: console', types: ['data_loc'], subject: text },
    ...{ part: 'apart', argument: 'index: 4' },
  },
  {
    ...{ hook: raw('printk', 'console'), types: ['char_buf'], subject: text, part: 'apart' },
    argument: 'index: 0, sizeArgIndex: 2',
  },
  {
    ...{ hook: raw('signal', 'signal_generate'), types: ['fd'], subject: text, part: 'apart' },
    argument: 'index: 0',
    // SIGURG, and not the end of the program.
    guard: { argument: 'index: 0, type: int', match: 'operator: Equal, values: ["23"]' },
  },
  { ...RENAMED, types: ['file'], subject: text, argument: `${DESCRIPTOR}"` },
  { ...RENAMED, types: ['path'], subject: text, argument: `${DESCRIPTOR}.f_path"` },
  { ...RENAMED, types: ['dentry'], subject: text, argument: `${DESCRIPTOR}.f_path.dentry"` },
  capabilitySet('kernel_cap_t', 'cap_effective'),
  capabilitySet('cap_effective', 'cap_effective'),
  capabilitySet('cap_inheritable', 'cap_inheritable'),
  capabilitySet('cap_permitted', 'cap_permitted'),
  { ...EXECUTED, types: ['linux_binprm'], argument: 'index: 2' },
  { ...EXECUTED, types: ['command_line'], argument: 'index: 0' },
  {
    ...{ hook: raw('module', 'module_load'), types: ['module'], part: 'module' },
    ...{ subject: { kind: 'text', text: 'dummy' }, argument: 'index: 0' },
  },
  { ...CONNECTS, types: ['sock'], argument: 'index: 0' },
  { ...CONNECTS, types: ['socket'], argument: 'index: 0, resolve: sk_socket' },
  {
    ...{ hook: raw('net', 'net_dev_queue'), types: ['skb'], part: 'low', guard: UDP_ONLY },
    ...{ subject: { kind: 'connection', protocol: 'IPPROTO_UDP' }, argument: 'index: 0' },
  },
  {
    ...{ hook: raw('net', 'net_dev_start_xmit'), types: ['net_device'], part: 'low' },
    ...{ subject: { kind: 'text', text: 'lo' }, argument: 'index: 1', guard: UDP_ONLY },
  },
];

export const TRACEPOINT_TRIGGERS: readonly Trigger[] = HOOKS.map((hook) => ({
  ...{ ...hook, section: 'tracepoints', needs: 'fentry' },
}));
