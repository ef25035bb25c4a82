/** An agent that delivers: to a real NATS server and a real receiver of webhooks. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'nats';
import { AgentProcess } from '../support/agent-process.ts';
import { answer } from '../support/hostile-behaviours.ts';
import { HostileReceiver } from '../support/hostile-receiver.ts';
import { NatsProcess } from '../support/nats-process.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const WAIT_MS_MAX = 30_000;

const RULES = `title: Marked
id: marked
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|contains: --alert-me}, condition: s}
level: high
`;

const POLICY = `apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata:
  name: told
  annotations: {warder.io/alert: critical}
spec:
  kprobes:
    - call: sys_mkdir
      syscall: true
      args: [{index: 0, type: string}]
      selectors:
        - matchArgs: [{index: 0, operator: Postfix, values: [told-of-this]}]
`;

interface Told {
  readonly id: string;
  readonly state: string;
  readonly severity: string;
  readonly count: number;
  readonly cause: { readonly id: string };
}

class Stage {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'warder-delivers-'));
  readonly config: string = join(this.directory, 'warder.yaml');

  constructor(t: TestContext) {
    t.after(() => rmSync(this.directory, { recursive: true, force: true }));
    writeFileSync(join(this.directory, 'rules.yaml'), RULES);
    writeFileSync(join(this.directory, 'policy.yaml'), POLICY);
  }

  /** `sinks` are lines of YAML. */
  write(sinks: string, alerts = '{}'): void {
    const text = `policies: {paths: [${this.directory}/policy.yaml]}
rules: {paths: [${this.directory}/rules.yaml]}
alerts: ${alerts}
delivery:
  directory: ${this.directory}/delivery
  sinks:
${sinks}
`;
    writeFileSync(this.config, text);
  }

  async run(t: TestContext, ...args: readonly string[]): Promise<AgentProcess> {
    const agent = new AgentProcess({ args: ['--config', this.config, ...args] });
    t.after(() => agent.end('SIGKILL'));
    await agent.armed();
    return agent;
  }
}

function hook(receiver: HostileReceiver, name = 'hook'): string {
  return `    - name: ${name}
      type: webhook
      url: http://127.0.0.1:${receiver.port}/
      allowHttp: true
      secrets: [whsec_${SECRET}]
      allowedNetworks: [127.0.0.0/8]
      route: {kinds: [alert, alert_update]}`;
}

function bus(server: NatsProcess): string {
  return `    - name: bus
      type: nats
      servers: [${server.url}]`;
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + WAIT_MS_MAX;
  while (!(await isSo())) {
    if (Date.now() > end) assert.fail(what);
    await sleep(20);
  }
}

function told(receiver: HostileReceiver): readonly Told[] {
  return receiver.requests.map(({ body }) => JSON.parse(body));
}

function mark(): void {
  spawnSync('/bin/true', ['--alert-me']);
}

async function subjects(server: NatsProcess): Promise<readonly string[]> {
  const connection = await connect({ servers: server.url });
  try {
    const manager = await connection.jetstreamManager();
    const streams = await Promise.all(
      ['WARDER_ALERTS', 'WARDER_EVENTS', 'WARDER_HEALTH'].map((name) =>
        manager.streams.info(name, { subjects_filter: '>' }).catch(() => undefined),
      ),
    );
    return streams.flatMap((stream) => Object.keys(stream?.state.subjects ?? {}));
  } finally {
    await connection.close();
  }
}

describe('an agent with destinations', () => {
  it('sends alerts of rules and of policies, and events, each where they are wanted', async (t) => {
    const [server, receiver, stage] = [
      await NatsProcess.start(t),
      await HostileReceiver.start(t),
      new Stage(t),
    ];
    stage.write(`${bus(server)}\n${hook(receiver)}`);
    const agent = await stage.run(t, '--node-name', 'n1', '--cluster-name', 'c1');
    for (let time = 0; time < 3; time += 1) mark();
    spawnSync('mkdir', [join(stage.directory, 'told-of-this')]);
    await until(() => told(receiver).length >= 2, 'no two alerts came');

    const causes = told(receiver).map(({ cause, severity }) => [cause.id, severity]);
    assert.deepStrictEqual(causes.toSorted(), [
      ['marked', 'high'],
      ['told', 'critical'],
    ]);
    const wanted = [
      'warder.v1.c1.n1._.alert.critical',
      'warder.v1.c1.n1._.alert.high',
      'warder.v1.c1.n1._.event.high',
      'warder.v1.c1.n1._.event.informational',
      'warder.v1.c1.n1._.event.low',
      'warder.v1.c1.n1._.policy_status.informational',
    ];
    let found: readonly string[] = [];
    await until(async () => {
      found = await subjects(server);
      return wanted.every((subject) => found.includes(subject));
    }, 'something is not in JetStream');
    const listed = Object(await agent.ask('/v1/alerts'));
    const shown = listed.alerts.map((alert: Told) => [alert.cause.id, alert.count]);
    assert.deepStrictEqual(shown.toSorted(), [
      ['marked', 3],
      ['told', 1],
    ]);
    await agent.end('SIGTERM');
  });

  it('goes on with its alerts after it was killed, and resolves them after silence', async (t) => {
    const [receiver, stage] = [await HostileReceiver.start(t), new Stage(t)];
    stage.write(hook(receiver), '{resolveAfter: 1h}');
    const first = await stage.run(t);
    mark();
    await until(() => told(receiver).length === 1, 'no alert came');
    await first.end('SIGKILL');
    stage.write(hook(receiver), '{resolveAfter: 1s}');
    const second = await stage.run(t);
    const isOver = (): boolean => told(receiver).some(({ state }) => state === 'resolved');
    await until(isOver, 'it was not resolved');

    // The first may come twice: the agent was killed, maybe before it knew that it had arrived.
    const [opened] = told(receiver);
    const states = new Set(told(receiver).map(({ id, state }) => `${id} ${state}`));
    assert.deepStrictEqual([...states], [`${opened?.id} firing`, `${opened?.id} resolved`]);
    await second.end('SIGTERM');
  });

  it('keeps what waits, stays as it is on a broken file, and follows a good one', async (t) => {
    const [receiver, other, stage] = [
      await HostileReceiver.start(t),
      await HostileReceiver.start(t),
      new Stage(t),
    ];
    receiver.behave = answer('503 Unavailable');
    stage.write(hook(receiver));
    const agent = await stage.run(t);
    mark();
    await until(() => receiver.requests.length >= 1, 'it was not tried');
    writeFileSync(stage.config, 'delivery:\n  sinks:\n    - {name: hook, type: webhok}\n');
    agent.kill('SIGHUP');
    await agent.logged(/CONFIG_VALUE_UNKNOWN.*warder\.yaml:3:26/);
    await agent.logged(/the one before stays in force/);
    // The one of the same name takes what waits; a key that cannot change is told.
    stage.write(hook(other));
    writeFileSync(stage.config, `agent: {strict: true}\n`, { flag: 'a' });
    agent.kill('SIGHUP');
    await agent.logged(/agent\.strict/);
    await until(() => told(other).length >= 1, 'what waited was not sent');

    assert.equal(told(other)[0]?.id, told(receiver)[0]?.id);
    await agent.end('SIGTERM');
  });

  it('enforces and prints when its directory cannot be written', async (t) => {
    const [receiver, stage] = [await HostileReceiver.start(t), new Stage(t)];
    stage.write(hook(receiver));
    writeFileSync(join(stage.directory, 'delivery'), 'in the way');
    chmodSync(join(stage.directory, 'delivery'), 0o400);
    const agent = await stage.run(t, '--output', 'json');
    mark();
    await agent.line(/"finding":/);
    await until(() => told(receiver).length === 1, 'the alert did not get out of memory');

    const health = Object(await agent.ask('/v1/health'));
    assert.equal(health.status, 'degraded');
    assert.match(health.problems.join(), /alerts are in memory only/);
    await agent.end('SIGTERM');
  });
});
