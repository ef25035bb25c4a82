/** `warder run` with a configuration: what goes before what, and what a reload changes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { DeliverySetup } from '../../../../src/cli/delivery/delivery-setup.ts';
import { waitUntil } from '../fake-io.ts';
import { type Bench, hasBanner, makeBench } from '../run-bench.ts';

function write(t: TestContext, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'warder-config-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'warder.yaml');
  writeFileSync(file, text);
  return file;
}

async function start(bench: Bench, ...words: readonly string[]): Promise<() => Promise<number>> {
  const code = bench.run(...words);
  await waitUntil(() => hasBanner(bench.io));
  return () => {
    bench.io.send('SIGTERM');
    return code;
  };
}

const SINKS = `delivery:
  directory: /nowhere
  sinks:
    - {name: bus, type: nats, servers: [a:1], credentials: {token: {env: TOKEN}}}
`;

function namesOf(setup: DeliverySetup | undefined): readonly string[] | undefined {
  return setup?.destinations.map(({ plan }) => `${plan.type} ${plan.name}`);
}

describe('run with a configuration', () => {
  it('takes options before variables, and variables before the file', async (t) => {
    const file = write(
      t,
      'agent: {nodeName: f, clusterName: f, hookTime: true, pins: false, keep: true}\n',
    );
    const env = { WARDER_AGENT_NODE_NAME: 'e', WARDER_AGENT_CLUSTER_NAME: 'e', NODE_NAME: 'n' };
    const bench = makeBench({ env: { ...env, WARDER_AGENT_KEEP: 'false' } });
    const end = await start(bench, '--config', file, '--node-name', 'o');
    await end();

    const { nodeName, clusterName, hasHookTime, persistence, keepsEnforcement } = bench.options();
    assert.deepStrictEqual(
      { nodeName, clusterName, hasHookTime, persistence, keepsEnforcement },
      {
        ...{ nodeName: 'o', clusterName: 'e', hasHookTime: true, persistence: undefined },
        keepsEnforcement: false,
      },
    );
  });

  it('finds the file by a variable, and hands on where messages go', async (t) => {
    const file = write(t, `${SINKS}alerts: {resolveAfter: 5m, groupBy: [namespace]}\n`);
    const bench = makeBench({ env: { WARDER_CONFIG: file, TOKEN: 'hunter2' } });
    const end = await start(bench);
    await end();

    const { delivery } = bench.options();
    assert.deepStrictEqual(namesOf(delivery), ['nats bus']);
    assert.deepStrictEqual(delivery?.alerts, {
      ...{ groupBy: ['namespace'], resendMs: 14_400_000, resolveMs: 300_000 },
    });
  });

  it('has no destinations, and ends on SIGHUP as ever, without a file', async () => {
    const bench = makeBench();
    const end = await start(bench);

    assert.deepStrictEqual([bench.options().delivery, bench.io.reloads], [undefined, 0]);
    await end();
  });

  it('does not start with a file that has mistakes, and says all of them', async (t) => {
    const bench = makeBench();
    const code = await bench.run('--config', write(t, 'agnet: {}\nrules: {respond: no}\n'));

    assert.equal(code, 1);
    assert.deepStrictEqual(bench.steps, []);
    assert.match(bench.io.err, /CONFIG_KEY_UNKNOWN[\s\S]*warder\.yaml:1:1/);
    assert.match(bench.io.err, /CONFIG_VALUE_UNKNOWN[\s\S]*warder\.yaml:2:18/);
    assert.match(bench.io.err, /error\[CONFIG_REFUSED\]/);
  });

  it('does not start without a file that is named', async () => {
    const bench = makeBench();

    assert.equal(await bench.run('--config', '/nowhere/warder.yaml'), 1);
    assert.match(bench.io.err, /CONFIG_FILE_UNREADABLE/);
  });

  it('says which variable is wrong, and which is none', async () => {
    const env = {
      ...{ WARDER_ALERTS_RESOLVE_AFTER: 'soon', WARDER_AGENT_NODENAME: 'x' },
      ...{ WARDER_METRICS_PORT_2112_TCP: 'tcp://10.0.0.1:2112', WARDER_REQUIRE: 'all' },
    };
    const bench = makeBench({ env });

    assert.equal(await bench.run(), 1);
    assert.match(bench.io.err, /error\[CONFIG_TYPE_MISMATCH\][\s\S]*WARDER_ALERTS_RESOLVE_AFTER:1/);
    assert.match(bench.io.err, /warning\[CONFIG_VARIABLE_UNKNOWN\][\s\S]*WARDER_AGENT_NODE_NAME/);
    assert.doesNotMatch(bench.io.err, /WARDER_METRICS|WARDER_REQUIRE/);
  });

  it('takes destinations from an option', async () => {
    const bench = makeBench();
    const sinks = '[{name: bus, type: nats, servers: [a:1]}]';
    const end = await start(bench, '--delivery-sinks', sinks);
    await end();

    assert.deepStrictEqual(namesOf(bench.options().delivery), ['nats bus']);
  });
});

describe('a reload', () => {
  it('changes what can change, and says what cannot', async (t) => {
    const file = write(t, SINKS);
    const bench = makeBench({ env: { TOKEN: 'hunter2' } });
    const end = await start(bench, '--config', file);
    const text = `${SINKS}    - {name: b, type: nats, servers: [b:1]}\nagent: {strict: true}\n`;
    writeFileSync(file, text);
    bench.io.reload();
    await waitUntil(() => bench.io.err.includes('was read again'));

    assert.deepStrictEqual(bench.agent.setups.map(namesOf), [['nats bus', 'nats b']]);
    assert.match(bench.io.err, /"changed":\["delivery\.sinks"\]/);
    assert.match(bench.io.err, /"keys":\["agent\.strict"\].*next start/);
    await end();
  });

  it('keeps destinations that did not change, and not those whose secret did', async (t) => {
    const secret = write(t, 'one');
    const file = write(t, SINKS.replace('{env: TOKEN}', `{file: ${secret}}`));
    const bench = makeBench();
    const end = await start(bench, '--config', file);
    bench.io.reload();
    await waitUntil(() => bench.agent.setups.length === 1);
    writeFileSync(secret, 'two');
    bench.io.reload();
    await waitUntil(() => bench.agent.setups.length === 2);

    const versions = [bench.options().delivery, ...bench.agent.setups].map(
      (setup) => setup?.destinations[0]?.version,
    );
    assert.equal(versions[0], versions[1]);
    assert.notEqual(versions[1], versions[2]);
    await end();
  });

  it('leaves everything as it is when the file has mistakes or is gone', async (t) => {
    const file = write(t, SINKS);
    const bench = makeBench({ env: { TOKEN: 'hunter2' } });
    const end = await start(bench, '--config', file);
    writeFileSync(file, SINKS.replace('nats', 'nast'));
    bench.io.reload();
    await waitUntil(() => bench.io.err.includes('the one before stays in force'));
    assert.match(bench.io.err, /CONFIG_VALUE_UNKNOWN","place":".*warder\.yaml:4:25"/);
    rmSync(file);
    bench.io.reload();
    await waitUntil(() => bench.io.err.includes('it stays as it was'));

    assert.deepStrictEqual(bench.agent.setups, []);
    assert.equal(await end(), 0);
    assert.equal(bench.io.reloads, 0);
  });
});
