/** `warder policies list`. */

import { expectAnswer } from '../api/client.ts';
import { readReports } from '../api/policy-answers.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { createPaint } from '../style.ts';
import { renderPolicies, summarisePolicies } from '../view/policies.ts';

export const policiesListCommand: Command = {
  name: 'policies list',
  summary: 'list the policies of the running agent and their hooks',
  details: ['Says for each hook how it is attached, or why it is not.'],
  operands: [],
  options: [
    { name: 'all', summary: 'also what rules have in the kernel, which is named warder:…' },
    JSON_OPTION,
    SOCKET_OPTION,
  ],
  examples: [
    { explains: 'What is in force?', line: 'sudo warder policies list' },
    {
      explains: 'Which policies are not in force?',
      line: `sudo warder policies list --json | jq '.[] | select(.state == "load_error").name'`,
    },
  ],
  failure: 'no agent answers',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const socketPath = args.value('socket') ?? DEFAULT_SOCKET;
  const path = args.has('all') ? '/v1/policies?all' : '/v1/policies';
  const answer = await expectAnswer({ socketPath, method: 'GET', path });
  const { policies } = readReports(answer, 'answer');
  if (args.has('json')) {
    io.stdout.write(`${JSON.stringify(policies, null, 2)}\n`);
    return 0;
  }
  const paint = createPaint(colour.stdout);
  const lines = [
    `policies: ${summarisePolicies(policies)}`,
    ...renderPolicies(policies, paint, io.stdout.columns),
  ];
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}
