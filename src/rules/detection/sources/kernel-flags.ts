/** Numbers of the kernel by the names that facts have for them. */

type Bits = readonly (readonly [bit: number, name: string])[];

function namesOf(flags: number, bits: Bits): readonly string[] {
  return bits.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}

const O_ACCMODE = 3;
const O_RDWR = 2;

/** The O_ flags on which x86-64 and arm64 agree; FMODE_EXEC is of what the kernel executes. */
const OPEN_BITS: Bits = [
  [0o100, 'create'],
  [0o200, 'exclusive'],
  [0o1000, 'truncate'],
  [0o2000, 'append'],
  [0o40, 'exec'],
];

const O_DIRECTORY: Readonly<Record<string, number>> = { x64: 0o200000, arm64: 0o40000 };

/** What an open asks for. */
export function accessFlags(flags: number, machine: string = process.arch): readonly string[] {
  const access = flags & O_ACCMODE;
  const directory = O_DIRECTORY[machine] ?? 0;
  return [
    ...(access === 0 || access === O_RDWR ? ['read'] : []),
    ...(access === 0 ? [] : ['write']),
    ...namesOf(flags, [...OPEN_BITS, [directory, 'directory']]),
  ];
}

const FAMILIES: Readonly<Record<number, string>> = {
  ...{ 1: 'unix', 2: 'ipv4', 10: 'ipv6', 16: 'netlink', 17: 'packet' },
};

/** Address families by the names that rules use. */
export function familyName(family: number): string {
  return FAMILIES[family] ?? String(family);
}

const SOCKET_TYPES: Readonly<Record<number, string>> = { 1: 'stream', 2: 'datagram', 3: 'raw' };

/** Types of sockets; a system call has flags in the same number. */
export function socketTypeName(type: number): string {
  return SOCKET_TYPES[type & 0xf] ?? String(type & 0xf);
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmpv6',
};

/** Protocols; 0 is what the type of the socket has by itself. */
export function protocolName(protocol: number, type: number): string {
  const standard = { 1: 'tcp', 2: 'udp' }[type & 0xf] ?? '0';
  return protocol === 0 ? standard : (PROTOCOLS[protocol] ?? String(protocol));
}

/** CLONE_NEW flags by the kinds of namespaces. */
export const NAMESPACE_FLAGS: Readonly<Record<string, number>> = {
  mnt: 0x0002_0000,
  cgroup: 0x0200_0000,
  uts: 0x0400_0000,
  ipc: 0x0800_0000,
  user: 0x1000_0000,
  pid: 0x2000_0000,
  net: 0x4000_0000,
  time: 0x0000_0080,
};

/** Kinds of namespaces. */
export function namespaceKinds(flags: number): readonly string[] {
  return Object.keys(NAMESPACE_FLAGS).filter(
    (kind) => (flags & (NAMESPACE_FLAGS[kind] ?? 0)) !== 0,
  );
}

/** Some of the MS_ flags. */
const MOUNT_BITS: Bits = [
  [1, 'readonly'],
  [1 << 5, 'remount'],
  [1 << 12, 'bind'],
  [1 << 13, 'move'],
  [1 << 18, 'private'],
  [1 << 19, 'slave'],
  [1 << 20, 'shared'],
];

/** What a mount asks for. */
export function mountFlags(flags: number): readonly string[] {
  return namesOf(flags, MOUNT_BITS);
}
