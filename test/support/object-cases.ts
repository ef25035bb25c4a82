/** Arguments that are objects of the kernel, one case for each type and operator. */
import { join } from 'node:path';
import { BUFFER_CASES } from './buffer-cases.ts';

/** One type of argument, with a trigger that matches and a twin that does not. */
export interface ObjectCase {
  readonly type: string;
  /** The hook, and what it reads. */
  readonly call: string;
  readonly args: string;
  /** An entry of matchArgs. */
  readonly match: string;
  /** Arguments of the trigger. */
  readonly trigger: readonly [string, string];
  readonly twin: readonly [string, string];
  /** What the first argument is in the JSON, as far as it is compared. */
  readonly json: object;
  readonly isSyscall?: boolean;
}

/** `base`: a directory of the test's own. */
export function objectCases(base: string): readonly ObjectCase[] {
  return [...SOCKET_CASES, ...FILE_CASES, ...OTHER_CASES, ...BUFFER_CASES, ...directoryCases(base)];
}

const SOCKET_CASES: readonly ObjectCase[] = [
  ...(
    [
      ['DAddr', '127.0.0.0/8', '127.0.0.2 4101', '::1 4101'],
      ['NotDAddr', '::1', '127.0.0.2 4101', '::1 4101'],
      ['DPort', '4101', '127.0.0.2 4101', '127.0.0.2 4102'],
      ['NotDPort', '4100:4101', '127.0.0.2 4102', '127.0.0.2 4101'],
      ['DPortPriv', '', '127.0.0.1 99', '127.0.0.1 4101'],
      ['Family', 'AF_INET', '127.0.0.1 4101', '::1 4101'],
    ] as const
  ).map(
    ([operator, value, trigger, twin]): ObjectCase => ({
      type: `sock, ${operator}`,
      call: 'tcp_connect',
      args: '{index: 0, type: sock}',
      match:
        value === ''
          ? `{index: 0, operator: ${operator}}`
          : `{index: 0, operator: ${operator}, values: ["${value}"]}`,
      trigger: ['tcp', trigger],
      twin: ['tcp', twin],
      json: { sock_arg: { type: 'SOCK_STREAM', protocol: 'IPPROTO_TCP', state: 'TCP_SYN_SENT' } },
    }),
  ),
  {
    type: 'sock, State and Protocol',
    call: 'tcp_connect',
    args: '{index: 0, type: sock}',
    match: [
      '{index: 0, operator: State, values: [TCP_SYN_SENT]}',
      '{index: 0, operator: Protocol, values: [IPPROTO_TCP]}',
      '{index: 0, operator: SAddr, values: [127.0.0.0/8]}',
    ].join(','),
    trigger: ['tcp', '127.0.0.3 4103'],
    twin: ['tcp', '::1 4103'],
    json: { sock_arg: { daddr: '127.0.0.3', dport: 4103, saddr: '127.0.0.1' } },
  },
  {
    type: 'socket',
    call: 'security_socket_connect',
    args: '{index: 0, type: socket}',
    match: '{index: 0, operator: Protocol, values: [IPPROTO_UDP]}',
    trigger: ['udp', '127.0.0.1 4104'],
    twin: ['tcp', '127.0.0.1 4104'],
    json: { sock_arg: { family: 'AF_INET', type: 'SOCK_DGRAM', protocol: 'IPPROTO_UDP' } },
  },
  {
    type: 'sockaddr',
    call: 'security_socket_connect',
    args: '{index: 1, type: sockaddr}',
    match: '{index: 1, operator: SPort, values: [4105]}',
    trigger: ['tcp', '::1 4105'],
    twin: ['tcp', '::1 4106'],
    json: { sockaddr_arg: { family: 'AF_INET6', addr: '::1', port: 4105 } },
  },
  {
    type: 'sockaddr of a system call',
    call: 'sys_connect',
    isSyscall: true,
    args: '{index: 1, type: sockaddr}',
    match: '{index: 1, operator: SAddr, values: [127.0.0.9]}',
    trigger: ['tcp', '127.0.0.9 4107'],
    twin: ['tcp', '127.0.0.8 4107'],
    json: { sockaddr_arg: { family: 'AF_INET', addr: '127.0.0.9', port: 4107 } },
  },
  ...(['/run/one', '@one'] as const).map(
    (name): ObjectCase => ({
      type: `sockaddr_un ${name}`,
      call: 'sys_connect',
      isSyscall: true,
      args: '{index: 1, type: sockaddr_un}',
      match: [
        `{index: 1, operator: Equal, values: ["${name}"]}`,
        '{index: 1, operator: Family, values: [AF_UNIX]}',
      ].join(','),
      trigger: ['unix', name],
      twin: ['unix', `${name}2`],
      json: { sockaddrun_arg: { family: 'AF_UNIX', path: name } },
    }),
  ),
  {
    type: 'skb',
    call: 'ip_output',
    args: '{index: 2, type: skb}',
    match: [
      '{index: 2, operator: DPort, values: [4108]}',
      '{index: 2, operator: Protocol, values: [IPPROTO_UDP]}',
    ].join(','),
    trigger: ['udp', '127.0.0.1 4108'],
    twin: ['udp', '127.0.0.1 4109'],
    json: { skb_arg: { family: 'AF_INET', protocol: 'IPPROTO_UDP', dport: 4108, len: 29 } },
  },
];

const FILE_CASES: readonly ObjectCase[] = [
  {
    type: 'fd',
    call: 'sys_lseek',
    isSyscall: true,
    args: '{index: 0, type: fd}',
    match: '{index: 0, operator: Equal, values: [/dev/null]}',
    trigger: ['seek', '/dev/null'],
    twin: ['seek', '/dev/zero'],
    json: { file_arg: { path: '/dev/null', permission: 'crw-rw-rw-' } },
  },
  {
    type: 'fd, FileType',
    call: 'sys_lseek',
    isSyscall: true,
    args: '{index: 0, type: fd}',
    match: '{index: 0, operator: FileType, values: [dir]}',
    trigger: ['seek', '/proc'],
    twin: ['seek', '/dev/zero'],
    json: { file_arg: { path: '/proc' } },
  },
  {
    type: 'char_buf',
    call: 'sys_write',
    isSyscall: true,
    args: '{index: 1, type: char_buf, sizeArgIndex: 3}',
    match: '{index: 1, operator: Prefix, values: [secret]}',
    trigger: ['write', 'secret-1'],
    twin: ['write', 'public-1'],
    json: { bytes_arg: Buffer.from('secret-1').toString('base64') },
  },
  {
    type: 'filename',
    call: 'do_filp_open',
    args: '{index: 1, type: filename}',
    match: '{index: 1, operator: Equal, values: [/etc/hostname]}',
    trigger: ['seek', '/etc/hostname'],
    twin: ['seek', '/etc/passwd'],
    json: { string_arg: '/etc/hostname' },
  },
  {
    type: 'linux_binprm',
    call: 'security_bprm_check',
    args: '{index: 0, type: linux_binprm}',
    match: '{index: 0, operator: Postfix, values: [/true]}',
    trigger: ['exec', '/usr/bin/true'],
    twin: ['exec', '/usr/bin/id'],
    json: { linux_binprm_arg: { path: '/usr/bin/true' } },
  },
];

const OTHER_CASES: readonly ObjectCase[] = [
  {
    type: 'net_device',
    call: 'dev_get_stats',
    args: '{index: 0, type: net_device}',
    match: '{index: 0, operator: Equal, values: [lo]}',
    trigger: ['read', '/proc/net/dev'],
    twin: ['read', '/proc/net/tcp'],
    json: { net_dev_arg: { name: 'lo' } },
  },
  {
    type: 'capability, user_namespace and cred',
    call: 'security_capable',
    args: '{index: 2, type: capability}, {index: 0, type: cred}, {index: 1, type: user_namespace}',
    match: '{index: 2, operator: Equal, values: [21]}',
    trigger: ['unshare', 'uts'],
    twin: ['seek', '/dev/null'],
    json: { capability_arg: { value: 21, name: 'CAP_SYS_ADMIN' } },
  },
  {
    type: 'cap_effective, CapabilitiesGained',
    call: 'security_capset',
    args: '{index: 2, type: cap_effective}, {index: 3, type: cap_inheritable}',
    match: '{args: [1, 0], operator: CapabilitiesGained, values: ["true"]}',
    trigger: ['capset', 'gain'],
    twin: ['seek', '/dev/null'],
    json: {},
  },
  {
    type: 'cap_effective, Mask',
    call: 'security_capset',
    args: '{index: 2, type: cap_effective}',
    match: '{index: 2, operator: Mask, values: ["0x400"]}',
    trigger: ['capset', 'gain'],
    twin: ['capset', 'drop'],
    json: {},
  },
  {
    type: 'bpf_cmd and bpf_attr',
    call: 'security_bpf',
    args: '{index: 0, type: bpf_cmd}, {index: 1, type: bpf_attr}',
    match: '{index: 0, operator: Equal, values: [5]}',
    trigger: ['program', 'one'],
    twin: ['map', 'one'],
    json: { bpf_cmd_arg: 'BPF_PROG_LOAD' },
  },
  {
    type: 'bpf_prog',
    call: 'security_bpf_prog',
    args: '{index: 0, type: bpf_prog}',
    match: '',
    trigger: ['program', 'two'],
    twin: ['map', 'two'],
    json: {
      bpf_prog_arg: { ProgType: 'BPF_PROG_TYPE_SOCKET_FILTER', InsnCnt: 2, ProgName: 'two' },
    },
  },
  {
    type: 'bpf_map',
    call: 'security_bpf_map',
    args: '{index: 0, type: bpf_map}',
    match: '',
    trigger: ['map', 'three'],
    twin: ['program', 'three'],
    json: {
      bpf_map_arg: { MapType: 'BPF_MAP_TYPE_ARRAY', KeySize: 4, ValueSize: 8, MapName: 'three' },
    },
  },
  {
    type: 'perf_event',
    call: 'security_perf_event_alloc',
    args: '{index: 0, type: perf_event}',
    match: '',
    trigger: ['perf', '3'],
    twin: ['map', 'four'],
    json: { perf_event_arg: { Type: 'PERF_TYPE_SOFTWARE', Config: '3' } },
  },
  {
    type: 'nop',
    call: 'sys_lseek',
    isSyscall: true,
    args: '{index: 1, type: nop}, {index: 2, type: int}',
    match: '{index: 2, operator: Equal, values: [0]}',
    trigger: ['seek', '/dev/null'],
    twin: ['map', 'five'],
    json: {},
  },
];

function directoryCases(base: string): readonly ObjectCase[] {
  return [
    {
      type: 'kiocb',
      call: 'urandom_read_iter',
      args: '{index: 0, type: kiocb}',
      match: '{index: 0, operator: Equal, values: [/dev/urandom]}',
      trigger: ['read', '/dev/urandom'],
      twin: ['read', join(base, 'random')],
      json: { file_arg: { path: '/dev/urandom' } },
    },
    {
      type: 'dentry',
      call: 'security_inode_mkdir',
      args: '{index: 1, type: dentry}',
      match: '{index: 1, operator: Postfix, values: [/made]}',
      trigger: ['mkdir', join(base, 'made')],
      twin: ['mkdir', join(base, 'made2')],
      json: {},
    },
  ];
}
