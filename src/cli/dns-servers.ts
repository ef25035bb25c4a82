/** Reads `--dns-server`: who is asked for the names in policies. */
import { isIP, SocketAddress } from 'node:net';
import { CliError } from './errors.ts';

/** Undefined when none is given. Throws CONFIG_OPTION_INVALID for what is no address. */
export function readDnsServers(values: readonly string[]): readonly string[] | undefined {
  for (const value of values) {
    if (isIP(value) !== 0 || SocketAddress.parse(value) !== undefined) continue;
    throw new CliError('CONFIG_OPTION_INVALID', `--dns-server: ${value} is no address`, {
      hint: 'write an IP address, with a port if it is not 53: 192.0.2.1, 192.0.2.1:5353, [::1]:53',
    });
  }
  return values.length === 0 ? undefined : values;
}
