/** `warder run`. */
import { type ChunkWriter, StdoutSink } from '../../exporters/index.ts';
import type { CodedError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { Agent, ReadRules } from '../agent-options.ts';
import type { Command, CommandContext } from '../command.ts';
import type { Config, ConfigSetting } from '../config/config.ts';
import { ConfigChanges, type ReadConfig } from '../config/config-changes.ts';
import { loadConfig, refuseConfig } from '../config/load-config.ts';
import {
  namesDetections,
  readDetections,
  readNames,
  readSettings,
} from '../config/run-settings.ts';
import type { DeliverySetup, SetupWorld } from '../delivery/delivery-setup.ts';
import { EventOutput } from '../event-output.ts';
import { openGrpc } from '../grpc.ts';
import { createLogger, type LevelledLogger } from '../logger.ts';
import { type RunRooms, type RunVoice, runAgent } from '../run-agent.ts';
import { StopRequest } from '../stop-request.ts';
import { createPaint } from '../style.ts';
import { renderBanner } from '../view/banner.ts';
import { renderDiagnostics } from '../view/diagnostics.ts';
import { createEventLines } from '../view/event-lines.ts';
import { RUN_DETAILS, RUN_EXAMPLES, RUN_OPTIONS } from './run-options.ts';

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
    const { startAgent } = await import('../start-agent.ts');
    return startAgent(options);
  },
  async createServer(request) {
    const { createServer } = await import('../../server/index.ts');
    return createServer(request);
  },
  async createMetricsServer(request) {
    const { createMetricsServer } = await import('../../server/index.ts');
    return createMetricsServer(request);
  },
  openGrpc,
});

async function run(context: CommandContext, rooms: RunRooms): Promise<number> {
  const { io, colour } = context;
  const config = loadConfig({ args: context.args, env: io.env });
  const logger = openLogger(context, config);
  const output = openOutput(context, { config, logger });
  const world = {
    ...readNames(config, io.env),
    env: io.env,
    logger,
    writeChunk: output.writeChunk,
  };
  const delivery = wantsDelivery(config) ? await openSetup(config, world) : undefined;
  io.stderr.write(renderDiagnostics(config.diagnostics, colour.stderr));
  if (config.hasErrors) throw refuseConfig(config);
  const load = (): Config => loadConfig({ args: context.args, env: io.env });
  const readAgain: ReadRules = async () => readDetections(load());
  const around = { env: io.env, logger, delivery, readAgain };
  const { settings, files } = await readSettings(config, around);
  io.stderr.write(renderDiagnostics(files, colour.stderr));
  const read = async (): Promise<ReadConfig> => {
    const now = load();
    const mayChange = now.hasFile || wantsDelivery(now);
    return { config: now, delivery: mayChange ? await openSetup(now, world) : undefined };
  };
  const changes =
    config.hasFile || namesDetections(config)
      ? new ConfigChanges({ first: config, io, logger, read })
      : undefined;
  using stop = new StopRequest(io);
  const voice = createVoice(context, output.events, config.text('agent.output') === 'json');
  try {
    await runAgent(settings, rooms, { voice, stop, changes });
  } finally {
    await output.events.close();
  }
  return 0;
}

/** What destinations are checked with is loaded where there are some. */
async function openSetup(config: Config, world: SetupWorld): Promise<DeliverySetup> {
  const { readDelivery } = await import('../delivery/delivery-setup.ts');
  return readDelivery(config, world);
}

function wantsDelivery(config: Config): boolean {
  const isTree = ({ key }: ConfigSetting): boolean => key.type.kind === 'tree';
  return config.settings.some((one) => isTree(one) && one.written !== undefined);
}

function openLogger({ io, colour }: CommandContext, config: Config): LevelledLogger {
  return createLogger({
    level: config.text('agent.logLevel') ?? 'info',
    form: io.stderr.isTty ? 'human' : 'json',
    isColoured: colour.stderr,
    write: (line) => io.stderr.write(line),
  });
}

/** Standard output, as the events go there, and as a destination does. */
interface RunOutput {
  readonly events: EventOutput;
  readonly writeChunk: ChunkWriter;
}

/**
 * When the reader of the events goes away the agent goes on: who can end a log reader must not be
 * able to end enforcement with it.
 */
function openOutput(
  { io, colour }: CommandContext,
  { config, logger }: { readonly config: Config; readonly logger: Logger },
): RunOutput {
  const writeChunk = io.openOutput();
  const sink = new StdoutSink({
    writeChunk,
    onBroken(error: CodedError) {
      events.giveUp();
      logger.warn(
        { code: error.code },
        'events are no longer printed; policies stay in force and the API goes on',
      );
    },
  });
  const lines = createEventLines({
    form: config.text('agent.output') === 'json' ? 'json' : 'compact',
    isColoured: colour.stdout,
    hasTimestamps: config.isOn('agent.timestamps'),
    hasStacks: config.isOn('agent.stackTraces'),
    isTty: io.stdout.isTty,
    isTrusted: true,
  });
  const events = new EventOutput(sink, lines);
  return { events, writeChunk };
}

/** With JSON on standard output, everything else goes to standard error. */
function createVoice(
  { io, colour }: CommandContext,
  output: EventOutput,
  isJson: boolean,
): RunVoice {
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
