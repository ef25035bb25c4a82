/** `warder deliveries dead`. */
import { readDead } from '../api/alert-answers.ts';
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { LIMIT_OPTION } from '../limit-option.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { alignRows, printable } from '../style.ts';

export const deliveriesDeadCommand: Command = {
  name: 'deliveries dead',
  summary: 'list messages that were given up',
  details: ['`warder deliveries replay` sends them again.'],
  operands: [],
  options: [LIMIT_OPTION, JSON_OPTION, SOCKET_OPTION],
  examples: [
    { explains: 'What did nobody get?', line: 'sudo warder deliveries dead' },
    {
      explains: 'Why, and how often?',
      line: "sudo warder deliveries dead --json | jq -r '.[].reason' | sort | uniq -c",
    },
  ],
  failure: 'the agent has no destinations, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const limit = encodeURIComponent(args.value('limit') ?? '');
  const answer = await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    ...{ method: 'GET', path: `/v1/deliveries/dead?limit=${limit}` },
  });
  const { dead } = readDead(answer, 'answer');
  if (args.has('json')) io.stdout.write(`${JSON.stringify(dead, null, 2)}\n`);
  else if (dead.length === 0) io.stdout.write('nothing was given up\n');
  else {
    const rows = dead.map(({ timeMs, sink, message, attempts, reason }) => [
      new Date(timeMs).toISOString(),
      printable(sink),
      message.kind,
      printable(message.id),
      `${attempts} tries`,
      printable(reason),
    ]);
    io.stdout.write(
      alignRows(rows, '')
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
  return 0;
}
