/** `warder deliveries replay`. */
import { expectAnswer } from '../api/client.ts';
import { readFields, readNumber } from '../api/read-json.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { plural } from '../view/diagnostics.ts';

const readReplayed = readFields<{ readonly replayed: number }>({ replayed: readNumber });

export const deliveriesReplayCommand: Command = {
  name: 'deliveries replay',
  summary: 'send again what was given up',
  details: ['All that a destination was not sent, or the message of one id.'],
  operands: [
    { name: 'SINK', isRequired: true },
    { name: 'ID', isRequired: false },
  ],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'The SIEM takes messages again', line: 'sudo warder deliveries replay siem' },
    {
      explains: 'One message',
      line: 'sudo warder deliveries replay siem node-1/4f1c-17/4711/shell/alert',
    },
  ],
  failure: 'there is no such destination, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const [sink, message] = args.operands;
  const answer = await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    ...{ method: 'POST', path: '/v1/deliveries/replay', isJson: true },
    body: JSON.stringify({ sink, message }),
  });
  const { replayed } = readReplayed(answer, 'answer');
  io.stdout.write(`${plural(replayed, 'message is', 'messages are')} sent again\n`);
  return 0;
}
