/** Every event of a container names its pod, and policies for some pods are about those alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../support/agent-process.ts';
import { ApiServer } from '../support/kubernetes/api-server.ts';
import { capabilityOf } from '../support/live-policies.ts';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { type BurstPod, burstPods, runBurst } from '../support/pod-burst.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';

const NODE = 'node-1';
const HOOK = join(repositoryRoot(), 'build/bin/warder-oci-hook');

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
        marker: /\/marker-\d+/.exec(process.arguments)?.[0] ?? '',
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
  t.after(() => agent.kill('SIGKILL'));
  await agent.armed();
  return { server, runtime, agent };
}

/** Ends the agent, which lets go of what waits, and gives what it printed. */
async function finish({ agent }: Stage): Promise<readonly Line[]> {
  await agent.end('SIGTERM');
  return linesOf(agent.stdout);
}

/** No exec and no exit is missing or there twice. */
function checkWhole(pods: readonly BurstPod[], lines: readonly Line[]): void {
  for (const kind of ['process_exec', 'process_exit']) {
    const seen = lines.filter((line) => line.kind === kind).map(({ marker }) => marker);
    assert.deepStrictEqual(seen.toSorted(), pods.map(({ marker }) => marker).toSorted());
  }
}

function hitsOf(lines: readonly Line[]): readonly string[] {
  return lines.filter(({ policy }) => policy === 'web-only').map(({ marker }) => marker);
}

function markersOf(pods: readonly BurstPod[], app: BurstPod['app']): readonly string[] {
  return pods.filter((pod) => pod.app === app).map(({ marker }) => marker);
}

/** Every line has the pod and the container of its marker, and nothing is unknown. */
function checkNamed(pods: readonly BurstPod[], lines: readonly Line[]): void {
  const byMarker = new Map(pods.map((pod) => [pod.marker, pod]));
  for (const { marker, pod, container, pending, kind } of lines) {
    const expected = byMarker.get(marker);
    assert.deepStrictEqual(
      { kind, pod, container, pending },
      { kind, pod: expected?.name, container: expected?.containerId, pending: undefined },
    );
  }
}

describe('a burst of containers', () => {
  it('that the runtime announces is named and in its scopes from the first instruction', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const stage = await prepare(t);
    const pods = burstPods(COUNT);
    const createRuntimeHook = [HOOK, '--socket', stage.agent.socketPath, '--timeout-ms', '60000'];

    await runBurst({ ...stage, pods, node: NODE, createRuntimeHook });
    const lines = await finish(stage);

    checkWhole(pods, lines);
    checkNamed(pods, lines);
    assert.deepStrictEqual(new Set(hitsOf(lines)), new Set(markersOf(pods, 'web')));
  });

  it('that nobody announces is named when the API server knows it', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const stage = await prepare(t);
    const pods = burstPods(COUNT);

    await runBurst({ ...stage, pods, node: NODE });
    // What the API server said last is on its way.
    await sleep(2_000);
    const lines = await finish(stage);

    checkWhole(pods, lines);
    const amended = new Map(
      lines.filter(({ kind }) => kind === 'enrichment').map((line) => [line.sequence, line]),
    );
    checkNamed(
      pods,
      lines.map((line) => amended.get(line.sequence) ?? line),
    );
    const web = markersOf(pods, 'web');
    assert.ok(hitsOf(lines).every((marker) => web.includes(marker)));
  });
});
