/** The status that an agent writes into a policy follows the node, and outlives a token. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess, runWarder } from '../support/agent-process.ts';
import { ApiServer } from '../support/api-server/api-server.ts';
import { keyOf, NODE_NAME, putObject } from '../support/cluster-objects.ts';
import { followsCluster } from '../support/guarded-pods.ts';

const WAIT_MS_MAX = 60_000;
const NODE = keyOf('nodes', '', NODE_NAME);
const POOL = keyOf('tracingpolicies', '', 'pool-only');
const EVERYWHERE = keyOf('tracingpolicies', '', 'everywhere');

const HOOKS = { kprobes: [{ call: 'sys_reboot', syscall: true }] };

async function startAgent(t: TestContext, server: ApiServer): Promise<AgentProcess> {
  const kubeconfig = server.writeKubeconfig();
  const place = ['--node-name', NODE_NAME, '--kubeconfig', kubeconfig];
  const agent = new AgentProcess({ args: ['--output', 'json', ...place] });
  t.after(async () => {
    await agent.end('SIGTERM');
    await server.close();
  });
  await agent.armed();
  await followsCluster(agent);
  return agent;
}

interface Entry {
  readonly state: string;
  readonly observedGeneration: number;
  readonly error?: { readonly code: string };
}

/** What the node says of the policy, when it says that. */
async function entryThat(
  server: ApiServer,
  key: typeof POOL,
  holds: (entry: Entry) => boolean,
): Promise<Entry> {
  const deadline = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const { nodes } = Object(server.store.get(key)?.['status']);
    const entry: Entry | undefined = Object(nodes)[NODE_NAME];
    if (entry !== undefined && holds(entry)) return entry;
    if (performance.now() > deadline) throw new Error(`it says ${JSON.stringify(entry)}`);
    await sleep(50);
  }
}

describe('the status of a policy', () => {
  it('follows labels of the node, tokens, versions and what users do there', async (t) => {
    const server = await ApiServer.start();
    putObject(server, NODE, { metadata: { uid: 'node', labels: { pool: 'web' } } });
    const nodeSelector = { matchLabels: { pool: 'gpu' } };
    putObject(server, POOL, { metadata: { uid: 'one' }, spec: { nodeSelector, ...HOOKS } });
    putObject(server, EVERYWHERE, { metadata: { uid: 'two' }, spec: HOOKS });
    const agent = await startAgent(t, server);
    const isIn = (state: string) => (entry: Entry) => entry.state === state;

    await entryThat(server, POOL, isIn('skipped'));
    await entryThat(server, EVERYWHERE, isIn('enabled'));
    putObject(server, NODE, { metadata: { labels: { pool: 'gpu' } } });
    await entryThat(server, POOL, isIn('enabled'));
    server.tokens.clear();
    server.tokens.add('token-2');
    server.writeKubeconfig({ token: 'token-2' });
    putObject(server, NODE, { metadata: { labels: { pool: 'web' } } });
    await entryThat(server, POOL, isIn('skipped'));
    const { observedGeneration: before } = await entryThat(server, EVERYWHERE, isIn('enabled'));
    putObject(server, EVERYWHERE, { spec: { kprobes: [{ call: 'no_such_function' }] } });
    const refused = await entryThat(
      server,
      EVERYWHERE,
      ({ observedGeneration }) => observedGeneration > before,
    );
    runWarder('policies', 'disable', '--socket', agent.socketPath, 'everywhere');
    const disabled = await entryThat(server, EVERYWHERE, isIn('disabled'));

    assert.deepStrictEqual([refused.state, refused.error?.code], ['enabled', disabled.error?.code]);
    assert.ok(refused.error !== undefined);
    // Users have not touched this one.
    await entryThat(server, POOL, isIn('skipped'));
  });
});
