/** What policies make the agent ask for, from the hook to a real server. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setStage } from '../support/agent-stage.ts';
import { useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const ACT = join(repositoryRoot(), 'build/triggers/act');

function policy(name: string, actions: string): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchBinaries: [{operator: In, values: [${ACT}]}]
      matchArgs: [{index: 1, operator: Equal, values: [4242]}]
      matchActions: [${actions}]
`;
}

function seek(offset: number): void {
  spawnSync(ACT, ['seek', String(offset)]);
}

async function startWeb(t: TestContext): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, asked };
}

describe('requests of policies', () => {
  it('are made for what matches, with an event and without', async (t) => {
    const live = useLivePolicies(t);
    live.load(policy('shown', '{action: DnsLookup, argFqdn: shown.example.org}'));
    live.load(policy('silent', '{action: DnsLookup, argFqdn: a.example.org}, {action: NoPost}'));

    seek(4243);
    seek(4242);
    const shown = await live.eventsOf('shown');
    const silent = await live.eventsOf('silent');

    assert.deepStrictEqual(
      shown.map(({ action }) => action),
      ['DnsLookup'],
    );
    assert.deepStrictEqual(silent, []);
    assert.deepStrictEqual(live.requests, [
      { kind: 'DnsLookup', name: 'shown.example.org' },
      { kind: 'DnsLookup', name: 'a.example.org' },
    ]);
    assert.deepStrictEqual(live.policies.activityOf('silent').get('sys_lseek')?.actions, {
      no_post: 1,
      dns_lookup: 1,
    });
  });

  it('are made in monitor mode too, as they enforce nothing', async (t) => {
    const live = useLivePolicies(t);
    const actions = '{action: DnsLookup, argFqdn: both.example.org}, {action: Sigkill}';
    live.load(policy('both', actions), 'monitor');

    seek(4242);
    const [event] = await live.eventsOf('both');

    assert.equal(event?.outcome.withheld, true);
    assert.deepStrictEqual(live.requests, [{ kind: 'DnsLookup', name: 'both.example.org' }]);
  });

  it('reach the server from the agent, when that is allowed', async (t) => {
    const web = await startWeb(t);
    const stage = setStage(t);
    const ask = `{action: GetUrl, argUrl: "${web.url}/token"}`;
    const file = stage.file('ask.yaml', policy('ask', ask));
    await stage.start('--policy', file, '--allow-local-requests');
    const arrived = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (web.asked.length === 0) return;
        clearInterval(timer);
        resolve();
      }, 20);
    });

    seek(4243);
    seek(4242);
    await arrived;

    assert.deepStrictEqual(web.asked, ['/token']);
  });
});
