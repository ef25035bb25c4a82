/** `warder events`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../model/errors.ts';
import { openEvents } from '../api/client.ts';
import type { Command, CommandContext } from '../command.ts';
import type { EventWriter } from '../event-writer.ts';
import { COMPACT_OPTIONS, DEFAULT_SOCKET, OUTPUT_OPTION, SOCKET_OPTION } from '../options.ts';
import { StopRequest } from '../stop-request.ts';
import { printable } from '../style.ts';
import { plural } from '../view/diagnostics.ts';

/** A restarting agent takes some seconds. */
const RETRY_MS = 500;

export const eventsCommand: Command = {
  name: 'events',
  summary: 'follow the events of the running agent, or format piped ones',
  details: [
    'Prints events from now on, until it is interrupted. When the agent goes away it waits until ' +
      'it is back. When this command is read too slowly, events are left out, and a line says ' +
      'how many.',
    'When something is piped into it and no --socket is given, it formats those JSON lines ' +
      'instead: the output of an agent, or a file that Tetragon wrote.',
  ],
  operands: [],
  options: [OUTPUT_OPTION, ...COMPACT_OPTIONS, SOCKET_OPTION],
  examples: [
    { explains: 'What is happening?', line: 'sudo warder events' },
    {
      explains: 'Which binaries are executed?',
      line: `sudo warder events -o json | jq -r '.process_exec.process.binary // empty'`,
    },
    { explains: 'Read a log again', line: 'warder events --timestamps < events.json' },
  ],
  failure: 'no agent answered at the start, or a piped line was not an event',
  run({ args, ...rest }) {
    const context = { args, ...rest };
    const input = args.has('socket') ? undefined : rest.io.openInput();
    return input === undefined ? follow(context) : convert(context, input);
  },
};

async function convert(context: CommandContext, input: AsyncIterable<Uint8Array>): Promise<number> {
  const { EventWriter } = await import('../event-writer.ts');
  const writer = new EventWriter(context, context.io.openOutput());
  for await (const chunk of input) if (!(await writer.write(chunk))) return 0;
  await writer.end();
  if (writer.invalid === 0) return 0;
  context.io.stderr.write(`${plural(writer.invalid, 'line was', 'lines were')} left out\n`);
  return 1;
}

async function follow(context: CommandContext): Promise<number> {
  const { EventWriter } = await import('../event-writer.ts');
  const { args, io } = context;
  const path = args.value('socket') ?? DEFAULT_SOCKET;
  const writeOutput = io.openOutput();
  using stop = new StopRequest(io);
  let isBack = false;
  while (!stop.signal.aborted) {
    const onOpen = (): void => {
      if (isBack) io.stderr.write('the agent is back\n');
      else isBack = true;
    };
    const writer = new EventWriter(context, writeOutput);
    const end = await followOnce({ path, writer, signal: stop.signal, onOpen });
    if (end.kind === 'unread' || stop.signal.aborted) return 0;
    if (end.kind === 'failed' && !(isBack && isAway(end.error))) throw end.error;
    if (end.wasOpen) io.stderr.write(`the agent went away; waiting for it at ${printable(path)}\n`);
    await sleep(RETRY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  return 0;
}

interface Connection {
  readonly path: string;
  readonly writer: EventWriter;
  readonly signal: AbortSignal;
  onOpen(): void;
}

/** How one connection to the agent came to its end. */
type ConnectionEnd =
  | { readonly kind: 'unread' }
  | { readonly kind: 'ended'; readonly wasOpen: true }
  | { readonly kind: 'failed'; readonly wasOpen: boolean; readonly error: unknown };

async function followOnce(connection: Connection): Promise<ConnectionEnd> {
  const { path, writer, signal, onOpen } = connection;
  let wasOpen = false;
  try {
    const stream = await openEvents(path, signal);
    wasOpen = true;
    onOpen();
    for await (const chunk of stream) if (!(await writer.write(chunk))) return { kind: 'unread' };
    return { kind: 'ended', wasOpen };
  } catch (error) {
    return { kind: 'failed', wasOpen, error };
  }
}

/** The connection broke, or nobody listens: what a restart of the agent looks like. */
function isAway(error: unknown): boolean {
  if (error instanceof CodedError) {
    return error.code === 'CLI_AGENT_AWAY' || error.code === 'SERVER_CLOSING';
  }
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
