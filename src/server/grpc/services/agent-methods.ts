/** Methods about the agent itself: version, health, what the kernel can do, debugging. */
import { create, fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { anyPack, StringValueSchema } from '@bufbuild/protobuf/wkt';
import type { ServiceImpl } from '@connectrpc/connect';
import type { AgentApi } from '../../../model/agent-api.ts';
import type { CapabilityName } from '../../../model/capability.ts';
import type { LogLevelControl } from '../../../model/log.ts';
import { ServerError } from '../../errors.ts';
import {
  ConfigFlag,
  type FineGuidanceSensors,
  type GetInfoResponseSchema,
  LogLevel,
  type ProcessInternalSchema,
} from '../generated/tetragon/sensors_pb.ts';
import {
  HealthStatusResult,
  type HealthStatusSchema,
  HealthStatusType,
  ProcessSchema,
} from '../generated/tetragon/tetragon_pb.ts';
import { containerState } from './container-state.ts';

type Methods = Pick<
  ServiceImpl<typeof FineGuidanceSensors>,
  'getHealth' | 'getVersion' | 'getInfo' | 'runtimeHook' | 'getDebug' | 'setDebug'
>;

export interface AgentMethodsOptions {
  readonly api: AgentApi;
  readonly logLevel: LogLevelControl;
  readonly nodeName: string;
  /** Where cgroups are; `/sys/fs/cgroup` but in tests. */
  readonly cgroupRoot: string;
}

/** Names that clients know, where there is one. */
const PROBE_NAMES: Readonly<Partial<Record<CapabilityName, string>>> = {
  fmod_ret: 'fmodret',
  write_user: 'probe_write_user',
};

/** In the order of their numbers. */
const LEVELS: readonly string[] = [
  ...['fatal', 'fatal', 'error', 'warn'],
  ...['info', 'debug', 'trace'],
];

/** The one thing there is to know, whatever a client asks for; others pass over the names too. */
const RUNNING: MessageInitShape<typeof HealthStatusSchema> = {
  event: HealthStatusType.STATUS,
  status: HealthStatusResult.HEALTH_STATUS_RUNNING,
  details: 'running',
};

export function agentMethods(options: AgentMethodsOptions): Methods {
  const { api, logLevel } = options;
  return {
    getHealth: () => ({ healthStatus: [RUNNING] }),
    getVersion: () => ({ version: api.version() }),
    getInfo: () => infoOf(options),
    async runtimeHook({ event }) {
      if (event.case !== 'createContainer') {
        throw new ServerError('SERVER_REQUEST_INVALID', 'only `createContainer` is known');
      }
      await api.announceContainer(containerState(event.value, options.cgroupRoot));
      return {};
    },
    getDebug({ flag, arg }) {
      if (flag === ConfigFlag.LOG_LEVEL) {
        return { flag, arg: { case: 'level', value: levelNumber(logLevel.level()) } };
      }
      if (flag !== ConfigFlag.DUMP_PROCESS_CACHE) throw unknownFlag(flag);
      const skipsEnded = arg.case === 'dump' && arg.value.skipZeroRefcnt;
      const known = api.processes().filter(({ isRunning }) => isRunning || !skipsEnded);
      return { flag, arg: { case: 'processes', value: { processes: known.map(internalOf) } } };
    },
    setDebug({ flag, arg }) {
      if (flag !== ConfigFlag.LOG_LEVEL || arg.case !== 'level') throw unknownFlag(flag);
      const level = LEVELS[arg.value];
      if (level === undefined) throw unknownFlag(flag);
      logLevel.setLevel(level);
      return { flag, arg: { case: 'level', value: arg.value } };
    },
  };
}

function infoOf({
  api,
  nodeName,
}: AgentMethodsOptions): MessageInitShape<typeof GetInfoResponseSchema> {
  const { release, machine, capabilities, missingPrivileges } = api.kernel();
  const facts = {
    'node-name': nodeName,
    'kernel-release': release,
    machine,
    'missing-privileges': missingPrivileges.join(' '),
  };
  return {
    version: api.version(),
    name: 'warder',
    probes: capabilities.map(({ name, available }) => ({
      Name: PROBE_NAMES[name] ?? name,
      Enabled: available,
    })),
    conf: Object.entries(facts).map(([key, value]) => ({
      key,
      value: anyPack(StringValueSchema, create(StringValueSchema, { value })),
    })),
    // It is not written in Go; the field says what it runs on.
    build: { goVersion: `node ${process.version}` },
  };
}

function internalOf({
  json,
  isRunning,
}: ReturnType<AgentApi['processes']>[number]): MessageInitShape<typeof ProcessInternalSchema> {
  const refcnt = isRunning ? 1 : 0;
  return {
    process: fromJson(ProcessSchema, JSON.parse(json), { ignoreUnknownFields: true }),
    // Its names for what it may forget.
    color: isRunning ? 'inUse' : 'deletePending',
    refcnt,
  };
}

function levelNumber(level: string): LogLevel {
  const at = LEVELS.lastIndexOf(level);
  return Object.values(LogLevel).find((number) => number === at) ?? LogLevel.INFO;
}

function unknownFlag(flag: number): ServerError {
  return new ServerError('SERVER_REQUEST_INVALID', `flag ${flag} cannot be asked for that`);
}
