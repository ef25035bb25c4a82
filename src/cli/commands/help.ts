/** `warder help`. */
import type { Command } from '../command.ts';
import { findCommand } from '../find-command.ts';
import { formatCommand, formatGroup, formatOverview } from '../help/format-help.ts';

export const helpCommand: Command = {
  name: 'help',
  summary: 'explain a command, with examples',
  details: ['Without a command, lists all of them. `warder COMMAND --help` does the same.'],
  operands: [{ name: 'COMMAND', isRequired: false, isRepeatable: true }],
  options: [],
  examples: [
    { explains: 'What is there?', line: 'warder help' },
    { explains: 'How do I start the agent?', line: 'warder help run' },
    { explains: 'How do I add a policy while it runs?', line: 'warder help policies add' },
  ],
  failure: 'never',
  async run({ args, io, commands }) {
    io.stdout.write(explain(args.operands, commands));
    return 0;
  },
};

function explain(words: readonly string[], commands: readonly Command[]): string {
  if (words.length === 0) return formatOverview(commands);
  const found = findCommand(words, commands);
  return found.kind === 'group' ? formatGroup(found.group, commands) : formatCommand(found.command);
}
