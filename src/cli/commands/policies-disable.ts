/** `warder policies disable`. */
import { changePolicy } from '../api/change-policy.ts';
import type { Command, CommandContext } from '../command.ts';
import { SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const policiesDisableCommand: Command = {
  name: 'policies disable',
  summary: 'take a policy out of force, and keep it at hand',
  details: [
    'Its hooks are let go of; `policies enable` puts it in force again. A new version of the ' +
      'policy is enabled.',
  ],
  operands: [{ name: 'NAME', isRequired: true }],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'Let a policy rest', line: 'sudo warder policies disable my-policy' },
    {
      explains: 'Let it watch instead',
      line: 'sudo warder policies set-mode my-policy monitor',
    },
  ],
  failure: 'there is no policy of that name, the kernel refused, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const policy = await changePolicy(args, 'disable');
  io.stdout.write(`${printable(policy.name)} is disabled\n`);
  return 0;
}
