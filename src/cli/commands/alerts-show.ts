/** `warder alerts show`. */
import type { Alert } from '../../model/alert.ts';
import { readAlert } from '../api/alert-answers.ts';
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { alignRows, printable } from '../style.ts';

export const alertsShowCommand: Command = {
  name: 'alerts show',
  summary: 'show one alert, with what raised it last',
  details: ['The evidence is the last finding or event, as JSON; --json prints all of it.'],
  operands: [{ name: 'ID', isRequired: true }],
  options: [JSON_OPTION, SOCKET_OPTION],
  examples: [
    { explains: 'What was it?', line: 'sudo warder alerts show node-1/4f1c-17/4711/shell-in-pod' },
    {
      explains: 'Which process was it last?',
      line: "sudo warder alerts show ID --json | jq '.evidence.finding.process'",
    },
  ],
  failure: 'there is no alert of that id, or no agent answers',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const id = (args.operands[0] ?? '').split('/').map(encodeURIComponent).join('/');
  const answer = await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    ...{ method: 'GET', path: `/v1/alerts/${id}` },
  });
  const alert = readAlert(answer, 'alert');
  const lines = args.has('json') ? [JSON.stringify(alert, null, 2)] : describe(alert);
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

function describe(alert: Alert): readonly string[] {
  const { cause, labels } = alert;
  const rows = [
    ['state', alert.state],
    ['severity', alert.severity],
    [cause.kind, cause.id],
    ['title', cause.title],
    ['message', alert.message],
    ['count', String(alert.count)],
    ['first seen', new Date(alert.firstSeenMs).toISOString()],
    ['last seen', new Date(alert.lastSeenMs).toISOString()],
    ...Object.entries(labels),
    ...(cause.attack.length === 0 ? [] : [['attack', cause.attack.join(', ')]]),
    ...(cause.runbook === '' ? [] : [['runbook', cause.runbook]]),
    ['fingerprint', alert.fingerprint],
  ];
  return [
    printable(alert.id),
    ...alignRows(
      rows.map((row) => row.map(printable)),
      '  ',
    ),
  ];
}
