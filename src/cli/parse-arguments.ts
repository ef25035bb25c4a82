/** The words of a command line to what a command takes, with errors that teach. */
import { parseArgs } from 'node:util';
import { findNearest } from '../model/nearest.ts';
import type { Arguments, Command, OperandSpec, OptionSpec } from './command.ts';
import { CliError } from './errors.ts';
import { GLOBAL_OPTIONS } from './options.ts';

/** What the words have in them, before it is known whether they are right. */
interface Words {
  readonly operands: readonly string[];
  readonly given: ReadonlyMap<string, readonly string[]>;
}

/**
 * Parses the words after the command. Throws CONFIG_OPTION_* and CONFIG_OPERAND_INVALID; with
 * --help or --version among the words, operands are not checked.
 */
export function parseArguments(words: readonly string[], command: Command): Arguments {
  const options = [...command.options, ...GLOBAL_OPTIONS];
  const { operands, given } = splitWords(words, options, command.name);
  if (!given.has('help') && !given.has('version')) checkOperands(operands, command);
  return createArguments(operands, given, options);
}

/** Where the command starts: global options may come before it. */
export interface Beginning {
  readonly globals: Arguments;
  /** The command and all that follows it. */
  readonly rest: readonly string[];
}

/** Parses the options before the command. Throws CONFIG_OPTION_*. */
export function parseBeginning(words: readonly string[]): Beginning {
  const { tokens } = tokenise(words, GLOBAL_OPTIONS);
  const start = tokens.find((token) => token.kind === 'positional')?.index ?? words.length;
  const { given } = splitWords(words.slice(0, start), GLOBAL_OPTIONS, '');
  return { globals: createArguments([], given, GLOBAL_OPTIONS), rest: words.slice(start) };
}

function tokenise(words: readonly string[], options: readonly OptionSpec[]) {
  return parseArgs({
    args: [...words],
    options: Object.fromEntries(
      options.map(({ name, short, value }) => [
        name,
        {
          type: value === undefined ? 'boolean' : 'string',
          multiple: true,
          ...(short === undefined ? {} : { short }),
        } as const,
      ]),
    ),
    // Its own errors know nothing of near names and choices.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
}

function splitWords(
  words: readonly string[],
  options: readonly OptionSpec[],
  command: string,
): Words {
  const operands: string[] = [];
  const given = new Map<string, readonly string[]>();
  for (const token of tokenise(words, options).tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options.find(({ name }) => name === token.name);
    if (option === undefined) throw unknownOption(token.rawName, options, command);
    const value = checkValue(option, token);
    given.set(option.name, [...(given.get(option.name) ?? []), value]);
  }
  return { operands, given };
}

interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function checkValue(option: OptionSpec, { rawName, value, inlineValue }: OptionToken): string {
  if (option.value === undefined) {
    if (value === undefined) return '';
    throw new CliError('CONFIG_OPTION_INVALID', `${rawName} takes no value`);
  }
  // `--policy --json` is a forgotten value, not a policy of that name.
  if (value === undefined || value === '' || (!inlineValue && /^-./.test(value))) {
    throw new CliError('CONFIG_OPTION_INVALID', `${rawName} needs a value: ${option.value}`);
  }
  checkChoice(rawName, value, option.choices);
  return value;
}

function checkChoice(what: string, value: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(value)) return;
  const nearest = findNearest(value, choices);
  throw new CliError(
    what.startsWith('-') ? 'CONFIG_OPTION_INVALID' : 'CONFIG_OPERAND_INVALID',
    `${what} cannot be ${quote(value)}: it is one of ${choices.join(', ')}`,
    nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` },
  );
}

function unknownOption(rawName: string, options: readonly OptionSpec[], command: string): CliError {
  const nearest = findNearest(
    rawName,
    options.map(({ name }) => `--${name}`),
  );
  const owner = ['warder', command].filter((word) => word !== '').join(' ');
  const hint =
    nearest === undefined
      ? `\`${owner} --help\` shows the options.`
      : `Did you mean ${nearest}? \`${owner} --help\` shows the options.`;
  const message = `${owner} has no option ${quote(rawName)}`;
  return new CliError('CONFIG_OPTION_UNKNOWN', message, { hint });
}

function checkOperands(operands: readonly string[], { name, operands: specs }: Command): void {
  const hint = `\`warder ${name} --help\` shows the usage.`;
  const missing = specs.find((spec, index) => spec.isRequired && operands[index] === undefined);
  if (missing !== undefined) {
    const message = `warder ${name} needs ${missing.name}`;
    throw new CliError('CONFIG_OPERAND_INVALID', message, { hint });
  }
  const last: OperandSpec | undefined = specs.at(-1);
  const extra = operands[specs.length];
  if (extra !== undefined && last?.isRepeatable !== true) {
    const message = `warder ${name} does not take ${quote(extra)}`;
    throw new CliError('CONFIG_OPERAND_INVALID', message, { hint });
  }
  for (const [index, spec] of specs.entries()) {
    const operand = operands[index];
    if (operand !== undefined) checkChoice(spec.name, operand, spec.choices);
  }
}

function createArguments(
  operands: readonly string[],
  given: ReadonlyMap<string, readonly string[]>,
  options: readonly OptionSpec[],
): Arguments {
  const values = (name: string): readonly string[] => given.get(name) ?? [];
  return {
    operands,
    values,
    has: (name) => given.has(name),
    value: (name) =>
      values(name).at(-1) ?? options.find((option) => option.name === name)?.fallback,
  };
}

/** In double quotes, with escapes: what was typed may hold anything. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
