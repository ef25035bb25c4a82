/** `warder quarantine release`. */
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const quarantineReleaseCommand: Command = {
  name: 'quarantine release',
  summary: 'let what was quarantined go on',
  details: ['Takes effect at once, for all processes that it holds.'],
  operands: [{ name: 'ID', isRequired: true, isRepeatable: true }],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'Release the first quarantine', line: 'sudo warder quarantine release 1' },
    { explains: 'What are the ids?', line: 'sudo warder quarantine list' },
  ],
  failure: 'there is no quarantine of that id, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  for (const id of args.operands) {
    await expectAnswer({
      socketPath: args.value('socket') ?? DEFAULT_SOCKET,
      method: 'DELETE',
      path: `/v1/quarantines/${encodeURIComponent(id)}`,
    });
    io.stdout.write(`quarantine ${printable(id)} is released\n`);
  }
  return 0;
}
