/** Agents that are killed and started again, for tests of what outlives them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { AgentProcess, runWarder } from './agent-process.ts';
import { PinMount } from './pin-mount.ts';
import { repositoryRoot } from './root.ts';

const ACT = join(repositoryRoot(), 'build/triggers/act');

/** Kills, or reports, whoever seeks to the offset. */
export function seekPolicy(name: string, offset: number, action = 'Sigkill'): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchArgs: [{index: 1, operator: Equal, values: [${offset}]}]
      matchActions: [{action: ${action}}]
`;
}

export interface Stage {
  readonly mount: PinMount;
  file(name: string, text: string): string;
  start(...args: readonly string[]): Promise<AgentProcess>;
}

/** Everything is taken down after the test, whatever came of it. */
export function setStage(t: TestContext): Stage {
  const mount = new PinMount();
  const directory = mkdtempSync(join(tmpdir(), 'warder-persistence-'));
  const agents: AgentProcess[] = [];
  t.after(async () => {
    for (const agent of agents) await agent.end('SIGKILL');
    mount.close();
    rmSync(directory, { recursive: true });
  });
  return {
    mount,
    file(name, text) {
      const path = join(directory, name);
      writeFileSync(path, text);
      return path;
    },
    async start(...args) {
      const agent = new AgentProcess({ pins: mount, args });
      agents.push(agent);
      await agent.line(/^armed$/);
      return agent;
    },
  };
}

/** How the process ended that did the seek. */
export function seek(offset: number): string {
  const { signal, stdout } = spawnSync(ACT, ['seek', String(offset)], { encoding: 'utf8' });
  return signal ?? stdout.trim();
}

/** Adds the policies of a file through the API. */
export function add(agent: AgentProcess, file: string): void {
  runWarder('policies', 'add', '--socket', agent.socketPath, file);
}
