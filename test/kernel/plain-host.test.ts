/** A machine without Kubernetes: its containers are known with no flag set. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../support/agent-process.ts';
import { ContainerRuntime } from '../support/oci-containers.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const WAIT_MS_MAX = 30_000;

/** Characters of an id that Tetragon's JSON shows. */
const SHOWN = 31;

/** Cgroups as the runtimes of single machines make them, from the root of the hierarchy. */
const SHAPES: Readonly<Record<string, (id: string) => string>> = {
  'docker, systemd': (id) => `/system.slice/docker-${id}.scope`,
  'docker, cgroupfs': (id) => `/docker/${id}`,
  podman: (id) => `/machine.slice/libpod-${id}.scope/container`,
  nerdctl: (id) => `/system.slice/nerdctl-${id}.scope`,
  'a container in a container': (id) => `/docker/${id}/docker/${'e'.repeat(64)}`,
};

const policy = (name: string, scope: string): string => `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  ${scope}
  kprobes:
  - call: sys_openat
    syscall: true
    args: [{index: 1, type: string}]
    selectors: [{matchArgs: [{index: 1, operator: Prefix, values: [/plain-]}]}]
  - call: sys_open
    syscall: true
    args: [{index: 0, type: string}]
    selectors: [{matchArgs: [{index: 0, operator: Prefix, values: [/plain-]}]}]
`;

interface Seen {
  readonly docker: string | undefined;
  readonly pod: unknown;
  readonly pending: string | undefined;
}

describe('a machine without Kubernetes', () => {
  it('knows its containers, and policies for the host are about them', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const directory = mkdtempSync(join(tmpdir(), 'warder-host-'));
    writeFileSync(join(directory, 'host.yaml'), policy('host', 'hostSelector: {}'));
    writeFileSync(join(directory, 'pods.yaml'), policy('pods', 'podSelector: {}'));
    const runtime = new ContainerRuntime();
    const agent = new AgentProcess({ args: ['--output', 'json', '--policy', directory] });
    t.after(async () => {
      await agent.end('SIGTERM');
      runtime[Symbol.dispose]();
      rmSync(directory, { recursive: true });
    });
    await agent.armed();
    const plans = Object.entries(SHAPES).map(([name, shape], number) => {
      const id = String(number).repeat(64);
      const marker = `/plain-${number}`;
      return { name, id, marker, cgroupPath: shape(id) };
    });

    for (const { id, marker, cgroupPath } of plans) {
      runtime.addFile(marker);
      const command = ['cat', marker];
      // Each has an id of its own for the runtime; that of the path is what counts.
      await runtime.run({ id: `run-${id}`, podUid: '', driver: 'cgroupfs', command, cgroupPath });
    }

    for (const { name, id, marker } of plans) {
      const lines = await linesOf(agent, marker);
      const execs = lines.filter(({ kind }) => kind === 'process_exec').map(({ seen }) => seen);
      const expected: Seen = { docker: id.slice(0, SHOWN), pod: undefined, pending: undefined };
      assert.deepStrictEqual(execs, [expected], name);
      const policies = new Set(lines.flatMap(({ policyName }) => policyName ?? []));
      assert.deepStrictEqual([...policies], ['host'], name);
    }
  });
});

interface Line {
  readonly kind: string;
  readonly policyName: string | undefined;
  readonly seen: Seen;
}

/** Lines of the process that is about the marker, up to its exit. */
async function linesOf(agent: AgentProcess, marker: string): Promise<readonly Line[]> {
  const deadline = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const lines = agent.stdout.split('\n').filter((line) => line.includes(`"cat ${marker}"`));
    const read = lines.map(readLine);
    if (read.some(({ kind }) => kind === 'process_exit') || Date.now() > deadline) return read;
    await sleep(100);
  }
}

function readLine(line: string): Line {
  const { warder, ...event } = JSON.parse(line);
  const [kind = '', body] = Object.entries(event)[0] ?? [];
  const { process, policy_name: policyName } = Object(body);
  const { docker, pod } = process;
  return { kind, policyName, seen: { docker, pod, pending: warder?.enrichment?.reason } };
}
