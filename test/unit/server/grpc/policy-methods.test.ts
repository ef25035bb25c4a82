/** Methods about policies and sensors, by a generated client over a real socket. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import { CodedError } from '../../../../src/model/errors.ts';
import {
  HookState,
  TracingPolicyMode,
  TracingPolicyState,
} from '../../../../src/server/grpc/generated/tetragon/sensors_pb.ts';
import { DIAGNOSTIC, POLICIES } from '../fake-agent.ts';
import { failureOf, withClient } from './ask.ts';

describe('Policies', () => {
  it('are added as they are sent', async () => {
    const { asked } = await withClient((client, { agent }) => {
      agent.loadResult = { kind: 'loaded', statuses: POLICIES.slice(0, 1), diagnostics: [] };
      return client.addTracingPolicy({ yaml: 'kind: x' });
    });

    assert.deepStrictEqual(asked, ['load new grpc.yaml: kind: x']);
  });

  it('are not replaced', async () => {
    const { answer } = await withClient((client, { agent }) => {
      agent.loadResult = { kind: 'exists', name: 'watch' };
      return failureOf(client.addTracingPolicy({ yaml: 'x' }));
    });

    assert.equal(answer.code, Code.AlreadyExists);
    assert.equal(
      answer.rawMessage,
      'SERVER_POLICY_EXISTS: a policy of the name "watch" already exists',
    );
  });

  it('are not said to be in force when they are not', async () => {
    const { answer } = await withClient((client, { agent }) => {
      agent.loadResult = { kind: 'loaded', statuses: POLICIES, diagnostics: [] };
      return failureOf(client.addTracingPolicy({ yaml: 'x' }));
    });

    assert.equal(answer.code, Code.FailedPrecondition);
    assert.match(answer.rawMessage, /^SERVER_POLICY_FAILED: deny-link: security_path_lnk: /);
  });

  it('are refused with the places of what is wrong', async () => {
    const { answer } = await withClient((client, { agent }) => {
      agent.loadResult = { kind: 'rejected', diagnostics: [DIAGNOSTIC] };
      return failureOf(client.addTracingPolicy({ yaml: 'knd: x' }));
    });

    assert.equal(answer.code, Code.InvalidArgument);
    assert.equal(
      answer.rawMessage,
      'SERVER_POLICY_REJECTED: 1:1 POLICY_FIELD_UNKNOWN unknown field `knd`',
    );
  });

  it('tell clients nothing of what broke inside', async () => {
    const { answer } = await withClient((client, { agent }) => {
      agent.loadResult = new Error('secret');
      return failureOf(client.addTracingPolicy({ yaml: 'x' }));
    });

    assert.equal(answer.code, Code.Internal);
    assert.doesNotMatch(answer.message, /secret/);
  });

  it('are listed with states, modes, hooks and counters', async () => {
    const { answer } = await withClient((client) => client.listTracingPolicies({}));

    const [watch, deny, ...rest] = answer.policies;
    assert.deepStrictEqual(rest, []);
    assert.equal(watch?.name, 'watch-files');
    assert.equal(watch.id, 1n);
    assert.equal(watch.state, TracingPolicyState.TP_STATE_ENABLED);
    assert.equal(watch.mode, TracingPolicyMode.TP_MODE_MONITOR_ONLY);
    assert.equal(watch.info, 'policies/watch-files.yaml');
    assert.deepStrictEqual(watch.sensors, ['generic_kprobe']);
    assert.equal(watch.stats?.actionCounters?.post, 2n);
    assert.equal(watch.stats?.actionCounters?.nopost, 1n);
    assert.deepStrictEqual(
      watch.stats?.selectorActionCounters.map((one) => [
        ...[one.hook, one.hookIndex, one.selectorIndex, one.actionCounters?.post],
      ]),
      [
        ['sys_openat', 0, 0, 2n],
        ['sys_openat', 0, 1, 0n],
      ],
    );
    assert.deepStrictEqual(
      watch.hookStatuses.map(({ section, state, hookDescription }) => [
        ...[section, state, hookDescription],
      ]),
      [['kprobes', HookState.STATUS_LOADED, 'sys_openat']],
    );
    assert.equal(deny?.state, TracingPolicyState.TP_STATE_LOAD_ERROR);
    assert.match(deny.error, /^security_path_lnk: .*; security_path_link: ENGINE_HOOK_UNENFORC/);
  });

  it('are of no domain', async () => {
    const { answer } = await withClient(async (client) => ({
      listed: (await client.listTracingPolicies({ domain: 'd' })).policies,
      domains: (await client.listDomains({})).domains,
      added: (await failureOf(client.addTracingPolicy({ yaml: '', domain: 'd' }))).code,
    }));

    assert.deepStrictEqual(answer, { listed: [], domains: [], added: Code.InvalidArgument });
  });

  it('are deleted, and their namespace is part of the name', async () => {
    const { answer, asked } = await withClient(async (client) => {
      await client.deleteTracingPolicy({ name: 'watch-files' });
      return failureOf(client.deleteTracingPolicy({ name: 'x', namespace: 'shop' }));
    });

    assert.deepStrictEqual(asked, ['remove watch-files', 'remove shop/x']);
    assert.equal(answer.code, Code.NotFound);
  });

  it('are enabled, disabled, and changed in mode', async () => {
    const name = 'watch-files';
    const { asked } = await withClient(async (client) => {
      await client.configureTracingPolicy({ name, enable: false });
      await client.configureTracingPolicy({ name, mode: TracingPolicyMode.TP_MODE_MONITOR });
      await client.configureTracingPolicy({
        ...{ name, enable: true, mode: TracingPolicyMode.TP_MODE_ENFORCE },
      });
      await client.enableTracingPolicy({ name });
      await client.disableTracingPolicy({ name });
    });

    assert.deepStrictEqual(asked, [
      'disable watch-files',
      'set watch-files to monitor',
      'enable watch-files',
      'set watch-files to enforce',
      'enable watch-files',
      'disable watch-files',
    ]);
  });

  it('stay as they are when the change is refused', async () => {
    const { answer, asked } = await withClient(async (client, { agent }) => {
      const name = 'watch-files';
      const enable = false;
      const mode = TracingPolicyMode.TP_MODE_MONITOR_ONLY;
      const bad = await failureOf(client.configureTracingPolicy({ name, enable, mode }));
      const unknown = await failureOf(client.configureTracingPolicy({ name: 'x', enable }));
      agent.modeError = new CodedError('ENGINE_MODE_REFUSED', 'nothing to enforce');
      const refused = await failureOf(
        client.configureTracingPolicy({ name, mode: TracingPolicyMode.TP_MODE_ENFORCE }),
      );
      return [bad.code, unknown.code, refused.code];
    });

    assert.deepStrictEqual(answer, [Code.InvalidArgument, Code.NotFound, Code.FailedPrecondition]);
    assert.deepStrictEqual(asked, ['set watch-files to enforce']);
  });

  it('are what sensors are', async () => {
    const { answer, asked } = await withClient(async (client) => {
      const { sensors } = await client.listSensors({});
      await client.enableSensor({ name: 'watch-files' });
      await client.disableSensor({ name: 'watch-files' });
      await client.removeSensor({ name: 'watch-files' });
      const unknown = await failureOf(client.removeSensor({ name: '__base__' }));
      return { sensors, unknown: unknown.code };
    });

    assert.deepStrictEqual(
      answer.sensors.map(({ name, enabled, collection }) => [name, enabled, collection]),
      [
        ['__base__', true, '__base__'],
        ['generic_kprobe', true, 'watch-files'],
      ],
    );
    assert.equal(answer.unknown, Code.NotFound);
    assert.deepStrictEqual(asked, [
      ...['enable watch-files', 'disable watch-files', 'remove watch-files', 'remove __base__'],
    ]);
  });
});
