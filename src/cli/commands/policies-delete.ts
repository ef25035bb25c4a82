/** `warder policies delete`. */
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const policiesDeleteCommand: Command = {
  name: 'policies delete',
  summary: 'take a policy of the running agent out of force',
  details: [
    'The name is the metadata.name of the policy. Files are not touched: a policy that was named ' +
      'with `run --policy` is back when the agent is started again.',
  ],
  operands: [{ name: 'NAME', isRequired: true }],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'Stop enforcing a policy', line: 'sudo warder policies delete my-policy' },
    { explains: 'What are the names?', line: 'sudo warder policies list' },
  ],
  failure: 'there is no policy of that name, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const name = args.operands[0] ?? '';
  await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    method: 'DELETE',
    path: `/v1/policies/${encodeURIComponent(name)}`,
  });
  io.stdout.write(`${printable(name)} is no longer in force\n`);
  return 0;
}
