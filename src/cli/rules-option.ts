/** Options that name detection rules, and what they do not mean. */
import type { OptionSpec } from './command.ts';

export const RULES_OPTION: OptionSpec = {
  name: 'rules',
  value: 'FILE|DIR',
  isPath: true,
  isRepeatable: true,
  summary: 'detection rules of Sigma and Falco; of a directory, all below it',
};

export const DETECTORS_OPTION: OptionSpec = {
  name: 'detectors',
  value: 'FILE|DIR',
  isPath: true,
  isRepeatable: true,
  summary: 'detectors in TypeScript; of a directory, the files right in it',
};

export const EXCEPTIONS_OPTION: OptionSpec = {
  name: 'exceptions',
  value: 'FILE|DIR',
  isPath: true,
  isRepeatable: true,
  summary: 'events that rules do not mean, as data',
};
