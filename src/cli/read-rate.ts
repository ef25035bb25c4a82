/** Reads a number of things for each second. */
import { FINDINGS_PER_SECOND } from '../model/finding.ts';
import { CliError } from './errors.ts';

/** More than any machine makes; and a number that is no mistake of a unit. */
const RATE_MAX = 1_000_000;

/** Throws CONFIG_OPTION_INVALID. */
export function readRate(text: string | undefined): number {
  if (text === undefined) return FINDINGS_PER_SECOND;
  const rate = /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (rate > 0 && rate <= RATE_MAX) return rate;
  throw new CliError(
    'CONFIG_OPTION_INVALID',
    `--findings-per-second is a number above 0 and up to ${RATE_MAX}, not ${JSON.stringify(text)}`,
  );
}
