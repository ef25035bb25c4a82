/** Reads `--metrics-address`: where metrics are served. */
import { isIPv6 } from 'node:net';
import { CliError } from './errors.ts';

/** An empty host: all addresses of the machine. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

export const METRICS_ADDRESS_HINT =
  'write HOST:PORT, as 127.0.0.1:2112, [::1]:2112, or :2112 for all addresses of the machine';

const PORT_MAX = 65_535;

/** Undefined when it is none. */
export function parseMetricsAddress(text: string): MetricsAddress | undefined {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([0-9a-fA-F:.]{2,45})\]|([\w.-]{0,253})):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > PORT_MAX) return undefined;
  if (bracketed !== undefined && !isIPv6(bracketed)) return undefined;
  return { host: bracketed ?? plain ?? '', port };
}

/** Undefined when none is given. Throws CONFIG_OPTION_INVALID for what is no address. */
export function readMetricsAddress(text: string | undefined): MetricsAddress | undefined {
  if (text === undefined || text === '') return undefined;
  const address = parseMetricsAddress(text);
  if (address !== undefined) return address;
  const message = `--metrics-address: ${JSON.stringify(text)} is no address`;
  throw new CliError('CONFIG_OPTION_INVALID', message, { hint: METRICS_ADDRESS_HINT });
}
