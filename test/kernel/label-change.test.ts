/** A pod that is given other labels enters and leaves the scope of a policy while it runs. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { ApiServer } from '../support/api-server/api-server.ts';
import { NODE_NAME, putPod } from '../support/cluster-objects.ts';
import {
  followsCluster,
  GUARDED_FILE,
  GUARDED_SPEC,
  type GuardedPod,
  startGuardedPod,
} from '../support/guarded-pods.ts';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

/** What users are promised; a machine that does something else may be late now and then. */
const CHANGE_MS_MAX = 1_000;

const ROUNDS = 5;

/** Between two acts; the delay is measured to within as much. */
const PAUSE_MS = 50;

/** After the first act of another outcome, so many have to come out alike. */
const STEADY = 3;

const POLICY = JSON.stringify({
  apiVersion: 'cilium.io/v1alpha1',
  kind: 'TracingPolicy',
  metadata: { name: 'guarded' },
  spec: GUARDED_SPEC,
});

interface Stage {
  readonly server: ApiServer;
  readonly mover: GuardedPod;
  readonly bystander: GuardedPod;
}

async function prepare(t: TestContext): Promise<Stage> {
  const server = await ApiServer.start();
  const runtime = new ContainerRuntime();
  runtime.addFile(GUARDED_FILE);
  const directory = mkdtempSync(join(tmpdir(), 'warder-labels-'));
  writeFileSync(join(directory, 'policy.yaml'), POLICY);
  const agent = new AgentProcess({
    args: [
      ...['--output', 'json', '--policy', directory, '--node-name', NODE_NAME],
      ...['--kubeconfig', server.writeKubeconfig()],
    ],
  });
  const pods: GuardedPod[] = [];
  t.after(async () => {
    for (const { container } of pods) await container.stop();
    await agent.end('SIGTERM');
    rmSync(directory, { recursive: true });
    runtime[Symbol.dispose]();
    await server.close();
  });
  await agent.armed();
  await followsCluster(agent);
  const start = (name: string): GuardedPod => {
    const options = {
      server,
      runtime,
      number: pods.length,
      app: 'api',
      pauseMs: PAUSE_MS,
    } as const;
    const pod = startGuardedPod(name, options);
    pods.push(pod);
    return pod;
  };
  const [mover, bystander] = [start('mover'), start('bystander')];
  for (const { outcomes } of pods) await outcomes.first('open');
  return { server, mover, bystander };
}

/** Milliseconds until an act has the outcome, from when the API server has the label. */
async function changeApp(
  { server, mover }: Stage,
  app: string,
  outcome: 'open' | 'killed',
): Promise<number> {
  const changed = performance.now();
  putPod(server, 'mover', { metadata: { labels: { app } } });
  const delay = (await mover.outcomes.first(outcome, changed)) - changed;
  assert.deepStrictEqual(await mover.outcomes.next(STEADY), [outcome]);
  return Math.round(delay);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

describe('a label that changes', () => {
  it('takes a running pod into the scope of a policy and out of it, and no other', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const stage = await prepare(t);
    const entered: number[] = [];
    const left: number[] = [];

    for (let round = 0; round < ROUNDS; round += 1) {
      entered.push(await changeApp(stage, 'web', 'killed'));
      left.push(await changeApp(stage, 'api', 'open'));
    }

    t.diagnostic(`enforced after ${entered.join(', ')} ms`);
    t.diagnostic(`no longer enforced after ${left.join(', ')} ms`);
    assert.ok(medianOf(entered) <= CHANGE_MS_MAX, `enforced after ${entered}`);
    assert.ok(medianOf(left) <= CHANGE_MS_MAX, `no longer enforced after ${left}`);
    const { outcomes } = stage.bystander;
    assert.ok(outcomes.count('open') > ROUNDS);
    assert.equal(outcomes.count('killed'), 0);
  });
});
