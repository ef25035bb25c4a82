/** Addresses that requests of policies may go to. */
import { BlockList, isIP } from 'node:net';

/**
 * The machine itself, and neighbours that answer by link-local addresses, such as the metadata
 * services of clouds, which give away credentials to whoever asks from this machine.
 */
const LOCAL: readonly (readonly [address: string, bits: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  // The metadata service of AWS over IPv6.
  ['fd00:ec2::254', 128, 'ipv6'],
];

const LOCAL_ADDRESSES = new BlockList();
for (const [address, bits, family] of LOCAL) LOCAL_ADDRESSES.addSubnet(address, bits, family);

/** True for the addresses of LOCAL, IPv4 also as ::ffff:a.b.c.d; false for what is no address. */
export function isLocalAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && LOCAL_ADDRESSES.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
