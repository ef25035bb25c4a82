/** `warder status`. */
import { readStats, readVersion } from '../api/answers.ts';
import { expectAnswer } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, JSON_OPTION, SOCKET_OPTION } from '../options.ts';
import { createPaint } from '../style.ts';
import { renderStats } from '../view/stats.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'show the counters of the running agent',
  details: [
    'Records are what the kernel sent, events what became of them. `lost` counts records the ' +
      'kernel could not queue, by cause; `missing` counts those that are neither here nor lost, ' +
      'and is 0 when nothing is under way. The time of hooks is measured only with ' +
      '`run --hook-time`.',
  ],
  operands: [],
  options: [JSON_OPTION, SOCKET_OPTION],
  examples: [
    { explains: 'Is anything being lost?', line: 'sudo warder status' },
    {
      explains: 'Which hook runs most?',
      line: `sudo warder status --json | jq '.hooks | max_by(.runs) | .hook'`,
    },
  ],
  failure: 'no agent answers',
  run,
};

async function run({ args, io, colour }: CommandContext): Promise<number> {
  const socketPath = args.value('socket') ?? DEFAULT_SOCKET;
  const answer = await expectAnswer({ socketPath, method: 'GET', path: '/v1/status' });
  const stats = readStats(answer, 'status');
  if (args.has('json')) {
    io.stdout.write(`${JSON.stringify(stats, null, 2)}\n`);
    return 0;
  }
  const about = await expectAnswer({ socketPath, method: 'GET', path: '/v1/version' });
  const { version } = readVersion(about, 'version');
  const lines = renderStats({ version, stats, now: io.now() }, createPaint(colour.stdout));
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}
