/** The reference page of the command, from the same source as its help. */
import type { Command, OptionSpec } from '../command.ts';
import { GLOBAL_OPTIONS } from '../options.ts';
import { exitCodes, optionHead, optionSummary, usageLine } from './usage.ts';

/** Text of docs/reference/cli.md. */
export function formatReference(commands: readonly Command[]): string {
  return `${[
    '# The `warder` command',
    '',
    'This page is generated from the program; `warder help COMMAND` prints the same.',
    '',
    '| command | what it does |',
    '| --- | --- |',
    ...commands.map(({ name, summary }) => `| [\`${name}\`](#warder-${slug(name)}) | ${summary} |`),
    '',
    '## Options of every command',
    '',
    ...optionTable(GLOBAL_OPTIONS),
    '',
    ...commands.flatMap(formatSection),
  ].join('\n')}`;
}

function formatSection(command: Command): readonly string[] {
  const { name, summary, details, options, examples } = command;
  return [
    `## warder ${name}`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    '',
    '```',
    usageLine(command),
    '```',
    '',
    ...details.flatMap((paragraph) => [paragraph, '']),
    ...(options.length === 0 ? [] : [...optionTable(options), '']),
    'Examples:',
    '',
    '```sh',
    ...examples.flatMap(({ explains, line }) => [`# ${explains}`, line]),
    '```',
    '',
    `Exit codes: ${exitCodes(command)
      .map(([code, means]) => `${code} – ${means}`)
      .join('; ')}.`,
    '',
  ];
}

function optionTable(options: readonly OptionSpec[]): readonly string[] {
  return [
    '| option | meaning |',
    '| --- | --- |',
    ...options.map((option) => {
      const head = optionHead(option).trim().replaceAll('|', '\\|');
      return `| \`${head}\` | ${optionSummary(option)} |`;
    }),
  ];
}

function slug(name: string): string {
  return name.replaceAll(' ', '-');
}
