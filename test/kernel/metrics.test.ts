/** Metrics of a running agent, over TCP and on its socket. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { type ReadMetric, readMetrics } from '../support/metrics-text.ts';

const ARGUMENTS = ['--metrics-address', '127.0.0.1:0', '--metrics-tetragon-names'];

interface Started {
  readonly agent: AgentProcess;
  readonly address: string;
}

async function start(t: TestContext): Promise<Started> {
  const agent = new AgentProcess({ args: ARGUMENTS });
  t.after(() => agent.end('SIGTERM'));
  await agent.armed();
  await agent.logged(/metrics are served/);
  const [, address = ''] = /"address":"(127\.0\.0\.1:\d+)"/.exec(agent.stderr) ?? [];
  return { agent, address };
}

async function scrape(address: string): Promise<readonly ReadMetric[]> {
  const answer = await fetch(`http://${address}/metrics`);
  assert.equal(answer.status, 200);
  return readMetrics(await answer.text());
}

function countOf(metrics: readonly ReadMetric[], name: string, label = ''): number {
  const { series = [] } = metrics.find((metric) => metric.name === name) ?? {};
  const found = series.find(({ labels }) => (Object.values(labels)[0] ?? '') === label);
  return found?.value ?? -1;
}

describe('metrics of an agent', () => {
  it('count what happens, under both names', async (t) => {
    const { agent, address } = await start(t);

    const before = countOf(await scrape(address), 'warder_events_total', 'process_exec');
    execFileSync('/bin/true');
    await agent.line(/process .*\/bin\/true/);
    let metrics: readonly ReadMetric[] = [];
    // A text is up to a second old.
    while (countOf(metrics, 'warder_events_total', 'process_exec') <= before) {
      metrics = await scrape(address);
    }

    const execs = countOf(metrics, 'warder_events_total', 'process_exec');
    assert.equal(countOf(metrics, 'tetragon_events_total', 'PROCESS_EXEC'), execs);
    assert.equal(countOf(metrics, 'warder_capability', 'tp_btf'), 1);
    assert.ok(countOf(metrics, 'warder_records_received_total') >= execs);
    assert.ok(countOf(metrics, 'process_resident_memory_bytes') > 1e6);
  });

  it('are apart from the rest of the API', async (t) => {
    const { address } = await start(t);

    const statuses = await Promise.all(
      ['/healthz', '/v1/status', '/v1/events'].map(async (path) => {
        return (await fetch(`http://${address}${path}`)).status;
      }),
    );

    assert.deepStrictEqual(statuses, [200, 404, 404]);
  });
});
