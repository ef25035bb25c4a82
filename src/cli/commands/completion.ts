/** `warder completion`. */
import type { Command } from '../command.ts';
import { formatBash } from '../completion/bash.ts';
import { formatFish } from '../completion/fish.ts';
import { formatZsh } from '../completion/zsh.ts';

const SHELLS: ReadonlyMap<string, (commands: readonly Command[]) => string> = new Map([
  ['bash', formatBash],
  ['zsh', formatZsh],
  ['fish', formatFish],
]);

export const completionCommand: Command = {
  name: 'completion',
  summary: 'print a completion script for a shell',
  details: ['The script completes commands, options, their values, and paths.'],
  operands: [{ name: 'SHELL', choices: [...SHELLS.keys()], isRequired: true }],
  options: [],
  examples: [
    { explains: 'In this bash', line: 'source <(warder completion bash)' },
    {
      explains: 'In every bash of this machine',
      line: 'warder completion bash | sudo tee /etc/bash_completion.d/warder >/dev/null',
    },
    {
      explains: 'In every fish of this user',
      line: 'warder completion fish > ~/.config/fish/completions/warder.fish',
    },
  ],
  failure: 'never',
  async run({ args, io, commands }) {
    const format = SHELLS.get(args.operands[0] ?? '');
    io.stdout.write(format?.(commands) ?? '');
    return 0;
  },
};
