/** `warder deliveries enable`. */
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const deliveriesEnableCommand: Command = {
  name: 'deliveries enable',
  summary: 'deliver again to a destination that had said that it is gone',
  details: ['What waited for it meanwhile is sent.'],
  operands: [{ name: 'SINK', isRequired: true }],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'The hook is there again', line: 'sudo warder deliveries enable chat' },
    {
      explains: 'All of them',
      line:
        "sudo warder status --json | jq -r '.delivery.sinks | keys[]' | " +
        'xargs -n 1 sudo warder deliveries enable',
    },
  ],
  failure: 'there is no such destination, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const [sink = ''] = args.operands;
  await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    ...{ method: 'POST', path: '/v1/deliveries/enable', isJson: true },
    body: JSON.stringify({ sink }),
  });
  io.stdout.write(`${printable(sink)} is sent messages again\n`);
  return 0;
}
