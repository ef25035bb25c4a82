/** The configuration as what a run of the agent takes. */
import { hostname } from 'node:os';
import type { FileDiagnostics, ReadDetections } from '../agent-options.ts';
import { type GrpcAsked, readGrpcSettings } from '../grpc.ts';
import type { CliIo } from '../io.ts';
import type { LevelledLogger } from '../logger.ts';
import { readMetricsAddress } from '../metrics-address.ts';
import { readPolicyFiles } from '../policy-files.ts';
import type { RunSettings } from '../run-agent.ts';
import type { Config } from './config.ts';

const RESPONSE_MODES = ['off', 'dry-run', 'enforce'] as const;

type Env = CliIo['env'];

/** Settings, and what the compilers of rules said. */
export interface ReadSettings {
  readonly settings: RunSettings;
  readonly files: readonly FileDiagnostics[];
}

interface Around extends Pick<RunSettings, 'delivery'> {
  readonly env: Env;
  readonly logger: LevelledLogger;
  readonly readAgain: RunSettings['readDetections'];
}

/** Whether there is something to look for. */
export function namesDetections(config: Config): boolean {
  return ['rules.paths', 'rules.detectors'].some((key) => config.texts(key)?.length);
}

/**
 * Of a configuration with mistakes, only those are given. Throws CONFIG_FILE_UNREADABLE,
 * CONFIG_FOLDER_EMPTY.
 */
export async function readDetections(config: Config): Promise<ReadDetections> {
  const findingsPerSecond = config.number('rules.findingsPerSecond') ?? Number.POSITIVE_INFINITY;
  if (config.hasErrors) {
    const setup = { rules: [], detectorFiles: [], findingsPerSecond };
    return { setup, files: config.diagnostics };
  }
  const { rules, files } = await readRules(config);
  const setup = { rules, detectorFiles: await readDetectors(config), findingsPerSecond };
  return { setup, files };
}

/** Reads the files that are named. Throws CONFIG_FILE_UNREADABLE, CONFIG_FOLDER_EMPTY. */
export async function readSettings(config: Config, around: Around): Promise<ReadSettings> {
  const { env, logger, delivery, readAgain } = around;
  const { setup, files } = await readDetections(config);
  const settings: RunSettings = {
    ...{ ...setup, readDetections: readAgain, delivery, logger },
    policyFiles: readPolicyFiles(config.texts('policies.paths') ?? []),
    policyDirectory: config.text('policies.directory'),
    ...readNames(config, env),
    socketPath: config.text('agent.socket') ?? '',
    metricsAddress: readMetricsAddress(config.text('metrics.address')),
    hasTetragonMetrics: config.isOn('metrics.tetragonNames'),
    grpc: readGrpcSettings(askedOfGrpc(config), logger),
    kubeconfig: config.isOn('agent.kubernetes') ? config.text('agent.kubeconfig') : null,
    nodeLabels: config.labels('agent.nodeLabels'),
    hasHookTime: config.isOn('agent.hookTime'),
    exposesStackAddresses: config.isOn('agent.exposeStackAddresses'),
    allowsLocalRequests: config.isOn('agent.allowLocalRequests'),
    dnsServers: config.texts('agent.dnsServers'),
    isStrict: config.isOn('agent.strict'),
    keepsEnforcement: config.isOn('agent.keep'),
    persistence: config.isOn('agent.pins')
      ? {
          pinDirectory: config.text('agent.pinDir') ?? '',
          stateDirectory: config.text('agent.stateDir') ?? '',
        }
      : undefined,
  };
  return { settings, files };
}

function askedOfGrpc(config: Config): GrpcAsked {
  return {
    addresses: config.texts('grpc.address') ?? [],
    certFile: config.text('grpc.tlsCert'),
    keyFile: config.text('grpc.tlsKey'),
    clientCaFile: config.text('grpc.tlsClientCa'),
    isCompatible: config.isOn('grpc.tetragonCompat'),
  };
}

/** Names in events. */
export function readNames(config: Config, env: Env): Pick<RunSettings, 'nodeName' | 'clusterName'> {
  return {
    nodeName: config.text('agent.nodeName') ?? env['NODE_NAME'] ?? hostname(),
    clusterName: config.text('agent.clusterName') ?? '',
  };
}

/** The compilers of rules are loaded where there are rules. */
async function readRules(
  config: Config,
): Promise<Pick<RunSettings, 'rules'> & Pick<ReadSettings, 'files'>> {
  const paths = config.texts('rules.paths') ?? [];
  if (paths.length === 0) return { rules: [], files: [] };
  const { loadRules } = await import('../load-rules.ts');
  const asked = config.text('rules.respond');
  const mode = RESPONSE_MODES.find((known) => known === asked) ?? 'off';
  const responses = { mode, paths: config.texts('rules.responses') ?? [] };
  return loadRules(paths, config.texts('rules.exceptions') ?? [], responses);
}

async function readDetectors(config: Config): Promise<readonly string[]> {
  const paths = config.texts('rules.detectors') ?? [];
  if (paths.length === 0) return [];
  const { listDetectorFiles } = await import('../detector-files.ts');
  return listDetectorFiles(paths);
}
