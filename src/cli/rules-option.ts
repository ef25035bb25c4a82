/** The option that names detection rules. */
import type { OptionSpec } from './command.ts';

export const RULES_OPTION: OptionSpec = {
  name: 'rules',
  value: 'FILE|DIR',
  isPath: true,
  isRepeatable: true,
  summary: 'detection rules of Sigma and Falco; of a directory, all below it',
};
