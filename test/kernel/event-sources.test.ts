/** What rules are about is seen: for each class a deed that is found and one that is not. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findingsOf } from '../support/agent-findings.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { dnsMessage } from '../support/dns-messages.ts';
import { requireCapability } from '../support/require-capability.ts';
import { DEED, deed, prepareDeeds, type SourceCase, undoDeeds } from '../support/sources/deed.ts';
import { FILE_CASES } from '../support/sources/file-cases.ts';
import { NETWORK_CASES } from '../support/sources/network-cases.ts';
import { KERNEL_CASES, PROCESS_CASES } from '../support/sources/process-cases.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const ALL_CASES = [...FILE_CASES, ...NETWORK_CASES, ...PROCESS_CASES, ...KERNEL_CASES];
const WAIT_MS_MAX = 60_000;
const SETTLE_MS = 1_000;
const READS = 300;

const titleOf = ({ class: name, asks }: SourceCase): string => `${name}: ${asks}`;

function ruleText(title: string, category: string, asks: string): string {
  return [
    `title: ${JSON.stringify(title)}`,
    `logsource: {category: ${category}}`,
    `detection: {s: {${asks}}, condition: s}`,
    'level: low',
  ].join('\n');
}

interface Stage {
  readonly agent: AgentProcess;
  readonly base: string;
}

/** An agent with rules, and a directory. */
async function prepare(t: TestContext, rules: readonly string[]): Promise<Stage> {
  const base = mkdtempSync(join(tmpdir(), 'warder-sources-'));
  prepareDeeds(base);
  const file = join(base, 'rules.yaml');
  writeFileSync(file, rules.join('\n---\n'));
  const limits = ['--findings-per-second', '1000'];
  const agent = new AgentProcess({ args: ['--output', 'json', '--rules', file, ...limits] });
  t.after(async () => {
    await agent.end('SIGTERM');
    undoDeeds(base);
    rmSync(base, { recursive: true, force: true });
  });
  await agent.armed();
  return { agent, base };
}

/** Titles of findings, how often each. */
function findings(agent: AgentProcess): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { rule } of findingsOf(agent)) counts[rule.title] = (counts[rule.title] ?? 0) + 1;
  return counts;
}

async function untilFound(agent: AgentProcess, titles: readonly string[]): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (Date.now() < deadline) {
    const found = findings(agent);
    if (titles.every((title) => found[title] !== undefined)) break;
    await sleep(100);
  }
  // What comes twice comes soon after.
  await sleep(SETTLE_MS);
}

/** A slow machine takes its time for many. */
async function untilCounted(agent: AgentProcess, title: string, count: number): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (Date.now() < deadline && (findings(agent)[title] ?? 0) < count) await sleep(100);
}

/** Events that rules looked at, once those of now have arrived. */
async function lookedAt(agent: AgentProcess): Promise<number> {
  await sleep(SETTLE_MS);
  return Object(await agent.ask('/v1/status')).detections.events;
}

/** Every title once. */
const once = (titles: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(titles.map((title) => [title, 1]));

/** Cases that this machine can do, and that its kernel can see. */
function possibleCases(): readonly SourceCase[] {
  const isGuest = existsSync('/run/guest');
  const canHook = capabilityOf('fentry').available;
  return ALL_CASES.filter(
    ({ isSeenAtCalls, isForGuests }) =>
      (canHook || isSeenAtCalls === true) && (isGuest || isForGuests !== true),
  );
}

/** A name server that gives every name the same address. */
async function aNameServer(t: TestContext, address: readonly number[]): Promise<Socket> {
  const server = createSocket('udp4');
  server.on('message', (question, from) => {
    const length = question.readUInt8(12);
    const second = question.readUInt8(13 + length);
    const name = [
      question.subarray(13, 13 + length),
      question.subarray(14 + length, 14 + length + second),
    ].join('.');
    const answers = [{ type: 1, data: Uint8Array.from(address) }];
    server.send(dnsMessage({ isAnswer: true, name, answers }), from.port, from.address);
  });
  t.after(() => {
    server.close();
  });
  await new Promise<void>((resolve) => server.bind(53, '127.0.0.5', resolve));
  return server;
}

/** As the test's own server has to answer it, the deed must not block this thread. */
async function ask(first: string): Promise<void> {
  const child = spawn(DEED, ['ask', '127.0.0.5', first, 'test'], { stdio: 'ignore' });
  await new Promise((resolve) => child.on('close', resolve));
}

describe('sources of events', () => {
  it('see what is done once, and nothing else', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const cases = possibleCases();
    const titles = cases.map(titleOf);
    const rules = cases.map((one) => ruleText(titleOf(one), one.class, one.asks));
    const { agent, base } = await prepare(t, rules);
    for (const { deed: act } of cases) act(base, 'miss');
    await sleep(SETTLE_MS);
    const early = findings(agent);

    for (const { deed: act } of cases) act(base, 'hit');
    await untilFound(agent, titles);

    assert.deepStrictEqual(early, {});
    assert.deepStrictEqual(findings(agent), once(titles));
  });

  it('are not told in the kernel what no rule wants', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const asks = 'file.path|endswith: /READ-HIT, file.flags: read';
    const { agent, base } = await prepare(t, [ruleText('read', 'file.open', asks)]);
    const before = await lookedAt(agent);

    for (let times = 0; times < READS; times++) readFileSync(join(base, 'read-miss'));
    const withoutWanted = (await lookedAt(agent)) - before;
    for (let times = 0; times < READS; times++) readFileSync(join(base, 'read-hit'));
    await untilCounted(agent, 'read', READS);
    const withWanted = (await lookedAt(agent)) - before - withoutWanted;

    // Whatever else runs on the machine opens files as well, though hardly those.
    assert.ok(withoutWanted < READS, `${withoutWanted} events`);
    assert.ok(withWanted >= READS, `${withWanted} events`);
    assert.equal(findings(agent)['read'], READS);
  });

  it('see who connects to a server', async (t) => {
    if (!requireCapability(t, 'fentry', capabilityOf('fentry'))) return;
    const accept = (port: number): string =>
      ruleText(
        String(port),
        'network.accept',
        `network.local.port: ${port}, network.remote.ip: 127.0.0.1, network.direction: inbound`,
      );
    const { agent } = await prepare(t, [accept(9911), accept(9912)]);
    const server = createServer((socket) => socket.destroy());
    t.after(() => {
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(9911, '127.0.0.1', resolve));

    spawnSync(DEED, ['connect', '127.0.0.1', '9911']);
    await untilFound(agent, ['9911']);

    assert.deepStrictEqual(findings(agent), { 9911: 1 });
  });

  it('see names that are asked for, and whose addresses are connected to', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    await aNameServer(t, [127, 0, 0, 9]);
    const { agent } = await prepare(t, [
      ruleText('query', 'dns.query', 'dns.query: hit.test, dns.type: A, Image|endswith: /deed'),
      ruleText(
        'answer',
        'dns.answer',
        'dns.query: hit.test, dns.answers: 127.0.0.9, Image|endswith: /deed',
      ),
      ruleText('by name', 'network.connect', 'network.remote.name: hit.test'),
    ]);
    await ask('miss');
    deed('connect', '127.0.0.9', 9921);
    await sleep(SETTLE_MS);
    const early = findings(agent);

    await ask('hit');
    deed('connect', '127.0.0.9', 9921);
    deed('connect', '127.0.0.8', 9921);
    await untilFound(agent, ['query', 'answer', 'by name']);

    assert.deepStrictEqual(early, {});
    assert.deepStrictEqual(findings(agent), once(['query', 'answer', 'by name']));
  });
});
