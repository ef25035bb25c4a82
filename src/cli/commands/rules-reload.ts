/** `warder rules reload`. */
import { readDiagnostics, readLoadedRules } from '../api/answers.ts';
import { askAgent, errorIn } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { printable } from '../style.ts';
import { plural } from '../view/diagnostics.ts';

export const rulesReloadCommand: Command = {
  name: 'rules reload',
  summary: 'let the running agent read its rules again',
  details: [
    'Rules, exceptions, responses and detectors are read from where the agent was told to find ' +
      'them. With a single mistake in any of them, all stay as they were, and the mistakes are ' +
      'told. What correlations and detectors remember stays, but for those that have changed.',
    'SIGHUP does the same, and reads the rest of the configuration too.',
  ],
  operands: [],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'Put changed rules in force', line: 'sudo warder rules reload' },
    {
      explains: 'Which rules are in force, and since when?',
      line: "sudo warder status --json | jq '.detections | .rules, .reloads'",
    },
  ],
  failure: 'there are mistakes, and nothing was changed; or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const { status, body } = await askAgent({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    method: 'POST',
    path: '/v1/rules/reload',
  });
  if (status !== 200 && status !== 422) throw errorIn(body, status);
  for (const { severity, code, message, location } of readDiagnostics(body, 'answer').diagnostics) {
    const place = `${location.file}:${location.line}:${location.column}`;
    io.stderr.write(`${printable(`${place}: ${severity}: ${message} [${code}]`)}\n`);
  }
  if (status === 422) {
    io.stderr.write('nothing was changed\n');
    return 1;
  }
  const { rules, detectors } = readLoadedRules(body, 'answer');
  const counts = `${plural(rules, 'rule')} and ${plural(detectors, 'detector')}`;
  io.stdout.write(`${counts} are in force\n`);
  return 0;
}
