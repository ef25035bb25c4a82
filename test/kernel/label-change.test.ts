/** A pod that is given other labels enters and leaves the scope of a policy while it runs. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess, runWarder } from '../support/agent-process.ts';
import { ApiServer } from '../support/api-server/api-server.ts';
import { putPod } from '../support/cluster-objects.ts';
import { capabilityOf } from '../support/live-policies.ts';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { requireCapability } from '../support/require-capability.ts';

const NODE = 'node-1';

/** What users are promised. */
const CHANGE_MS_MAX = 1_000;

const ROUNDS = 5;
const PATIENCE_MS = 60_000;

const POLICY = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: guarded}
spec:
  podSelector: {matchLabels: {app: web}}
  kprobes:
  - call: sys_openat
    syscall: true
    args: [{index: 1, type: string}]
    selectors:
    - matchArgs: [{index: 1, operator: Equal, values: [/guarded]}]
      matchActions: [{action: Sigkill}]
  - call: sys_open
    syscall: true
    args: [{index: 0, type: string}]
    selectors:
    - matchArgs: [{index: 0, operator: Equal, values: [/guarded]}]
      matchActions: [{action: Sigkill}]
`;

/** Opens the file again and again, and says each time what came of it. */
const LOOP =
  'while /bin/busybox usleep 50000; do ' +
  'if /bin/busybox cat /guarded 2>/dev/null; then echo open; else echo killed; fi; done';

/** What one container says, with the times. */
class Saying {
  readonly #said: (readonly [string, number])[] = [];

  add(line: string): void {
    this.#said.push([line, performance.now()]);
  }

  count(line: string): number {
    return this.#said.filter(([said]) => said === line).length;
  }

  /** Milliseconds from `since` to the first such line after it. */
  async next(line: string, since: number): Promise<number> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.#said.find(([said, at]) => said === line && at >= since);
      if (found !== undefined) return found[1] - since;
      if (performance.now() > deadline) throw new Error(`it did not say ${line}`);
      await sleep(2);
    }
  }
}

interface Stage {
  readonly server: ApiServer;
  readonly mover: Saying;
  readonly bystander: Saying;
}

async function prepare(t: TestContext): Promise<Stage> {
  const server = await ApiServer.start();
  const runtime = new ContainerRuntime();
  runtime.addFile('/guarded');
  const directory = mkdtempSync(join(tmpdir(), 'warder-labels-'));
  writeFileSync(join(directory, 'policy.yaml'), POLICY);
  const agent = new AgentProcess({
    args: [
      ...['--output', 'json', '--policy', directory, '--node-name', NODE],
      ...['--kubeconfig', server.writeKubeconfig()],
    ],
  });
  await agent.armed();
  await followed(agent);
  const sayings = ['mover', 'bystander'].map((name, number) => {
    const saying = new Saying();
    const id = String(number).repeat(64);
    const podUid = `6f1c8b1a-9d2e-4c3b-8a7f-00000000000${number}`;
    const status = { containerStatuses: [{ name: 'main', containerID: `containerd://${id}` }] };
    putPod(server, name, {
      ...{ metadata: { uid: podUid, labels: { app: 'api' } }, spec: { nodeName: NODE }, status },
    });
    const command = ['sh', '-c', LOOP];
    const plan = { id, podUid, driver: 'systemd', command } as const;
    return { saying, container: runtime.start(plan, (line) => saying.add(line)) };
  });
  t.after(async () => {
    for (const { container } of sayings) await container.stop();
    await agent.end('SIGTERM');
    rmSync(directory, { recursive: true });
    runtime[Symbol.dispose]();
    await server.close();
  });
  const [mover, bystander] = sayings.map(({ saying }) => saying);
  assert.ok(mover !== undefined && bystander !== undefined);
  for (const saying of [mover, bystander]) await saying.next('open', 0);
  return { server, mover, bystander };
}

/** Resolves when the agent knows what the API server has: only then changes are followed. */
async function followed({ socketPath }: AgentProcess): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const { cluster } = JSON.parse(runWarder('status', '--json', '--socket', socketPath));
    const states: readonly { readonly state: string }[] = cluster;
    if (states.length > 0 && states.every(({ state }) => state === 'fresh')) return;
    if (performance.now() > deadline) throw new Error('the cluster is not followed');
    await sleep(200);
  }
}

describe('a label that changes', () => {
  it('takes a running pod into the scope of a policy and out of it, and no other', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const { server, mover, bystander } = await prepare(t);
    const delays: { readonly entered: number; readonly left: number }[] = [];

    for (let round = 0; round < ROUNDS; round += 1) {
      const entry = performance.now();
      putPod(server, 'mover', { metadata: { labels: { app: 'web' } } });
      const entered = await mover.next('killed', entry);
      const exit = performance.now();
      putPod(server, 'mover', { metadata: { labels: { app: 'api' } } });
      delays.push({ entered, left: await mover.next('open', exit) });
    }

    const shown = delays.map(({ entered, left }) => `${Math.round(entered)}/${Math.round(left)}`);
    t.diagnostic(`ms until it was enforced/no longer enforced: ${shown.join(' ')}`);
    const worst = Math.max(...delays.flatMap(({ entered, left }) => [entered, left]));
    assert.ok(worst <= CHANGE_MS_MAX, `${Math.round(worst)} ms`);
    assert.ok(bystander.count('open') > ROUNDS);
    assert.equal(bystander.count('killed'), 0);
  });
});
