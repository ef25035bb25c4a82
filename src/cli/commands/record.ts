/** `warder record`. */
import { once } from 'node:events';
import { openEvents } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import { DEFAULT_SOCKET, SOCKET_OPTION } from '../options.ts';
import { StopRequest } from '../stop-request.ts';

export const recordCommand: Command = {
  name: 'record',
  summary: 'record what detection rules look at',
  details: [
    'Writes events from now on into a file, until it is interrupted: those that the rules of the ' +
      'running agent want, with their processes and pods. `warder replay` and `warder rules ' +
      'backtest` read it. A name that ends with .zst or .gz is that of a compressed file.',
    'The file has command lines and paths, which may hold secrets: only its owner can read it.',
  ],
  operands: [{ name: 'FILE', isPath: true, isRequired: true }],
  options: [SOCKET_OPTION],
  examples: [
    { explains: 'Record until Ctrl-C', line: 'sudo warder record today.zst' },
    { explains: 'Record for an hour', line: 'sudo timeout -s INT 3600 warder record hour.zst' },
  ],
  failure: 'no agent answered, it has no rules, or the file cannot be written',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const { createRecording } = await import('../recording-file.ts');
  using stop = new StopRequest(io);
  const socketPath = args.value('socket') ?? DEFAULT_SOCKET;
  const stream = await openEvents(socketPath, stop.signal, '/v1/recording');
  const { input, end } = createRecording(args.operands[0] ?? '');
  try {
    for await (const chunk of stream) {
      if (!input.write(chunk)) await once(input, 'drain', { signal: stop.signal });
    }
  } catch (error) {
    // Being asked to stop is how a recording ends.
    if (!stop.signal.aborted) throw error;
  } finally {
    await end();
  }
  return 0;
}
