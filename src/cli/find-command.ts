/** Which command the first words mean. */

import { findNearest } from '../model/nearest.ts';
import type { Command } from './command.ts';
import { listGroups } from './completion/completion-model.ts';
import { CliError } from './errors.ts';
import { quote } from './parse-arguments.ts';

/** A command with the words after it, or a group when its second word is missing. */
export type Found =
  | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly string[] }
  | { readonly kind: 'group'; readonly group: string; readonly rest: readonly string[] };

/** Throws CONFIG_COMMAND_UNKNOWN, with the nearest command as its hint. */
export function findCommand(words: readonly string[], commands: readonly Command[]): Found {
  const [first = '', second] = words;
  const single = commands.find(({ name }) => name === first);
  if (single !== undefined) return { kind: 'command', command: single, rest: words.slice(1) };
  if (!listGroups(commands).includes(first)) throw unknownCommand(first, '', commands);
  if (second === undefined || second.startsWith('-')) {
    return { kind: 'group', group: first, rest: words.slice(1) };
  }
  const double = commands.find(({ name }) => name === `${first} ${second}`);
  if (double === undefined) throw unknownCommand(second, first, commands);
  return { kind: 'command', command: double, rest: words.slice(2) };
}

function unknownCommand(word: string, group: string, commands: readonly Command[]): CliError {
  const start = group === '' ? '' : `${group} `;
  const names = commands
    .filter(({ name }) => name.startsWith(start))
    .map(({ name }) => name.slice(start.length).split(' ')[0] ?? '');
  const nearest = findNearest(word, names);
  const hint =
    nearest === undefined
      ? `\`warder help\` shows the commands.`
      : `Did you mean \`warder ${start}${nearest}\`?`;
  const message = `warder ${start}has no command ${quote(word)}`.replace(/ +/g, ' ');
  return new CliError('CONFIG_COMMAND_UNKNOWN', message, { hint });
}
