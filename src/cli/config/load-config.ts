/** Finds and reads the file of the configuration. */
import { existsSync } from 'node:fs';
import type { Arguments, OptionSpec } from '../command.ts';
import { CliError } from '../errors.ts';
import { readPolicyFile } from '../policy-files.ts';
import type { Config } from './config.ts';
import { ConfigText } from './config-text.ts';
import { readConfig } from './read-config.ts';

/** Read when it is there and no other is named. */
export const DEFAULT_CONFIG = '/etc/warder/warder.yaml';

const VARIABLE = 'WARDER_CONFIG';

export const CONFIG_OPTION: OptionSpec = {
  name: 'config',
  short: 'c',
  value: 'FILE',
  isPath: true,
  summary: `configuration (default: $${VARIABLE}, else ${DEFAULT_CONFIG} if it is there)`,
};

interface World {
  readonly args: Pick<Arguments, 'has' | 'value' | 'values'>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * What is wrong inside is in the result. Throws CONFIG_FILE_UNREADABLE for a file that is named and
 * not there, CONFIG_OPTION_INVALID for flags.
 */
export function loadConfig({ args, env }: World): Config {
  const named = args.value('config') ?? (env[VARIABLE] || undefined);
  const path = named ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const file = path === undefined ? undefined : readConfigFile(path);
  return readConfig({ file, env, args });
}

/** Throws CONFIG_FILE_UNREADABLE. */
export function readConfigFile(path: string): ConfigText {
  return ConfigText.yaml(readPolicyFile(path).text, path);
}

/** The error that stands for all that is wrong, which was told before. */
export function refuseConfig(config: Config): CliError {
  const files = config.diagnostics.filter(({ diagnostics }) =>
    diagnostics.some(({ severity }) => severity === 'error'),
  );
  const names = files.map(({ file }) => file).join(', ');
  return new CliError('CONFIG_REFUSED', `the configuration has errors: ${names}`);
}
