/** How many of a list are wanted. */
import type { OptionSpec } from './command.ts';

export const LIMIT_OPTION: OptionSpec = {
  name: 'limit',
  value: 'NUMBER',
  fallback: '100',
  summary: 'at most so many, up to 10000',
};
