/** Asks the agent to change one policy. */
import type { PolicyStatus } from '../../model/policy.ts';
import type { Arguments } from '../command.ts';
import { DEFAULT_SOCKET } from '../options.ts';
import { expectAnswer } from './client.ts';
import { readPolicy } from './policy-answers.ts';

/** `change` is what follows the name in the path. Returns what became of the policy. */
export async function changePolicy(args: Arguments, change: string): Promise<PolicyStatus> {
  const answer = await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    method: 'POST',
    path: `/v1/policies/${encodeURIComponent(args.operands[0] ?? '')}/${change}`,
  });
  return readPolicy(answer, 'policy');
}
