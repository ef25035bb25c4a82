/** From the words of a command line to an exit code. */
import { CodedError } from '../model/errors.ts';
import type { Arguments, Command, CommandContext } from './command.ts';
import { CliError } from './errors.ts';
import { findCommand } from './find-command.ts';
import { formatError } from './format-error.ts';
import { formatCommand, formatGroup, formatOverview } from './help/format-help.ts';
import type { CliIo, TextOutput } from './io.ts';
import { parseArguments, parseBeginning } from './parse-arguments.ts';
import { createPaint } from './style.ts';
import { versionText } from './version.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/**
 * Runs one command and resolves with the exit code: 0 done, 1 failed, 2 the words make no sense.
 * Coded errors are printed; anything else that is thrown is a bug and is not caught.
 */
export async function runCli(
  words: readonly string[],
  commands: readonly Command[],
  io: CliIo,
): Promise<number> {
  try {
    return await dispatch(words, commands, io);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const paint = createPaint(isColoured(undefined, io.stderr, io));
    io.stderr.write(await formatError(error, paint));
    return error instanceof CliError && error.isUsage ? EXIT_USAGE : EXIT_FAILURE;
  }
}

async function dispatch(
  words: readonly string[],
  commands: readonly Command[],
  io: CliIo,
): Promise<number> {
  const { globals, rest } = parseBeginning(words);
  if (globals.has('version')) return print(io, `warder ${versionText()}\n`);
  if (globals.has('help')) return print(io, formatOverview(commands));
  if (rest.length === 0) {
    io.stderr.write(formatOverview(commands));
    return EXIT_USAGE;
  }
  const found = findCommand(rest, commands);
  if (found.kind === 'group') {
    const isAsked = found.rest.some((word) => word === '--help' || word === '-h');
    (isAsked ? io.stdout : io.stderr).write(formatGroup(found.group, commands));
    return isAsked ? 0 : EXIT_USAGE;
  }
  const { command } = found;
  const args = parseArguments(found.rest, command);
  if (args.has('help')) return print(io, formatCommand(command));
  if (args.has('version')) return print(io, `warder ${versionText()}\n`);
  return command.run(createContext({ args, globals, io, commands }));
}

function print(io: CliIo, text: string): number {
  io.stdout.write(text);
  return 0;
}

interface ContextParts {
  readonly args: Arguments;
  readonly globals: Arguments;
  readonly io: CliIo;
  readonly commands: readonly Command[];
}

function createContext({ args, globals, io, commands }: ContextParts): CommandContext {
  const when = args.values('color').at(-1) ?? globals.value('color');
  const colour = {
    stdout: isColoured(when, io.stdout, io),
    stderr: isColoured(when, io.stderr, io),
  };
  return { args, io, colour, commands };
}

/** See no-color.org for the variable; an explicit wish goes before it. */
function isColoured(when: string | undefined, output: TextOutput, { env }: CliIo): boolean {
  if (when === 'always') return true;
  if (when === 'never') return false;
  return output.isTty && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
