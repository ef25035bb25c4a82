/** A protected file that is tried over and over while the policies around it change. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { expectAnswer } from '../../src/cli/api/client.ts';
import type { AgentProcess } from './agent-process.ts';
import { type Stage, setStage } from './agent-stage.ts';
import { repositoryRoot } from './root.ts';
import { thisKernel } from './this-kernel.ts';

/** Tries to open a file over and over. */
export const OPENER: string = join(repositoryRoot(), 'build/triggers/opener');

export interface ChurnSize {
  /** Tries at least. */
  readonly opens: number;
  /** Policies that are added, changed or deleted meanwhile. */
  readonly changes: number;
  /** Times the agent is killed and started again meanwhile. */
  readonly kills: number;
}

export interface ChurnResult {
  readonly tried: number;
  readonly opened: number;
}

/** Denies where the kernel can; elsewhere each try has a process of its own, which is killed. */
export async function runChurn(t: TestContext, size: ChurnSize): Promise<ChurnResult> {
  const stage = setStage(t);
  const denies = thisKernel().capabilities.some(
    ({ name, available }) => available && (name === 'lsm' || name === 'fmod_ret'),
  );
  const secret = stage.file('secret', 'secret');
  const guard = stage.file('guard.yaml', policyOn('guard', secret, denies));
  let agent = await stage.start('--policy', guard);
  // Behind the agent, which could not go on beside it on a machine with one CPU.
  const command = ['-n', '10', OPENER, secret, String(size.opens), ...(denies ? [] : ['fork'])];
  const opener = spawn('nice', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => opener.kill('SIGKILL'));
  let printed = '';
  opener.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const exit = once(opener, 'exit');
  const period = Math.ceil(size.changes / (size.kills + 1));
  for (let change = 1; change <= size.changes; change++) {
    await changeAround(agent, { change, path: `${secret}-${change}`, denies });
    if (change % period === 0 && change < size.changes) agent = await restart(stage, agent, guard);
  }
  opener.stdin.end();
  await exit;
  const { tried, opened }: ChurnResult = JSON.parse(printed);
  return { tried, opened };
}

async function restart(stage: Stage, agent: AgentProcess, guard: string): Promise<AgentProcess> {
  await agent.end('SIGKILL');
  return stage.start('--policy', guard);
}

interface Change {
  readonly change: number;
  readonly path: string;
  readonly denies: boolean;
}

/** By turns: a policy is added on the same hook, is changed, and is deleted. */
async function changeAround(agent: AgentProcess, { change, path, denies }: Change): Promise<void> {
  const name = `around-${Math.floor((change - 1) / 3) % 7}`;
  const { socketPath } = agent;
  if (change % 3 === 0) {
    await expectAnswer({ socketPath, method: 'DELETE', path: `/v1/policies/${name}` });
    return;
  }
  const body = policyOn(name, path, denies);
  await expectAnswer({ socketPath, method: 'POST', path: '/v1/policies', body });
}

function policyOn(name: string, path: string, denies: boolean): string {
  const hook = denies
    ? `- {call: security_file_open, syscall: false, args: [{index: 0, type: file}],
     selectors: [{matchArgs: [{index: 0, operator: Equal, values: ["${path}"]}],
       matchActions: [{action: Override, argError: -1}, {action: NoPost}]}]}`
    : `- {call: sys_openat, args: [{index: 1, type: string}],
     selectors: [{matchArgs: [{index: 1, operator: Equal, values: ["${path}"]}],
       matchActions: [{action: Sigkill}, {action: NoPost}]}]}`;
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes:
  ${hook}
`;
}
