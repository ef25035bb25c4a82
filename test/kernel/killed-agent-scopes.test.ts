/** Policies for some pods stay about those pods when the agent is killed and started again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { ApiServer } from '../support/api-server/api-server.ts';
import { findCgroupRoot } from '../support/cgroups.ts';
import { keyOf, NODE_NAME, putObject, putPod } from '../support/cluster-objects.ts';
import {
  followsCluster,
  GUARDED_FILE,
  GUARDED_SPEC,
  type GuardedPod,
  type GuardedPodOptions,
  startGuardedPod,
} from '../support/guarded-pods.ts';
import { capabilityOf } from '../support/live-policies.ts';
import { ContainerRuntime, cgroupPathOf } from '../support/oci-containers.ts';
import { PinMount } from '../support/pin-mount.ts';
import { requireCapability } from '../support/require-capability.ts';

const POLICY = keyOf('tracingpolicies', '', 'guarded');

/** Acts that have to come out alike before it is believed. */
const STEADY = 5;

interface Stage {
  readonly server: ApiServer;
  startAgent(): Promise<AgentProcess>;
  startPod(name: string, app: GuardedPodOptions['app']): GuardedPod;
  /** A new cgroup below that of the container. */
  makeBelow(pod: GuardedPod, name: string): string;
}

/** Everything is taken down after the test, whatever came of it. */
async function prepare(t: TestContext): Promise<Stage> {
  const server = await ApiServer.start();
  const kubeconfig = server.writeKubeconfig();
  const runtime = new ContainerRuntime();
  runtime.addFile(GUARDED_FILE);
  const pins = new PinMount();
  const agents: AgentProcess[] = [];
  const pods: GuardedPod[] = [];
  const below: string[] = [];
  t.after(async () => {
    for (const path of below) rmdirSync(path);
    for (const { container } of pods) await container.stop();
    for (const agent of agents) await agent.end('SIGKILL');
    pins.close();
    runtime[Symbol.dispose]();
    await server.close();
  });
  return {
    server,
    async startAgent() {
      const place = ['--node-name', NODE_NAME, '--kubeconfig', kubeconfig];
      const agent = new AgentProcess({ pins, args: ['--output', 'json', ...place] });
      agents.push(agent);
      await agent.armed();
      return agent;
    },
    startPod(name, app) {
      const pod = startGuardedPod(name, { server, runtime, number: pods.length, app });
      pods.push(pod);
      return pod;
    },
    makeBelow({ plan }, name) {
      const path = join(findCgroupRoot(), cgroupPathOf(plan), name);
      mkdirSync(path);
      below.push(path);
      return path;
    },
  };
}

/** What becomes of who opens the file in that cgroup; this machine does not have it. */
function openIn(cgroup: string): string {
  const script = 'echo $$ > "$1/cgroup.procs" && exec /bin/busybox cat "$2"';
  const { signal, status } = spawnSync('sh', ['-c', script, 'sh', cgroup, GUARDED_FILE]);
  return signal ?? `exit ${status}`;
}

const KILLED_THERE = 'SIGKILL';
const MISSED_THERE = 'exit 1';

describe('an agent that is killed while containers run', () => {
  it('leaves scopes in force, which hold for the next one without an API server', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const { server, startAgent, startPod, makeBelow } = await prepare(t);
    putObject(server, POLICY, { spec: GUARDED_SPEC });
    const first = await startAgent();
    await followsCluster(first);
    const [web, api] = [startPod('web', 'web'), startPod('api', 'api')];
    const enforced = await web.outcomes.first('killed');
    await api.outcomes.first('open');

    await server.stop();
    await first.end('SIGKILL');
    const whileAway = [await web.outcomes.next(STEADY), await api.outcomes.next(STEADY)];
    const late = startPod('late', 'web');
    const [webBelow, apiBelow] = [makeBelow(web, 'late'), makeBelow(api, 'late')];
    const belowWhileAway = [openIn(webBelow), openIn(apiBelow)];
    const second = await startAgent();
    const withoutServer = [await web.outcomes.next(STEADY), await api.outcomes.next(STEADY)];
    const later = [makeBelow(web, 'later'), makeBelow(api, 'later')];
    const belowWithoutServer = [webBelow, apiBelow, ...later].map(openIn);
    const lateBefore = await late.outcomes.next(STEADY);
    await server.listen();
    await followsCluster(second);
    await late.outcomes.first('killed');
    const withServer = [await web.outcomes.next(STEADY), await api.outcomes.next(STEADY)];
    const changed = performance.now();
    putPod(server, 'web', { metadata: { labels: { app: 'api' } } });
    await web.outcomes.first('open', changed);
    const afterChange = [await web.outcomes.next(STEADY), await late.outcomes.next(STEADY)];
    server.store.delete(POLICY);
    await late.outcomes.first('open', performance.now());

    assert.deepStrictEqual(whileAway, [['killed'], ['open']]);
    assert.deepStrictEqual(belowWhileAway, [KILLED_THERE, MISSED_THERE]);
    assert.deepStrictEqual(withoutServer, [['killed'], ['open']]);
    assert.deepStrictEqual(belowWithoutServer, [
      ...[KILLED_THERE, MISSED_THERE],
      ...[KILLED_THERE, MISSED_THERE],
    ]);
    // Nobody has said yet whose it is.
    assert.deepStrictEqual(lateBefore, ['open']);
    assert.deepStrictEqual(withServer, [['killed'], ['open']]);
    assert.equal(web.outcomes.count('open', enforced, changed), 0);
    assert.deepStrictEqual(afterChange, [['open'], ['killed']]);
    assert.equal(api.outcomes.count('killed'), 0);
  });
});
