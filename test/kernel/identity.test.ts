/** Every event of a container names its pod, and policies for some pods are about those alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { ApiServer } from '../support/kubernetes/api-server.ts';
import { capabilityOf } from '../support/live-policies.ts';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { type BurstPod, burstPods, runBurst } from '../support/pod-burst.ts';
import { requireCapability } from '../support/require-capability.ts';

const NODE = 'node-1';

/** Containers of a burst; an emulated machine needs half a second for each. */
const COUNT = Number(process.env['WARDER_BURST'] ?? 24);

const POLICY = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: web-only}
spec:
  podSelector: {matchLabels: {app: web}}
  kprobes:
  - call: sys_open
    syscall: true
    args: [{index: 0, type: string}]
    selectors: [{matchArgs: [{index: 0, operator: Prefix, values: [/marker-]}]}]
  - call: sys_openat
    syscall: true
    args: [{index: 1, type: string}]
    selectors: [{matchArgs: [{index: 1, operator: Prefix, values: [/marker-]}]}]
`;

interface Line {
  readonly kind: string;
  readonly sequence: string;
  readonly policy: string | undefined;
  readonly marker: string;
  readonly pod: string | undefined;
  readonly container: string | undefined;
  readonly pending: string | undefined;
}

/** Lines of processes that are about a marker. */
function linesOf(stdout: string): readonly Line[] {
  return stdout
    .split('\n')
    .filter((line) => line.includes('/marker-'))
    .map((line) => {
      const { warder, ...event } = JSON.parse(line);
      const [kind = '', body] = Object.entries(event)[0] ?? [];
      const { process, policy_name: policy } = Object(body);
      return {
        kind,
        policy,
        sequence: warder.sequence,
        marker: String(process.arguments),
        pod: process.pod?.name,
        container: process.pod?.container?.id?.replace(/^.*:\/\//, ''),
        pending: warder.enrichment?.reason,
      };
    });
}

interface Stage {
  readonly server: ApiServer;
  readonly runtime: ContainerRuntime;
  readonly agent: AgentProcess;
}

async function prepare(t: TestContext): Promise<Stage> {
  const server = await ApiServer.start();
  t.after(() => server[Symbol.asyncDispose]());
  const runtime = new ContainerRuntime();
  t.after(() => runtime[Symbol.dispose]());
  const directory = mkdtempSync(join(tmpdir(), 'warder-identity-'));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'policy.yaml'), POLICY);
  const agent = new AgentProcess({
    args: [
      ...['--output', 'json', '--policy', directory, '--node-name', NODE],
      ...['--kubeconfig', server.writeKubeconfig()],
    ],
  });
  await agent.armed();
  return { server, runtime, agent };
}

/** Ends the agent, which lets go of what waits, and gives what it printed. */
async function finish({ agent }: Stage): Promise<readonly Line[]> {
  await agent.end('SIGTERM');
  return linesOf(agent.stdout);
}

function checkWhole(pods: readonly BurstPod[], lines: readonly Line[]): void {
  for (const kind of ['process_exec', 'process_exit']) {
    const seen = lines.filter((line) => line.kind === kind).map(({ marker }) => marker);
    assert.deepStrictEqual(seen.toSorted(), pods.map(({ marker }) => marker).toSorted());
  }
  const hits = lines.filter(({ policy }) => policy === 'web-only').map(({ marker }) => marker);
  const web = pods.filter(({ app }) => app === 'web').map(({ marker }) => marker);
  assert.deepStrictEqual([...new Set(hits)].toSorted(), web.toSorted());
}

describe('a burst of containers', () => {
  it('is named when the API server knows it, at once or by amendment', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const stage = await prepare(t);
    const pods = burstPods(COUNT);

    await runBurst({ ...stage, pods, node: NODE });
    // What the API server said last is on its way.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const lines = await finish(stage);

    checkWhole(pods, lines);
    const names = new Map(
      pods.map(({ marker, name, containerId }) => [marker, { name, containerId }]),
    );
    const amended = new Map(
      lines.filter(({ kind }) => kind === 'enrichment').map((line) => [line.sequence, line]),
    );
    for (const line of lines) {
      const last = amended.get(line.sequence) ?? line;
      assert.equal(last.pending, undefined, JSON.stringify(line));
      const { pod: name, container: containerId } = last;
      assert.deepStrictEqual({ name, containerId }, names.get(line.marker), JSON.stringify(line));
    }
  });
});
