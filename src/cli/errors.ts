/** What a command refuses, and what keeps it from doing its work. */
import { CodedError, type ErrorDetails, type ErrorSpec } from '../model/errors.ts';

/** A code of CLI_ERRORS. */
export type CliErrorCode =
  | 'CONFIG_COMMAND_UNKNOWN'
  | 'CONFIG_OPTION_UNKNOWN'
  | 'CONFIG_OPTION_INVALID'
  | 'CONFIG_OPERAND_INVALID'
  | 'CONFIG_FILE_UNREADABLE'
  | 'CONFIG_FOLDER_EMPTY'
  | 'CONFIG_POLICY_UNENFORCED'
  | 'CONFIG_REFUSED'
  | 'CONFIG_VARIABLE_UNKNOWN'
  | 'CONFIG_YAML_INVALID'
  | 'CONFIG_YAML_TOO_LARGE'
  | 'CONFIG_YAML_KEY_DUPLICATE'
  | 'CONFIG_YAML_KEY_INVALID'
  | 'CONFIG_YAML_ALIAS_INVALID'
  | 'CONFIG_YAML_TAG_UNSUPPORTED'
  | 'CLI_STATE_IN_USE'
  | 'CLI_AGENT_AWAY'
  | 'CLI_ANSWER_INVALID';

/** Every code with what it means and what to do. */
export const CLI_ERRORS: Readonly<Record<CliErrorCode, ErrorSpec>> = {
  CONFIG_COMMAND_UNKNOWN: {
    summary: 'there is no such command',
    remedy: 'Run `warder help` for the commands.',
    retryable: false,
  },
  CONFIG_OPTION_UNKNOWN: {
    summary: 'the command has no such option',
    remedy: 'Run the command with --help for its options.',
    retryable: false,
  },
  CONFIG_OPTION_INVALID: {
    summary: 'an option has no value, or one it does not take',
    remedy: 'Run the command with --help for its options.',
    retryable: false,
  },
  CONFIG_OPERAND_INVALID: {
    summary: 'a command has too few or too many operands, or one it does not take',
    remedy: 'Run the command with --help for its usage.',
    retryable: false,
  },
  CONFIG_FILE_UNREADABLE: {
    summary: 'a file or directory that was named cannot be read',
    remedy: 'Check the path and its permissions.',
    retryable: false,
  },
  CONFIG_FOLDER_EMPTY: {
    summary: 'a directory has no policies in it',
    remedy: 'Name a directory with *.yaml or *.yml files; folders inside it are not read.',
    retryable: false,
  },
  CONFIG_POLICY_UNENFORCED: {
    summary: 'with --strict, a policy has errors or cannot be put in force here',
    remedy: 'Correct what is printed above, or run without --strict.',
    retryable: false,
  },
  CONFIG_REFUSED: {
    summary: 'the configuration has errors, and nothing of it was taken',
    remedy: 'Correct what is printed above; `warder config check FILE` says it again.',
    retryable: false,
  },
  CONFIG_VARIABLE_UNKNOWN: {
    summary: 'a variable of the environment looks like a key, and is none',
    remedy: 'See docs/reference/configuration.md for the names.',
    retryable: false,
  },
  CONFIG_YAML_INVALID: {
    summary: 'a file of the configuration is not YAML, or has more than one document',
    remedy: 'Correct it at the place that is named.',
    retryable: false,
  },
  CONFIG_YAML_TOO_LARGE: {
    summary: 'a file of the configuration is longer than a mebibyte, or its aliases are',
    remedy: 'Name the right file.',
    retryable: false,
  },
  CONFIG_YAML_KEY_DUPLICATE: {
    summary: 'a key is there twice',
    remedy: 'Remove one of the two.',
    retryable: false,
  },
  CONFIG_YAML_KEY_INVALID: {
    summary: 'a key is no text',
    remedy: 'Write a name before the colon.',
    retryable: false,
  },
  CONFIG_YAML_ALIAS_INVALID: {
    summary: 'an alias leads nowhere',
    remedy: 'Write its anchor before it.',
    retryable: false,
  },
  CONFIG_YAML_TAG_UNSUPPORTED: {
    summary: 'a YAML tag has no meaning here',
    remedy: 'Remove it.',
    retryable: false,
  },
  CLI_STATE_IN_USE: {
    summary: 'another agent that is alive keeps its pins and its state there',
    remedy: 'Stop it, or give this one other directories with --pin-dir and --state-dir.',
    retryable: true,
  },
  CLI_AGENT_AWAY: {
    summary: 'no agent answers at the socket',
    remedy: 'Start one with `warder run`, or name its socket with --socket; only root may open it.',
    retryable: true,
  },
  CLI_ANSWER_INVALID: {
    summary: 'the agent answered something this command does not understand',
    remedy: 'Use the same version of Warder for the command and the agent.',
    retryable: false,
  },
};

/** The command line itself is at fault, so that the exit code is 2. */
const USAGE_CODES: ReadonlySet<string> = new Set<CliErrorCode>([
  'CONFIG_COMMAND_UNKNOWN',
  'CONFIG_OPTION_UNKNOWN',
  'CONFIG_OPTION_INVALID',
  'CONFIG_OPERAND_INVALID',
]);

/** An error of the command line; `hint` stands in for the remedy of the table. */
export class CliError extends CodedError {
  readonly hint: string | undefined;

  constructor(
    code: CliErrorCode,
    message: string,
    details: ErrorDetails & { readonly hint?: string } = {},
  ) {
    super(code, message, details);
    this.name = 'CliError';
    this.hint = details.hint;
  }

  get isUsage(): boolean {
    return USAGE_CODES.has(this.code);
  }
}
