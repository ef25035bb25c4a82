/** `warder policies show`. */

import { expectAnswer } from '../api/client.ts';
import { readReport } from '../api/policy-answers.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { createPaint } from '../style.ts';
import { renderActions, renderPolicies } from '../view/policies.ts';

export const policiesShowCommand: Command = {
  name: 'policies show',
  summary: 'show one policy of the running agent, and what it did',
  details: [
    'Says for each hook how it is attached, how often the policy fired there and when last, and ' +
      'how often each action was taken. `monitor_sigkill` and the like are what monitor mode ' +
      'withheld.',
  ],
  operands: [{ name: 'NAME', isRequired: true }],
  options: [JSON_OPTION, SOCKET_OPTION],
  examples: [
    { explains: 'Does it work?', line: 'sudo warder policies show my-policy' },
    {
      explains: 'What would it have killed?',
      line: "sudo warder policies show my-policy --json | jq '.activity[].actions'",
    },
  ],
  failure: 'there is no policy of that name, or no agent answers',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const answer = await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    method: 'GET',
    path: `/v1/policies/${encodeURIComponent(args.operands[0] ?? '')}`,
  });
  const policy = readReport(answer, 'policy');
  if (args.has('json')) {
    io.stdout.write(`${JSON.stringify(policy, null, 2)}\n`);
    return 0;
  }
  const lines = [
    ...renderPolicies([policy], createPaint(colour.stdout), io.stdout.columns),
    `  mode: ${policy.mode}`,
    ...renderActions(policy.activity),
  ];
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}
