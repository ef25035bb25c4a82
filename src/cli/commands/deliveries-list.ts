/** `warder deliveries list`. */
import { readDeliveries } from '../api/alert-answers.ts';
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { LIMIT_OPTION } from '../limit-option.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { alignRows, printable } from '../style.ts';

export const deliveriesListCommand: Command = {
  name: 'deliveries list',
  summary: 'list the last tries to deliver alerts, and what came of them',
  details: ['`warder status` shows each destination as a whole, events included.'],
  operands: [],
  options: [LIMIT_OPTION, JSON_OPTION, SOCKET_OPTION],
  examples: [
    { explains: 'Did it get there?', line: 'sudo warder deliveries list' },
    {
      explains: 'Why not?',
      line:
        'sudo warder deliveries list --json | ' +
        `jq '.[] | select(.outcome != "delivered") | .detail'`,
    },
  ],
  failure: 'the agent has no destinations, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const limit = encodeURIComponent(args.value('limit') ?? '');
  const answer = await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    ...{ method: 'GET', path: `/v1/deliveries?limit=${limit}` },
  });
  const { deliveries } = readDeliveries(answer, 'answer');
  if (args.has('json')) {
    io.stdout.write(`${JSON.stringify(deliveries, null, 2)}\n`);
    return 0;
  }
  const rows = deliveries.map(({ timeMs, sink, outcome, attempt, messageId, detail }) => [
    new Date(timeMs).toISOString(),
    printable(sink),
    outcome,
    `try ${attempt}`,
    printable(messageId),
    printable(detail),
  ]);
  io.stdout.write(
    alignRows(rows, '')
      .map((line) => `${line}\n`)
      .join(''),
  );
  return 0;
}
