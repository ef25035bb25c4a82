/** `warder version`. */
import type { Command } from '../command.ts';
import { JSON_OPTION } from '../options.ts';
import { versionText } from '../version.ts';

export const versionCommand: Command = {
  name: 'version',
  summary: 'print the version of this command',
  details: ['The version of a running agent is in `warder status`.'],
  operands: [],
  options: [JSON_OPTION],
  examples: [
    { explains: 'Which version is this?', line: 'warder version' },
    { explains: 'The same, for a script', line: 'warder version --json | jq -r .version' },
  ],
  failure: 'never',
  async run({ args, io }) {
    const version = versionText();
    io.stdout.write(args.has('json') ? `${JSON.stringify({ version })}\n` : `warder ${version}\n`);
    return 0;
  },
};
