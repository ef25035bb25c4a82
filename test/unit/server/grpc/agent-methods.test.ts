/** Methods about the agent itself, by a generated client over a real socket. */
import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { anyUnpack, StringValueSchema } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import * as log from '../../../../src/server/grpc/generated/tetragon/eventlogservice_pb.ts';
import { ConfigFlag, LogLevel } from '../../../../src/server/grpc/generated/tetragon/sensors_pb.ts';
import {
  HealthStatusResult,
  HealthStatusType,
} from '../../../../src/server/grpc/generated/tetragon/tetragon_pb.ts';
import { failureOf, withClient } from './ask.ts';
import { GrpcStage, type Sensors } from './grpc-stage.ts';

describe('The agent', () => {
  it('says its version, its health, and what the kernel can do', async () => {
    const { answer } = await withClient(async (client) => ({
      version: (await client.getVersion({})).version,
      health: (await client.getHealth({})).healthStatus,
      other: (await client.getHealth({ eventSet: [HealthStatusType.UNDEF] })).healthStatus,
      info: await client.getInfo({}),
    }));

    assert.equal(answer.version, '1.2.3');
    const [status] = answer.health;
    assert.equal(status?.event, HealthStatusType.STATUS);
    assert.equal(status.status, HealthStatusResult.HEALTH_STATUS_RUNNING);
    assert.deepStrictEqual(answer.other, answer.health);
    assert.deepStrictEqual(
      answer.info.probes.map(({ Name, Enabled }) => [Name, Enabled]),
      [
        ['btf', true],
        ['tp_btf', true],
        ['lsm', false],
      ],
    );
    const facts = answer.info.conf.map(({ key, value }) => {
      return [key, value && anyUnpack(value, StringValueSchema)?.value];
    });
    assert.deepStrictEqual(facts.slice(0, 2), [
      ['node-name', 'node-1'],
      ['kernel-release', '6.18.5'],
    ]);
  });

  it('is told of containers, as runtimes tell it', async () => {
    const { answer, asked } = await withClient(async (client, { directory }) => {
      const at = join(
        directory,
        'kubepods.slice',
        'kubepods-pod1.slice',
        'cri-containerd-ab.scope',
      );
      mkdirSync(at, { recursive: true });
      writeFileSync(join(at, 'cgroup.procs'), '4711\n4712\n');
      writeFileSync(join(directory, 'cgroup.procs'), '');
      await client.runtimeHook({
        event: {
          case: 'createContainer',
          value: {
            cgroupsPath: 'kubepods-pod1.slice:cri-containerd:ab',
            containerID: 'ab',
            containerName: 'web',
            podName: 'web-0',
            podUID: 'u1',
            podNamespace: 'shop',
            annotations: { other: 'x' },
          },
        },
      });
      const paths = ['../etc', '', '/', '/nowhere'];
      const failures = paths.map((cgroupsPath) =>
        failureOf(
          client.runtimeHook({ event: { case: 'createContainer', value: { cgroupsPath } } }),
        ),
      );
      return (await Promise.all(failures)).map(({ code }) => code);
    });

    const state = {
      id: 'ab',
      pid: 4711,
      annotations: {
        other: 'x',
        'io.kubernetes.cri.container-type': 'container',
        'io.kubernetes.cri.container-name': 'web',
        'io.kubernetes.cri.sandbox-name': 'web-0',
        'io.kubernetes.cri.sandbox-uid': 'u1',
        'io.kubernetes.cri.sandbox-namespace': 'shop',
      },
    };
    assert.deepStrictEqual(asked, [`announce ${JSON.stringify(state)}`]);
    assert.deepStrictEqual(answer, [
      ...[Code.InvalidArgument, Code.InvalidArgument],
      ...[Code.FailedPrecondition, Code.InvalidArgument],
    ]);
  });

  it('has a level of its log, and changes it', async () => {
    const { answer } = await withClient(async (client, { logLevel }) => {
      const before = await client.getDebug({ flag: ConfigFlag.LOG_LEVEL });
      const arg = { case: 'level', value: LogLevel.TRACE } as const;
      const set = await client.setDebug({ flag: ConfigFlag.LOG_LEVEL, arg });
      const after = await client.getDebug({ flag: ConfigFlag.LOG_LEVEL });
      const bad = client.setDebug({ flag: ConfigFlag.DUMP_PROCESS_CACHE, arg });
      const levels = [before, set, after].map((one) => one.arg.value);
      return { levels, level: logLevel.level(), bad: (await failureOf(bad)).code };
    });

    assert.deepStrictEqual(answer, {
      levels: [LogLevel.INFO, LogLevel.TRACE, LogLevel.TRACE],
      level: 'trace',
      bad: Code.InvalidArgument,
    });
  });

  it('lists the processes that it knows', async () => {
    const flag = ConfigFlag.DUMP_PROCESS_CACHE;
    const list = async (client: Sensors, skipZeroRefcnt: boolean): Promise<unknown> => {
      const { arg } = await client.getDebug({
        flag,
        arg: { case: 'dump', value: { skipZeroRefcnt } },
      });
      assert.ok(arg.case === 'processes');
      return arg.value.processes.map(({ process, refcnt, color }) => [
        ...[process?.binary, process?.pid, refcnt, color],
      ]);
    };
    const { answer } = await withClient(async (client) => [
      await list(client, false),
      await list(client, true),
    ]);

    const init = ['/sbin/init', 1, 1, 'inUse'];
    assert.deepStrictEqual(answer, [[init, ['/bin/gone', 2, 0, 'deletePending']], [init]]);
  });

  it('has no file of events', async () => {
    await using stage = await GrpcStage.open();
    const client = createClient(log.EventLogService, stage.transport());

    const { maxSize, maxBackups } = await client.getEventLogParams({});
    const { code } = await failureOf(client.setEventLogParams({ maxSize: 5 }));

    assert.deepStrictEqual([maxSize, maxBackups, code], [0, 0, Code.Unimplemented]);
  });

  it('answers on a socket that is for its owner only', async () => {
    await using stage = await GrpcStage.open();

    assert.equal(statSync(stage.socketPath).mode & 0o777, 0o600);
  });
});
