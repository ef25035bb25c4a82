/** Options that mean the same in every command that has them. */
import type { OptionSpec } from './command.ts';

/** Where the agent listens unless told otherwise. */
export const DEFAULT_SOCKET = '/run/warder/warder.sock';

/** Where pins are kept. */
export const DEFAULT_PIN_DIRECTORY = '/sys/fs/bpf/warder';

/** Where the state is that belongs to them. */
export const DEFAULT_STATE_DIRECTORY = '/run/warder/state';

export const SOCKET_OPTION: OptionSpec = {
  name: 'socket',
  value: 'PATH',
  isPath: true,
  fallback: DEFAULT_SOCKET,
  summary: 'unix socket of the agent',
};

export const OUTPUT_OPTION: OptionSpec = {
  name: 'output',
  short: 'o',
  value: 'FORM',
  choices: ['compact', 'json'],
  fallback: 'compact',
  summary: 'one event per line, for people or for programs',
};

/** Of compact output. */
export const COMPACT_OPTIONS: readonly OptionSpec[] = [
  { name: 'timestamps', summary: 'put the time first in compact lines' },
  { name: 'no-stack-traces', summary: 'leave stack traces out of compact output' },
];

export const JSON_OPTION: OptionSpec = {
  name: 'json',
  summary: 'print JSON for programs',
};

/** Taken by every command, and before it. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'color',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    fallback: 'auto',
    summary: 'colours; auto means on a terminal, unless NO_COLOR is set',
  },
  { name: 'help', short: 'h', summary: 'explain the command' },
  { name: 'version', short: 'V', summary: 'print the version' },
];
