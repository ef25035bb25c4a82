/** Which addresses a webhook may be sent to: those that are public, and those that are allowed. */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ExportError } from '../../errors.ts';

/** This machine, private networks, link-local, metadata services, and what stands for them. */
const NOT_PUBLIC = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
];

/** IPv4, also as ::ffff:a.b.c.d, and what is global of IPv6: only there are public addresses. */
const GLOBAL = ['0.0.0.0/0', '2000::/3'];

export interface TargetPolicy {
  isAllowed(address: string): boolean;
}

/** `networks` are `address/bits`. Throws SINK_TARGET_INVALID for one that is not. */
export function createTargetPolicy(networks: readonly string[]): TargetPolicy {
  const refused = listOf(NOT_PUBLIC);
  const [global, allowed] = [listOf(GLOBAL), listOf(networks)];
  return {
    isAllowed: (address) => {
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      const isPublic = global.check(address, family) && !refused.check(address, family);
      return isPublic || allowed.check(address, family);
    },
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const version = isIP(address);
    const isWhole = version !== 0 && /^\d{1,3}$/.test(bits);
    if (!isWhole || Number(bits) > (version === 6 ? 128 : 32)) {
      throw new ExportError('SINK_TARGET_INVALID', `"${network}" is not a network, as 10.0.0.0/8`);
    }
    list.addSubnet(address, Number(bits), version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Throws SINK_TARGET_INVALID. */
export function parseTarget(text: string, allowsPlain: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (reason: string): never => {
    // The URL itself may hold a token, so only what is wrong with it is said.
    throw new ExportError('SINK_TARGET_INVALID', `the URL of a webhook ${reason}`);
  };
  if (url === undefined) return refuse('is not a URL');
  if (url.username !== '' || url.password !== '') return refuse('has a user or a password in it');
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') return refuse('is neither https nor http');
  return allowsPlain ? url : refuse('is http, which is not allowed: anybody could read alerts');
}

/** Checks a host that is an address itself: for those nothing is looked up. */
export function checkHost(url: URL, policy: TargetPolicy): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !policy.isAllowed(host)) throw forbidden(host);
}

/** Asks for all addresses of a name. */
export type Resolve = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export const systemResolve: Resolve = (hostname, done) => {
  lookup(hostname, { all: true }, (error, addresses) => done(error, addresses ?? []));
};

/**
 * A lookup for a connection, which goes to exactly the addresses that were checked. One that is
 * forbidden among several forbids all: a name that answers so means no good.
 */
export function checkedLookup(policy: TargetPolicy, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses;
      if (error !== null) return callback(error, []);
      const bad = addresses.find(({ address }) => !policy.isAllowed(address));
      if (bad !== undefined) return callback(forbidden(bad.address), []);
      if (first === undefined) return callback(new Error(`${hostname} has no address`), []);
      if (options.all === true) return callback(null, [...addresses]);
      return callback(null, first.address, first.family);
    });
  };
}

function forbidden(address: string): ExportError {
  const message = `${address} is not a public address, and in no network that is allowed`;
  return new ExportError('SINK_TARGET_FORBIDDEN', message);
}
