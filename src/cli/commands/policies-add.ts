/** `warder policies add`. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { PolicyFile } from '../agent-options.ts';
import { readDiagnostics } from '../api/answers.ts';
import { askAgent, errorIn } from '../api/client.ts';
import { readPolicies } from '../api/policy-answers.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { readPolicyFiles } from '../policy-files.ts';
import { createPaint } from '../style.ts';
import { renderDiagnostics } from '../view/diagnostics.ts';
import { renderPolicies } from '../view/policies.ts';

export const policiesAddCommand: Command = {
  name: 'policies add',
  summary: 'add the policies of a file to the running agent',
  details: [
    'All policies of a file are taken, or none of them. A policy that is there already is ' +
      'replaced: the old version is in force until the new one is, and stays when the ' +
      'new one cannot be.',
    'They are in force until they are deleted or the agent ends.',
  ],
  operands: [{ name: 'FILE|DIR', isPath: true, isRequired: true }],
  options: [
    {
      name: 'mode',
      value: 'MODE',
      choices: ['enforce', 'monitor'],
      summary: 'mode of the policies, whatever they ask for themselves',
    },
    SOCKET_OPTION,
  ],
  examples: [
    {
      explains: 'Put a policy in force, or its new version',
      line: 'sudo warder policies add my-policy.yaml',
    },
    {
      explains: 'See first what it would do',
      line: 'sudo warder policies add --mode monitor my-policy.yaml',
    },
  ],
  failure: 'a file was rejected, a policy is not in force, or no agent answers',
  run,
};

async function run(context: CommandContext): Promise<number> {
  let code = 0;
  for (const file of readPolicyFiles(context.args.operands)) {
    code = Math.max(code, await addFile(context, file));
  }
  return code;
}

async function addFile(context: CommandContext, { file, text }: PolicyFile): Promise<number> {
  const { args, io, colour } = context;
  const mode = args.value('mode');
  const query = new URLSearchParams(mode === undefined ? { file } : { file, mode });
  const { status, body } = await askAgent({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    method: 'POST',
    path: `/v1/policies?${query}`,
    body: text,
  });
  if (status !== 201 && status !== 422) throw errorIn(body, status);
  const { diagnostics } = readDiagnostics(body, 'answer');
  printDiagnostics(context, { file, text }, diagnostics);
  if (status === 422) return 1;
  const { policies } = readPolicies(body, 'answer');
  const lines = renderPolicies(policies, createPaint(colour.stdout), io.stdout.columns);
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return policies.some(({ state }) => state === 'load_error') ? 1 : 0;
}

function printDiagnostics(
  { io, colour }: CommandContext,
  file: PolicyFile,
  diagnostics: readonly Diagnostic[],
): void {
  io.stderr.write(renderDiagnostics([{ ...file, diagnostics }], colour.stderr));
}
