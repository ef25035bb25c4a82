/** A run of the agent, from its start to its ordered end. */
import type { AgentApi } from '../model/agent-api.ts';
import type { Logger } from '../model/log.ts';
import type { MetricsPage } from '../model/metrics-page.ts';
import { metricsOf } from './agent-metrics.ts';
import type {
  Agent,
  AgentOptions,
  DetectionSetup,
  PolicyFile,
  ReadRules,
} from './agent-options.ts';
import type { DeliverySetup } from './delivery/delivery-setup.ts';
import { CliError } from './errors.ts';
import type { EventOutput } from './event-output.ts';
import type { GrpcRequest, GrpcSettings } from './grpc.ts';
import type { MetricsAddress } from './metrics-address.ts';
import type { PersistenceOptions } from './persistence/persistence.ts';
import type { StopRequest } from './stop-request.ts';
import { countDiagnostics } from './view/diagnostics.ts';
import { summariseStats } from './view/stats.ts';

/** What the API of an agent is to its run. */
export interface RunningServer {
  /** Resolves with the address. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

export interface ServerRequest {
  readonly api: AgentApi;
  readonly logger: Logger;
  readonly socketPath: string;
  readonly metrics: MetricsPage;
}

export interface MetricsServerRequest {
  readonly metrics: MetricsPage;
  readonly logger: Logger;
  readonly address: MetricsAddress;
}

/** The rooms that a run puts together. */
export interface RunRooms {
  startAgent(options: AgentOptions): Promise<Agent>;
  createServer(request: ServerRequest): Promise<RunningServer>;
  /** Its `listen` never rejects. */
  createMetricsServer(request: MetricsServerRequest): Promise<RunningServer>;
  openGrpc(request: GrpcRequest): Promise<RunningServer>;
}

export interface RunSettings extends DetectionSetup {
  readonly policyFiles: readonly PolicyFile[];
  readonly policyDirectory: string | undefined;
  readonly socketPath: string;
  /** Undefined: metrics are served on the socket only. */
  readonly metricsAddress: MetricsAddress | undefined;
  readonly hasTetragonMetrics: boolean;
  /** Where alerts and events are sent. */
  readonly delivery: DeliverySetup | undefined;
  /** Undefined: there is no gRPC. */
  readonly grpc: GrpcSettings | undefined;
  readonly nodeName: string;
  readonly clusterName: string;
  /** Path of a kubeconfig; undefined: what a pod finds, if it is one; null: no cluster. */
  readonly kubeconfig: string | undefined | null;
  /** What is in force after rules were read again. */
  readonly readDetections: ReadRules;
  /** Where no API server says them; undefined: nobody knows them. */
  readonly nodeLabels: Readonly<Record<string, string>> | undefined;
  readonly hasHookTime: boolean;
  readonly exposesStackAddresses: boolean;
  readonly allowsLocalRequests: boolean;
  readonly dnsServers: readonly string[] | undefined;
  readonly isStrict: boolean;
  readonly keepsEnforcement: boolean;
  readonly persistence: PersistenceOptions | undefined;
  readonly logger: Logger;
}

/** Changes of the configuration while it runs. */
export interface RunChanges {
  /** Applies them to this agent from now on; the returned function ends it. */
  follow(agent: Agent): () => void;
}

/** What is told to people while it runs. */
export interface RunVoice {
  readonly output: EventOutput;
  now(): Date;
  showDiagnostics(agent: Agent): void;
  /** Lines of the banner; called when everything is in force and the API listens. */
  showArmed(agent: Agent, address: string): void;
  showSummary(line: string): void;
}

/**
 * Runs until it is asked to stop, then closes what it opened in the reverse order. Throws what
 * keeps the agent from starting or from going on, and CONFIG_POLICY_UNENFORCED when it is strict.
 */
export async function runAgent(
  settings: RunSettings,
  rooms: RunRooms,
  { voice, stop, changes }: Omit<RunParts, 'rooms'>,
): Promise<void> {
  const { output } = voice;
  const agent = await rooms.startAgent({
    ...settings,
    onLines: (lines) => output.write(lines),
    onFailure: (error) => stop.fail(error),
  });
  try {
    voice.showDiagnostics(agent);
    if (settings.isStrict) checkAllInForce(agent);
    await serve(agent, settings, { rooms, voice, stop, changes });
  } finally {
    await agent.close();
    const summary = summariseStats(agent.stats(), voice.now());
    const unprinted = output.dropped > 0 ? `, ${output.dropped} not printed` : '';
    if (output.isOpen) voice.showSummary(`${summary}${unprinted}`);
  }
}

interface RunParts {
  readonly rooms: RunRooms;
  readonly changes?: RunChanges | undefined;
  readonly voice: RunVoice;
  readonly stop: StopRequest;
}

interface OpenedServer {
  readonly server: RunningServer;
  /** People are told its address. */
  readonly isShown: boolean;
}

/** In the order in which they begin to listen. */
async function openServers(
  agent: Agent,
  settings: RunSettings,
  rooms: RunRooms,
): Promise<readonly OpenedServer[]> {
  const { logger, socketPath, metricsAddress: address, nodeName, grpc } = settings;
  const shared = { api: agent, logger };
  const metrics = metricsOf(agent, settings.hasTetragonMetrics);
  const servers = [
    { server: await rooms.createServer({ ...shared, socketPath, metrics }), isShown: true },
  ];
  if (address !== undefined) {
    const server = await rooms.createMetricsServer({ metrics, logger, address });
    servers.push({ server, isShown: false });
  }
  if (grpc !== undefined) {
    const server = await rooms.openGrpc({ ...shared, ...grpc, nodeName });
    servers.push({ server, isShown: true });
  }
  return servers;
}

async function serve(
  agent: Agent,
  settings: RunSettings,
  { rooms, voice, stop, changes }: RunParts,
): Promise<void> {
  const { logger } = settings;
  const servers = await openServers(agent, settings, rooms);
  const unfollow = changes?.follow(agent);
  try {
    const addresses: string[] = [];
    for (const { server, isShown } of servers) {
      const address = await server.listen();
      if (isShown) addresses.push(address);
    }
    voice.showArmed(agent, addresses.join(', '));
    const reason = await stop.reason;
    if (reason.kind === 'failure') throw reason.error;
    logger.info({ signal: reason.signal }, 'stopping');
  } finally {
    unfollow?.();
    for (const { server } of servers.toReversed()) await server.close();
  }
}

function checkAllInForce(agent: Agent): void {
  const files = agent.diagnostics
    .filter(({ diagnostics }) => countDiagnostics(diagnostics).errors > 0)
    .map(({ file }) => file);
  const names = agent
    .policies()
    .filter(({ state }) => state === 'load_error')
    .map(({ name, hooks }) => {
      const reasons = hooks.flatMap((hook) => {
        if (hook.kind === 'failed') return [hook.reason];
        if (hook.kind === 'digest_rejected') return [`${hook.hook} has none of the digests`];
        return hook.kind === 'not_found' ? [`this kernel has no ${hook.hook}`] : [];
      });
      return `${name} (${reasons.join('; ')})`;
    });
  const failed = [...files, ...names];
  if (failed.length === 0) return;
  throw new CliError('CONFIG_POLICY_UNENFORCED', `not in force: ${failed.join(', ')}`);
}
