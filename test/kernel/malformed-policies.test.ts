/** Malformed policies pushed at a running agent: all are refused, and nothing else happens. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { askAgent } from '../../src/cli/api/client.ts';
import { AgentProcess, leftPrograms, loadedPrograms } from '../support/agent-process.ts';
import {
  type MalformedPolicy,
  makeMutations,
  readHandWritten,
} from '../support/malformed-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const IN_FORCE = join(repositoryRoot(), 'policies/examples/quickstart/kill-kexec.yaml');

/** Programs, maps and links that a process holds, by the ids the kernel gave them. */
function heldObjects(pid: number): readonly string[] {
  const directory = `/proc/${pid}/fdinfo`;
  return readdirSync(directory)
    .flatMap((fd) => {
      try {
        return readFileSync(join(directory, fd), 'utf8').match(/^(prog|map|link)_id:.*/gm) ?? [];
      } catch {
        return [];
      }
    })
    .sort();
}

interface Answer {
  readonly status: number;
  readonly states: readonly string[];
  readonly errors: readonly { readonly code: string; readonly line: number }[];
}

interface PolicyAnswer {
  readonly policies?: readonly { readonly state: string }[];
  readonly diagnostics?: readonly {
    readonly severity: string;
    readonly code: string;
    readonly location: { readonly line: number; readonly column: number };
  }[];
}

async function add(socketPath: string, text: string): Promise<Answer> {
  const { status, body } = await askAgent({
    ...{ socketPath, method: 'POST', body: text },
    path: '/v1/policies?file=malformed.yaml',
  });
  const { diagnostics = [], policies = [] } = body as PolicyAnswer;
  const errors = diagnostics
    .filter(({ severity, location }) => severity === 'error' && location.column >= 1)
    .map(({ code, location }) => ({ code, line: location.line }));
  return { status, errors, states: policies.map(({ state }) => state) };
}

async function listPolicies(socketPath: string): Promise<unknown> {
  return (await askAgent({ socketPath, method: 'GET', path: '/v1/policies' })).body;
}

/**
 * Whether the text is right and only names a hook that this kernel lacks. An agent takes it, for a
 * kernel may have what another one lacks, and shows it as an error; `warder check` refuses it.
 */
function namesMissingHook({ expected }: MalformedPolicy): boolean {
  return expected.every((one) => /POLICY_(FUNCTION|HOOK)_UNKNOWN/.test(one));
}

/** What is wrong with how the agent took the policy; undefined when nothing is. */
async function judge(socketPath: string, policy: MalformedPolicy): Promise<string | undefined> {
  const { status, errors, states } = await add(socketPath, policy.text);
  const outcome = `${policy.name}: ${status} ${states.join()} ${errors.length} errors`;
  if (!namesMissingHook(policy)) return status === 422 && errors.length > 0 ? undefined : outcome;
  await askAgent({ socketPath, method: 'DELETE', path: '/v1/policies/mistake' });
  return status === 201 && states.join() === 'load_error' ? undefined : outcome;
}

describe('a running agent', () => {
  it('refuses every malformed policy with a place and attaches nothing', async (t) => {
    const programsBefore = loadedPrograms();
    const agent = new AgentProcess({ args: ['--policy', IN_FORCE] });
    t.after(() => agent.end('SIGKILL'));
    await agent.line(/^armed$/);
    const policies = await listPolicies(agent.socketPath);
    const held = heldObjects(agent.pid);
    const malformed = [...readHandWritten(), ...makeMutations()];

    const wrong: (string | undefined)[] = [];
    for (const policy of malformed) wrong.push(await judge(agent.socketPath, policy));

    assert.deepStrictEqual(
      wrong.filter((one) => one !== undefined),
      [],
    );
    assert.deepStrictEqual(await listPolicies(agent.socketPath), policies);
    assert.ok(held.some((one) => one.startsWith('link_id')));
    assert.deepStrictEqual(heldObjects(agent.pid), held);
    // A policy that is right is still taken, so the agent was not merely deaf.
    const good = 'apiVersion: cilium.io/v1alpha1\nkind: TracingPolicy\nmetadata: {name: good}\n';
    const { status } = await add(agent.socketPath, `${good}spec: {kprobes: [{call: sys_acct}]}\n`);
    assert.equal(status, 201);
    assert.notDeepStrictEqual(heldObjects(agent.pid), held);
    assert.deepStrictEqual(await agent.end('SIGTERM'), [0, null]);
    assert.deepStrictEqual(await leftPrograms(programsBefore), []);
  });
});
