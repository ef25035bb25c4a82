/** `warder policies enable`. */
import { changePolicy } from '../api/change-policy.ts';
import type { Command, CommandContext } from '../command.ts';
import { SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const policiesEnableCommand: Command = {
  name: 'policies enable',
  summary: 'put a policy in force that was disabled',
  details: [
    'The policy is in force on all its hooks when the command returns, or as it was before.',
  ],
  operands: [{ name: 'NAME', isRequired: true }],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'Put a disabled policy in force', line: 'sudo warder policies enable my-policy' },
    {
      explains: 'Which policies are disabled?',
      line: `sudo warder policies list --json | jq '.[] | select(.state == "disabled").name'`,
    },
  ],
  failure: 'there is no policy of that name, the kernel refused, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const policy = await changePolicy(args, 'enable');
  io.stdout.write(`${printable(policy.name)} is enabled\n`);
  return 0;
}
