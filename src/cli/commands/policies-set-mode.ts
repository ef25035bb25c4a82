/** `warder policies set-mode`. */
import { changePolicy } from '../api/change-policy.ts';
import type { Command, CommandContext } from '../command.ts';
import { SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';

export const policiesSetModeCommand: Command = {
  name: 'policies set-mode',
  summary: 'let a policy enforce, or only watch',
  details: [
    'In `monitor`, the policy matches, reports and counts as before, but sends no signal and ' +
      'denies nothing; its events say `monitored`. The change takes effect at once and without ' +
      'loading anything. It holds until it is changed again, also for new versions of the ' +
      'policy, and goes before what the policy itself asks for.',
    'A policy without an enforcing action is `monitor_only`, and its mode cannot be changed.',
  ],
  operands: [
    { name: 'NAME', isRequired: true },
    { name: 'MODE', isRequired: true, choices: ['enforce', 'monitor'] },
  ],
  options: [SOCKET_OPTION],
  examples: [
    {
      explains: 'See what a policy would do before it does it',
      line: 'sudo warder policies set-mode my-policy monitor',
    },
    { explains: 'And let it', line: 'sudo warder policies set-mode my-policy enforce' },
  ],
  failure: 'there is no policy of that name, it has nothing to enforce, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const mode = encodeURIComponent(args.operands[1] ?? '');
  const policy = await changePolicy(args, `mode?mode=${mode}`);
  io.stdout.write(`${printable(policy.name)} is in the mode ${policy.mode}\n`);
  return 0;
}
