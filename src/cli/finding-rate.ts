/** The option that says how many findings of one rule go out. */
import { FINDINGS_PER_SECOND } from '../model/finding.ts';
import { FINDING_RATE_HINT, readFindingRate } from '../model/finding-rate.ts';
import type { OptionSpec } from './command.ts';
import { CliError } from './errors.ts';

const NAME = 'findings-per-second';

export const FINDING_RATE_OPTION: OptionSpec = {
  name: NAME,
  value: 'NUMBER',
  fallback: String(FINDINGS_PER_SECOND),
  summary: 'of each rule, after ten times as many at once; or `none`, to leave out nothing',
};

/** Infinity: all go out. Throws CONFIG_OPTION_INVALID. */
export function findingRate(text: string | undefined): number {
  if (text === undefined) return FINDINGS_PER_SECOND;
  const rate = readFindingRate(text);
  if (rate !== undefined) return rate;
  const problem = `--${NAME}: ${JSON.stringify(text)} is no rate`;
  throw new CliError('CONFIG_OPTION_INVALID', problem, { hint: FINDING_RATE_HINT });
}
