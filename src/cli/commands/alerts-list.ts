/** `warder alerts list`. */
import type { Alert } from '../../model/alert.ts';
import { readAlerts } from '../api/alert-answers.ts';
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { LIMIT_OPTION } from '../limit-option.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { alignRows, createPaint, printable } from '../style.ts';

export const alertsListCommand: Command = {
  name: 'alerts list',
  summary: 'list alerts: those that are open first, then those that were resolved last',
  details: [
    'Findings and events of policies of one cause, place and program are one alert. It is ' +
      'resolved when nothing more was found for the time that the configuration says.',
  ],
  operands: [],
  options: [LIMIT_OPTION, JSON_OPTION, SOCKET_OPTION],
  examples: [
    { explains: 'What is going on?', line: 'sudo warder alerts list' },
    {
      explains: 'Only what is open and bad',
      line:
        'sudo warder alerts list --json | ' +
        `jq '.[] | select(.state == "firing" and .severity == "critical")'`,
    },
  ],
  failure: 'no agent answers',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const limit = encodeURIComponent(args.value('limit') ?? '');
  const answer = await expectAnswer({
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    ...{ method: 'GET', path: `/v1/alerts?limit=${limit}` },
  });
  const { alerts } = readAlerts(answer, 'answer');
  if (args.has('json')) io.stdout.write(`${JSON.stringify(alerts, null, 2)}\n`);
  else if (alerts.length === 0) io.stdout.write('there are no alerts\n');
  else {
    const paint = createPaint(colour.stdout);
    const lines = alignRows(alerts.map(rowOf), '');
    const inks = alerts.map(({ state }) => (state === 'firing' ? 'red' : 'dim'));
    io.stdout.write(lines.map((line, index) => `${paint(inks[index] ?? 'dim', line)}\n`).join(''));
  }
  return 0;
}

function rowOf(alert: Alert): readonly string[] {
  const { state, severity, count, lastSeenMs, cause, labels, id } = alert;
  const where = [labels['namespace'], labels['workload'] ?? labels['service'], labels['binary']];
  return [
    state,
    severity,
    `${count}x`,
    new Date(lastSeenMs).toISOString(),
    printable(cause.title),
    printable(where.filter((part) => part !== undefined).join(' ')),
    printable(id),
  ];
}
