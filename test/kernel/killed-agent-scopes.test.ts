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
import { ContainerRuntime, cgroupPathOf } from '../support/oci-containers.ts';
import { PinMount } from '../support/pin-mount.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const POLICY = keyOf('tracingpolicies', '', 'guarded');
const NODE = keyOf('nodes', '', NODE_NAME);

/** For some nodes: their labels come from the API server, too. */
const SPEC = { ...GUARDED_SPEC, nodeSelector: { matchLabels: { pool: 'guarded' } } };

/** Acts that have to come out alike before it is believed. */
const STEADY = 3;

/** Between two acts of a container: agents start meanwhile. */
const PAUSE_MS = 500;

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
      const options = { server, runtime, number: pods.length, app, pauseMs: PAUSE_MS };
      const pod = startGuardedPod(name, options);
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

/** What each says from now on; several, if it is not the same. */
function nextOf(...pods: readonly GuardedPod[]): Promise<readonly string[]> {
  return Promise.all(pods.map(async ({ outcomes }) => (await outcomes.next(STEADY)).join(' or ')));
}

const KILLED_THERE = 'SIGKILL';
const MISSED_THERE = 'exit 1';

describe('an agent that is killed while containers run', () => {
  it('leaves scopes in force, which hold for the next one without an API server', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const { server, startAgent, startPod, makeBelow } = await prepare(t);
    putObject(server, NODE, { metadata: { labels: { pool: 'guarded' } } });
    putObject(server, POLICY, { spec: SPEC });
    const first = await startAgent();
    await followsCluster(first);
    const [web, api] = [startPod('web', 'web'), startPod('api', 'api')];
    const enforced = await web.outcomes.first('killed');
    await api.outcomes.first('open');

    await server.stop();
    await first.end('SIGKILL');
    const late = startPod('late', 'web');
    const below = [makeBelow(web, 'late'), makeBelow(api, 'late')];
    assert.deepStrictEqual(await nextOf(web, api), ['killed', 'open'], 'while it is away');
    assert.deepStrictEqual(below.map(openIn), [KILLED_THERE, MISSED_THERE], 'while it is away');

    const second = await startAgent();
    below.push(makeBelow(web, 'later'), makeBelow(api, 'later'));
    // Of the last one, nobody has said yet whose it is.
    const expected = ['killed', 'open', 'open'];
    assert.deepStrictEqual(await nextOf(web, api, late), expected, 'without an API server');
    const [old, fresh] = [below.slice(0, 2), below.slice(2)].map((two) => two.map(openIn));
    assert.deepStrictEqual(old, [KILLED_THERE, MISSED_THERE], 'without an API server');
    assert.deepStrictEqual(fresh, [KILLED_THERE, MISSED_THERE], 'without an API server');

    await server.listen();
    await followsCluster(second);
    await late.outcomes.first('killed');
    assert.deepStrictEqual(await nextOf(web, api, late), ['killed', 'open', 'killed']);

    const changed = performance.now();
    putPod(server, 'web', { metadata: { labels: { app: 'api' } } });
    await web.outcomes.first('open', changed);
    assert.deepStrictEqual(await nextOf(web, api, late), ['open', 'open', 'killed']);
    server.store.delete(POLICY);
    await late.outcomes.first('open', performance.now());

    assert.equal(web.outcomes.count('open', enforced, changed), 0);
    assert.equal(api.outcomes.count('killed'), 0);
  });
});
