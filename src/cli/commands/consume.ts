/** `warder consume`. */
import { readFileSync } from 'node:fs';
import type { NatsCredentials, NatsTls } from '../../exporters/index.ts';
import type { Arguments, Command, CommandContext, OptionSpec } from '../command.ts';
import { CliError } from '../errors.ts';
import { StopRequest } from '../stop-request.ts';
import { printable } from '../style.ts';
import { plural } from '../view/diagnostics.ts';

const DEFAULT_SERVER = '127.0.0.1:4222';

const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'server',
    value: 'HOST:PORT',
    isRepeatable: true,
    summary: `server of NATS, or several of one cluster (default ${DEFAULT_SERVER})`,
  },
  {
    name: 'stream',
    value: 'NAME',
    fallback: 'WARDER_ALERTS',
    summary: 'stream of JetStream to read',
  },
  {
    name: 'durable',
    value: 'NAME',
    fallback: 'warder-consume',
    summary: 'name by which the server remembers what was read',
  },
  { name: 'creds', value: 'FILE', isPath: true, summary: 'credentials as nsc writes them' },
  { name: 'nkey', value: 'FILE', isPath: true, summary: 'seed of an NKey to log in with' },
  { name: 'ca', value: 'FILE', isPath: true, summary: 'authorities to trust, and TLS only' },
  { name: 'once', summary: 'end when nothing is left to read' },
];

export const consumeCommand: Command = {
  name: 'consume',
  summary: 'read alerts or events from NATS into a file, as a SIEM would',
  details: [
    'Appends one line of JSON for each message to FILE. A message is acked when its line is on ' +
      'disk. One that comes again is recognised by its id, also after this command was killed: ' +
      'FILE.state knows what is in FILE.',
    'When a node skips numbers, a line of type "gap" says which messages are missing. What is ' +
      'no message of Warder goes to FILE.dead.',
  ],
  operands: [{ name: 'FILE', isPath: true, isRequired: true }],
  options: OPTIONS,
  examples: [
    { explains: 'Follow the alerts of a cluster', line: 'warder consume alerts.jsonl' },
    {
      explains: 'Fetch the events that are there',
      line: 'warder consume --stream WARDER_EVENTS --once events.jsonl',
    },
    {
      explains: 'Log in to a server with TLS',
      line: 'warder consume --server nats.example.org:4222 --ca ca.pem --creds siem.creds a.jsonl',
    },
  ],
  failure: 'the server, the stream or the file could not be used',
  run,
};

async function run({ args, io }: CommandContext): Promise<number> {
  const { consumeStream } = await import('../../exporters/index.ts');
  using stop = new StopRequest(io);
  const servers = args.values('server');
  const tls = readTls(args);
  const counts = await consumeStream({
    server: {
      servers: servers.length === 0 ? [DEFAULT_SERVER] : servers,
      credentials: readCredentials(args),
      name: 'warder consume',
      ...(tls === undefined ? {} : { tls }),
    },
    stream: args.value('stream') ?? '',
    durable: args.value('durable') ?? '',
    file: args.operands[0] ?? '',
    isOnce: args.has('once'),
    signal: stop.signal,
    report: (text) => io.stderr.write(`${printable(text)}\n`),
  });
  const { written, duplicates, gaps, dead } = counts;
  io.stderr.write(
    `${plural(written, 'message was', 'messages were')} written, ${duplicates} came again, ` +
      `${plural(gaps, 'gap', 'gaps')}, ${dead} of no use\n`,
  );
  return 0;
}

function readCredentials(args: Arguments): NatsCredentials {
  const creds = args.value('creds');
  const nkey = args.value('nkey');
  if (creds !== undefined && nkey !== undefined) {
    throw new CliError('CONFIG_OPTION_INVALID', '--creds and --nkey are two ways to log in', {
      hint: 'give one of them',
    });
  }
  if (creds !== undefined) return { kind: 'creds', text: readText(creds) };
  if (nkey !== undefined) return { kind: 'nkey', seed: readText(nkey) };
  return { kind: 'none' };
}

function readTls(args: Arguments): NatsTls | undefined {
  const path = args.value('ca');
  return path === undefined ? undefined : { ca: readText(path) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `${printable(path)} cannot be read`;
    throw new CliError('CONFIG_FILE_UNREADABLE', message, { cause });
  }
}
