/** Every event of a container names its pod, and policies for some pods are about those alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../support/agent-process.ts';
import { ApiServer } from '../support/api-server/api-server.ts';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { type BurstPod, burstPods, runBurst } from '../support/pod-burst.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const NODE = 'node-1';
const WAIT_MS_MAX = 30_000;
const HOOK = join(repositoryRoot(), 'build/bin/warder-oci-hook');

/** Containers of a burst; an emulated machine needs half a second for each. */
const COUNT = Number(process.env['WARDER_BURST'] ?? 12);

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

/** One agent for all tests, as it takes long to start in a guest. */
async function prepare(t: TestContext): Promise<Stage> {
  const server = await ApiServer.start();
  const runtime = new ContainerRuntime();
  const directory = mkdtempSync(join(tmpdir(), 'warder-identity-'));
  writeFileSync(join(directory, 'policy.yaml'), POLICY);
  const agent = new AgentProcess({
    args: [
      ...['--output', 'json', '--policy', directory, '--node-name', NODE],
      ...['--kubeconfig', server.writeKubeconfig()],
    ],
  });
  t.after(async () => {
    await agent.end('SIGTERM');
    rmSync(directory, { recursive: true });
    runtime[Symbol.dispose]();
    await server.close();
  });
  await agent.armed();
  return { server, runtime, agent };
}

/** Lines about these pods, when they are whole; what is not there after a while is missing. */
async function linesAbout(
  { agent }: Stage,
  pods: readonly BurstPod[],
  isWhole: (lines: readonly Line[]) => boolean,
): Promise<readonly Line[]> {
  const markers = new Set(pods.map(({ marker }) => marker));
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const lines = linesOf(agent.stdout).filter(({ marker }) => markers.has(marker));
    const exits = lines.filter(({ kind }) => kind === 'process_exit').length;
    if ((exits >= pods.length && isWhole(lines)) || Date.now() > deadline) return lines;
    await sleep(100);
  }
}

/** With what was said of them later. */
function amended(lines: readonly Line[]): readonly Line[] {
  const later = new Map(
    lines.filter(({ kind }) => kind === 'enrichment').map((line) => [line.sequence, line]),
  );
  return lines.map((line) => later.get(line.sequence) ?? line);
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
  it('is named, and in its scopes from the first instruction when it is announced', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const stage = await prepare(t);
    const pods = burstPods(2 * COUNT);
    const [announced, unannounced] = [pods.slice(0, COUNT), pods.slice(COUNT)];
    const createRuntimeHook = [HOOK, '--socket', stage.agent.socketPath, '--timeout-ms', '60000'];

    await runBurst({ ...stage, pods: announced, node: NODE, createRuntimeHook });
    await runBurst({ ...stage, pods: unannounced, node: NODE });
    const first = await linesAbout(stage, announced, () => true);
    const second = await linesAbout(stage, unannounced, (lines) =>
      amended(lines).every(({ pending }) => pending === undefined),
    );

    checkWhole(announced, first);
    checkNamed(announced, first);
    assert.deepStrictEqual(new Set(hitsOf(first)), new Set(markersOf(announced, 'web')));
    checkWhole(unannounced, second);
    checkNamed(unannounced, amended(second));
    const web = markersOf(unannounced, 'web');
    assert.ok(hitsOf(second).every((marker) => web.includes(marker)));
  });
});
