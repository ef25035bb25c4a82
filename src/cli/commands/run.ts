/** `warder run`. */
import { hostname } from 'node:os';
import { StdoutSink } from '../../exporters/index.ts';
import type { CodedError } from '../../model/errors.ts';
import type { Logger, LogLevelControl } from '../../model/log.ts';
import type { Agent } from '../agent-options.ts';
import type { Command, CommandContext } from '../command.ts';
import { readDnsServers } from '../dns-servers.ts';
import { EventOutput } from '../event-output.ts';
import { eventLineOptions } from '../event-writer.ts';
import { findingRate } from '../finding-rate.ts';
import { openGrpc, readGrpcSettings } from '../grpc.ts';
import { createLogger } from '../logger.ts';
import { readNodeLabels } from '../node-labels.ts';
import { DEFAULT_PIN_DIRECTORY, DEFAULT_SOCKET, DEFAULT_STATE_DIRECTORY } from '../options.ts';
import { readPolicyFiles } from '../policy-files.ts';
import { type RunRooms, type RunSettings, type RunVoice, runAgent } from '../run-agent.ts';
import { StopRequest } from '../stop-request.ts';
import { createPaint } from '../style.ts';
import { renderBanner } from '../view/banner.ts';
import { renderDiagnostics } from '../view/diagnostics.ts';
import { createEventLines } from '../view/event-lines.ts';
import { RUN_DETAILS, RUN_EXAMPLES, RUN_OPTIONS } from './run-options.ts';

const RESPONSE_MODES = ['off', 'dry-run', 'enforce'] as const;

/** The command with other rooms, for tests. */
export function createRunCommand(rooms: RunRooms): Command {
  return {
    name: 'run',
    summary: 'start the agent: watch this machine and enforce policies',
    details: RUN_DETAILS,
    operands: [],
    options: RUN_OPTIONS,
    examples: RUN_EXAMPLES,
    failure:
      'the agent could not start or go on; with --strict, a policy is not in force. 130 and 143: ' +
      'a second signal ended it at once',
    run: (context) => run(context, rooms),
  };
}

// The rooms of the agent are loaded by this command alone: the others answer faster without them.
export const runCommand: Command = createRunCommand({
  async startAgent(options) {
    const { startAgent } = await import('../agent.ts');
    return startAgent(options);
  },
  async createServer(request) {
    const { createServer } = await import('../../server/index.ts');
    return createServer(request);
  },
  openGrpc,
});

async function run(context: CommandContext, rooms: RunRooms): Promise<number> {
  const logger = openLogger(context);
  const settings = await readSettings(context, logger);
  const output = openOutput(context, logger);
  using stop = new StopRequest(context.io);
  try {
    await runAgent(settings, rooms, { voice: createVoice(context, output), stop });
  } finally {
    await output.close();
  }
  return 0;
}

async function readSettings(
  context: CommandContext,
  logger: Logger & LogLevelControl,
): Promise<RunSettings> {
  const { args, io } = context;
  return {
    rules: await readRules(context),
    detectorFiles: await readDetectors(context),
    findingsPerSecond: findingRate(args.value('findings-per-second')),
    policyFiles: readPolicyFiles(args.values('policy')),
    policyDirectory: args.value('policy-dir'),
    socketPath: args.value('socket') ?? DEFAULT_SOCKET,
    grpc: readGrpcSettings(args, logger),
    nodeName: args.value('node-name') ?? io.env['NODE_NAME'] ?? hostname(),
    clusterName: args.value('cluster-name') ?? '',
    kubeconfig: args.has('no-kubernetes') ? null : args.value('kubeconfig'),
    nodeLabels: readNodeLabels(args.values('node-label')),
    hasHookTime: args.has('hook-time'),
    exposesStackAddresses: args.has('expose-stack-addresses'),
    allowsLocalRequests: args.has('allow-local-requests'),
    dnsServers: readDnsServers(args.values('dns-server')),
    isStrict: args.has('strict'),
    keepsEnforcement: args.has('keep'),
    persistence: args.has('no-pins')
      ? undefined
      : {
          pinDirectory: args.value('pin-dir') ?? DEFAULT_PIN_DIRECTORY,
          stateDirectory: args.value('state-dir') ?? DEFAULT_STATE_DIRECTORY,
        },
    logger,
  };
}

/** The compilers of rules are loaded where there are rules. */
async function readRules({ args, io, colour }: CommandContext): Promise<RunSettings['rules']> {
  const paths = args.values('rules');
  if (paths.length === 0) return [];
  const { loadRules } = await import('../load-rules.ts');
  const mode = RESPONSE_MODES.find((known) => known === args.value('respond')) ?? 'off';
  const responses = { mode, paths: args.values('responses') };
  const { rules, files } = loadRules(paths, args.values('exceptions'), responses);
  io.stderr.write(renderDiagnostics(files, colour.stderr));
  return rules;
}

async function readDetectors({ args }: CommandContext): Promise<readonly string[]> {
  const paths = args.values('detectors');
  if (paths.length === 0) return [];
  const { listDetectorFiles } = await import('../detector-files.ts');
  return listDetectorFiles(paths);
}

function openLogger({ args, io, colour }: CommandContext): Logger & LogLevelControl {
  return createLogger({
    level: args.value('log-level') ?? 'info',
    form: io.stderr.isTty ? 'human' : 'json',
    isColoured: colour.stderr,
    write: (line) => io.stderr.write(line),
  });
}

/**
 * When the reader of the events goes away the agent goes on: who can end a log reader must not be
 * able to end enforcement with it.
 */
function openOutput(context: CommandContext, logger: Logger): EventOutput {
  const sink = new StdoutSink({
    writeChunk: context.io.openOutput(),
    onBroken(error: CodedError) {
      output.giveUp();
      logger.warn(
        { code: error.code },
        'events are no longer printed; policies stay in force and the API goes on',
      );
    },
  });
  const output = new EventOutput(
    sink,
    createEventLines({ ...eventLineOptions(context), isTrusted: true }),
  );
  return output;
}

/** With JSON on standard output, everything else goes to standard error. */
function createVoice({ args, io, colour }: CommandContext, output: EventOutput): RunVoice {
  const isJson = args.value('output') === 'json';
  const paint = createPaint(isJson ? colour.stderr : colour.stdout);
  const { columns } = isJson ? io.stderr : io.stdout;
  return {
    output,
    now: () => io.now(),
    showDiagnostics(agent: Agent) {
      io.stderr.write(renderDiagnostics(agent.diagnostics, colour.stderr));
    },
    showArmed(agent: Agent, address: string) {
      const facts = {
        version: agent.version(),
        kernel: agent.kernel(),
        // Nothing has fired yet, which is no news.
        policies: agent.policies().map(({ activity: _, ...status }) => status),
        hooks: agent.stats().hooks,
        address,
      };
      const banner = renderBanner(facts, paint, columns);
      if (isJson) io.stderr.write(banner.map((line) => `${line}\n`).join(''));
      output.open(isJson ? [] : banner);
    },
    showSummary(line: string) {
      if (isJson) io.stderr.write(`${line}\n`);
      else output.say(line);
    },
  };
}
