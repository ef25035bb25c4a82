/** Numbers of the kernel by the names that facts have for them. */

/** What an open asks for, by the O_ flags of x86-64 and arm64, which agree on these. */
export function accessFlags(flags: number): readonly string[] {
  const access = flags & 3;
  const names: string[] = [];
  if (access === 0 || access === 2) names.push('read');
  if (access === 1 || access === 2) names.push('write');
  if ((flags & 0o100) !== 0) names.push('create');
  if ((flags & 0o200) !== 0) names.push('exclusive');
  if ((flags & 0o1000) !== 0) names.push('truncate');
  if ((flags & 0o2000) !== 0) names.push('append');
  // FMODE_EXEC, which the kernel sets for what it executes.
  if ((flags & 0o40) !== 0) names.push('exec');
  return names;
}

/** Address families by the names that rules use. */
export function familyName(family: number): string {
  const names: Readonly<Record<number, string>> = {
    ...{ 1: 'unix', 2: 'ipv4', 10: 'ipv6', 16: 'netlink', 17: 'packet' },
  };
  return names[family] ?? String(family);
}

/** Types of sockets. */
export function socketTypeName(type: number): string {
  const names: Readonly<Record<number, string>> = { 1: 'stream', 2: 'datagram', 3: 'raw' };
  return names[type & 0xf] ?? String(type);
}

/** Protocols; 0 is what the type of the socket has by itself. */
export function protocolName(protocol: number, type: number): string {
  const names: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };
  const standard = { 1: 'tcp', 2: 'udp' }[type] ?? '0';
  return protocol === 0 ? standard : (names[protocol] ?? String(protocol));
}

/** Kinds of namespaces by the CLONE_NEW flags. */
export function namespaceKinds(flags: number): readonly string[] {
  const kinds: readonly (readonly [number, string])[] = [
    [0x0002_0000, 'mnt'],
    [0x0200_0000, 'cgroup'],
    [0x0400_0000, 'uts'],
    [0x0800_0000, 'ipc'],
    [0x1000_0000, 'user'],
    [0x2000_0000, 'pid'],
    [0x4000_0000, 'net'],
    [0x0000_0080, 'time'],
  ];
  return kinds.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}

/** Some of the MS_ flags. */
export function mountFlags(flags: number): readonly string[] {
  const names: readonly (readonly [number, string])[] = [
    [1, 'readonly'],
    [32, 'remount'],
    [4096, 'bind'],
    [8192, 'move'],
    [1 << 18, 'private'],
    [1 << 19, 'slave'],
    [1 << 20, 'shared'],
  ];
  return names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
}
