/** Help for the terminal. */
import type { Command, OptionSpec } from '../command.ts';
import { GLOBAL_OPTIONS } from '../options.ts';
import { alignRows, wrapText } from '../style.ts';
import { exitCodes, groupOf, optionHead, optionSummary, usageLine } from './usage.ts';

const WIDTH = 80;
const OPTION_INDENT = 6;

/** Help of the whole program. */
export function formatOverview(commands: readonly Command[]): string {
  return lines([
    'warder - runtime security for Linux: sees and stops what policies forbid',
    '',
    'Usage: warder [--color WHEN] COMMAND [options]',
    '',
    'Commands:',
    ...commandRows(commands),
    '',
    'Start here:',
    '  # What can this kernel do?',
    '  sudo warder probe',
    '  # Are these policies right?',
    '  warder check policies/examples/quickstart',
    '  # Watch and enforce',
    '  sudo warder run --policy policies/examples/quickstart',
    '',
    'Global options:',
    ...GLOBAL_OPTIONS.flatMap(formatOption),
    '',
    '`warder help COMMAND` explains a command and shows how it is used.',
  ]);
}

/** Help of a first word that only has commands below it. */
export function formatGroup(group: string, commands: readonly Command[]): string {
  return lines([
    `Usage: warder ${group} COMMAND [options]`,
    '',
    'Commands:',
    ...commandRows(commands.filter((command) => groupOf(command) === group)),
    '',
    `\`warder help ${group} COMMAND\` explains a command and shows how it is used.`,
  ]);
}

/** Help of one command. */
export function formatCommand(command: Command): string {
  const { name, summary, details, options, examples } = command;
  return lines([
    `warder ${name} - ${summary}`,
    '',
    `Usage: ${usageLine(command)}`,
    '',
    ...details.flatMap((paragraph) => [...wrapText(paragraph, WIDTH), '']),
    ...(options.length === 0 ? [] : ['Options:', ...options.flatMap(formatOption), '']),
    'Global options:',
    ...GLOBAL_OPTIONS.flatMap(formatOption),
    '',
    'Examples:',
    ...examples.flatMap(({ explains, line }) => [`  # ${explains}`, `  ${line}`]),
    '',
    'Exit codes:',
    ...exitCodes(command).map(([code, means]) => `  ${code}  ${means}`),
  ]);
}

function commandRows(commands: readonly Command[]): readonly string[] {
  return alignRows(
    commands.map(({ name, summary }) => [name, summary]),
    '  ',
  );
}

function formatOption(option: OptionSpec): readonly string[] {
  const indent = ' '.repeat(OPTION_INDENT + 4);
  const summary = wrapText(optionSummary(option), WIDTH - indent.length);
  return [`  ${optionHead(option)}`, ...summary.map((line) => `${indent}${line}`)];
}

function lines(parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}
