/** Reads addresses and networks. */

import { isIPv4, isIPv6 } from 'node:net';
import type { AddressPrefix } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Located, Report } from '../report.ts';
import { readTexts } from './values.ts';

const IPV6_BITS = 128;

/** ::ffff:0:0/96, where addresses of IPv4 stand among those of IPv6. */
const MAPPED = 0xffffn << 32n;
const MAPPED_BITS = 96;

/** Addresses and networks in CIDR form, of both families. */
export function readAddresses(
  entry: MappingEntry,
  report: Report,
): readonly Located<AddressPrefix>[] {
  const found: Located<AddressPrefix>[] = [];
  for (const { value, span } of readTexts(entry, report)) {
    const prefix = parsePrefix(value);
    if (prefix === undefined) {
      report.error('POLICY_VALUE_INVALID', span, {
        message: `${quote(value)} is neither an address nor a network`,
        hint: 'write it as 10.0.0.1, 10.0.0.0/8, ::1 or fd00::/8',
      });
      continue;
    }
    if (prefix.address !== maskOf(prefix)) {
      report.warning('POLICY_VALUE_NEVER_MATCHES', span, {
        message: `${quote(value)} has bits beyond its prefix; they are not compared`,
      });
    }
    found.push({ value: { address: maskOf(prefix), bits: prefix.bits }, span });
  }
  return found;
}

function parsePrefix(text: string): AddressPrefix | undefined {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0 || address.includes('%')) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  if (isIPv4(address)) {
    const bits = MAPPED_BITS + Number(length ?? 32);
    return bits > IPV6_BITS ? undefined : { address: MAPPED | parseIpv4(address), bits };
  }
  const bits = Number(length ?? IPV6_BITS);
  if (!isIPv6(address) || bits > IPV6_BITS) return undefined;
  return { address: parseIpv6(address), bits };
}

function maskOf({ address, bits }: AddressPrefix): bigint {
  const rest = BigInt(IPV6_BITS - bits);
  return (address >> rest) << rest;
}

function parseIpv4(text: string): bigint {
  return text.split('.').reduce((all, part) => (all << 8n) | BigInt(part), 0n);
}

/** The text is known to be an address. */
function parseIpv6(text: string): bigint {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  // The last 32 bits may be written as in IPv4.
  const whole = tail.includes('.')
    ? `${text.slice(0, lastColon + 1)}${asGroups(parseIpv4(tail))}`
    : text;
  const [head = '', rest] = whole.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(rest ?? '');
  const zeroes = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeroes, ...after].reduce(
    (all, group) => (all << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function asGroups(ipv4: bigint): string {
  return `${(ipv4 >> 16n).toString(16)}:${(ipv4 & 0xffffn).toString(16)}`;
}
