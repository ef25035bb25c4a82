/** What a subcommand is: enough to parse, explain, complete and document it, and to run it. */
import type { CliIo } from './io.ts';

export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** Name of the value in the help; an option without one is a flag. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** The value is a path, which shells complete. */
  readonly isPath?: boolean;
  readonly isRepeatable?: boolean;
  readonly fallback?: string;
  readonly summary: string;
}

export interface OperandSpec {
  /** Name in the help. */
  readonly name: string;
  readonly choices?: readonly string[];
  readonly isPath?: boolean;
  readonly isRequired: boolean;
  readonly isRepeatable?: boolean;
}

export interface Example {
  readonly explains: string;
  readonly line: string;
}

/** What was given on the command line, checked against the command. */
export interface Arguments {
  readonly operands: readonly string[];
  has(option: string): boolean;
  /** The last one given, else the fallback of the option. */
  value(option: string): string | undefined;
  values(option: string): readonly string[];
}

export interface CommandContext {
  readonly args: Arguments;
  readonly io: CliIo;
  /** Whether to colour what goes to each output. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /** All commands, for those that explain the others. */
  readonly commands: readonly Command[];
}

export interface Command {
  /** One word, or two with a space between. */
  readonly name: string;
  readonly summary: string;
  /** Paragraphs. */
  readonly details: readonly string[];
  readonly operands: readonly OperandSpec[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  /** What the exit codes other than 0 and 2 mean here. */
  readonly failure: string;
  /** Resolves with the exit code; throws a CodedError when the world failed. */
  run(context: CommandContext): Promise<number>;
}
