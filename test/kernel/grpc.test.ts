/** The gRPC API of a running agent: what clients of Tetragon see of a real kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Client, Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import {
  EventType,
  type GetEventsResponse,
} from '../../src/server/grpc/generated/tetragon/events_pb.ts';
import {
  ConfigFlag,
  FineGuidanceSensors,
  TracingPolicyMode,
  TracingPolicyState,
  type TracingPolicyStatus,
} from '../../src/server/grpc/generated/tetragon/sensors_pb.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { repositoryRoot } from '../support/root.ts';

const ACT = join(repositoryRoot(), 'build/triggers/act');
const POLICY = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: over-grpc}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchArgs: [{index: 1, operator: Equal, values: [77125]}]
`;

let directory = '';
let agent: AgentProcess;
let sessions: Http2SessionManager;
let client: Client<typeof FineGuidanceSensors>;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'warder-grpc-'));
  const path = join(directory, 'grpc.sock');
  agent = new AgentProcess({ args: ['--output', 'json', '--grpc-address', `unix://${path}`] });
  await agent.armed();
  sessions = new Http2SessionManager('http://warder', undefined, {
    createConnection: () => connect(path),
  });
  const transport = createGrpcTransport({ baseUrl: 'http://warder', sessionManager: sessions });
  client = createClient(FineGuidanceSensors, transport);
});

after(async () => {
  sessions.abort();
  assert.deepStrictEqual(await agent.end('SIGTERM'), [0, null]);
  rmSync(directory, { recursive: true });
});

interface Follower extends AsyncDisposable {
  next(): Promise<GetEventsResponse>;
}

/** Resolves when the stream is subscribed: its header is there. */
async function follow(eventSet: EventType[]): Promise<Follower> {
  const abort = new AbortController();
  const subscribed = Promise.withResolvers<void>();
  const request = { allowList: [{ eventSet, binaryRegex: ['/triggers/act$'] }] };
  const responses = client
    .getEvents(request, { signal: abort.signal, onHeader: () => subscribed.resolve() })
    [Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<GetEventsResponse>> | undefined = responses.next();
  await Promise.race([subscribed.promise, pending]);
  return {
    async next() {
      const result = await (pending ?? responses.next());
      pending = undefined;
      assert.equal(result.done, false);
      return result.value;
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
    },
  };
}

async function statusOf(name: string): Promise<TracingPolicyStatus | undefined> {
  const { policies } = await client.listTracingPolicies({});
  return policies.find((policy) => policy.name === name);
}

describe('gRPC of a running agent', () => {
  it('says what the kernel can do', async () => {
    const { version, probes } = await client.getInfo({});

    assert.equal(version, (await client.getVersion({})).version);
    assert.deepStrictEqual(
      probes.filter(({ Name }) => Name === 'btf').map(({ Enabled }) => Enabled),
      [true],
    );
  });

  it('gives the events of its lines, filtered', async () => {
    await using events = await follow([EventType.PROCESS_EXEC, EventType.PROCESS_EXIT]);

    const { pid } = spawnSync(ACT, ['seek', '4']);
    const [exec, exit] = [await events.next(), await events.next()];
    const line = JSON.parse(await agent.line(/"process_exec".*"arguments":"seek 4"/));

    assert.ok(exec.event.case === 'processExec');
    const { process: started, parent } = exec.event.value;
    assert.equal(started?.pid, pid);
    assert.equal(started.binary, ACT);
    assert.equal(started.execId, line.process_exec.process.exec_id);
    assert.equal(parent?.pid, process.pid);
    assert.equal(exec.nodeName, line.node_name);
    assert.ok(exit.event.case === 'processExit');
    assert.equal(exit.event.value.process?.execId, started.execId);
  });

  it('puts a policy in force, counts what it does, and takes it away', async () => {
    await client.addTracingPolicy({ yaml: POLICY });
    await assert.rejects(client.addTracingPolicy({ yaml: POLICY }), {
      code: Code.AlreadyExists,
    });
    await using events = await follow([EventType.PROCESS_KPROBE]);

    spawnSync(ACT, ['seek', '77124']);
    spawnSync(ACT, ['seek', '77125']);
    const { event } = await events.next();
    const listed = await statusOf('over-grpc');
    await client.configureTracingPolicy({ name: 'over-grpc', enable: false });
    const disabled = await statusOf('over-grpc');
    await client.deleteTracingPolicy({ name: 'over-grpc' });

    assert.ok(event.case === 'processKprobe');
    assert.equal(event.value.policyName, 'over-grpc');
    assert.deepStrictEqual(
      event.value.args.map(({ arg }) => arg),
      [{ case: 'sizeArg', value: 77125n }],
    );
    assert.equal(listed?.state, TracingPolicyState.TP_STATE_ENABLED);
    assert.equal(listed.mode, TracingPolicyMode.TP_MODE_MONITOR_ONLY);
    assert.equal(listed.stats?.actionCounters?.post, 1n);
    assert.equal(listed.hookStatuses[0]?.section, 'kprobes');
    assert.equal(disabled?.state, TracingPolicyState.TP_STATE_DISABLED);
    assert.equal(await statusOf('over-grpc'), undefined);
  });

  it('says why a policy is not in force, and lets another take its name', async () => {
    const broken = POLICY.replace('sys_lseek', 'no_such_function').replace(
      'args:',
      'syscall: false\n    args:',
    );
    await assert.rejects(client.addTracingPolicy({ yaml: broken }), {
      code: Code.FailedPrecondition,
      message: /over-grpc: no_such_function: /,
    });
    const failed = await statusOf('over-grpc');
    await client.addTracingPolicy({ yaml: POLICY });
    const added = await statusOf('over-grpc');
    await client.deleteTracingPolicy({ name: 'over-grpc' });

    assert.equal(failed?.state, TracingPolicyState.TP_STATE_LOAD_ERROR);
    assert.equal(added?.state, TracingPolicyState.TP_STATE_ENABLED);
  });

  it('lists the processes that run', async () => {
    const { arg } = await client.getDebug({ flag: ConfigFlag.DUMP_PROCESS_CACHE });

    assert.ok(arg.case === 'processes');
    const running = arg.value.processes.filter(({ refcnt }) => refcnt === 1);
    const pids = running.map(({ process: one }) => one?.pid);
    assert.ok(pids.includes(process.pid));
    assert.ok(pids.includes(agent.pid));
  });
});
