/** Options that name detection rules, and what they do not mean. */
import type { OptionSpec } from './command.ts';

export const RULES_OPTION: OptionSpec = {
  name: 'rules',
  value: 'FILE|DIR',
  isPath: true,
  isRepeatable: true,
  summary: 'detection rules of Sigma and Falco; of a directory, all below it',
};

export const RESPOND_OPTION: OptionSpec = {
  name: 'respond',
  value: 'MODE',
  choices: ['off', 'dry-run', 'enforce'],
  fallback: 'off',
  summary: 'whether rules may kill, quarantine and signal; a dry run only says whom',
};

export const RESPONSES_OPTION: OptionSpec = {
  name: 'responses',
  value: 'FILE|DIR',
  isPath: true,
  isRepeatable: true,
  summary: 'which rules are answered, and how, over what they say themselves',
};

export const EXCEPTIONS_OPTION: OptionSpec = {
  name: 'exceptions',
  value: 'FILE|DIR',
  isPath: true,
  isRepeatable: true,
  summary: 'events that rules do not mean, as data',
};
