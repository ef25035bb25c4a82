/** Rules answer: what they find is killed or held by a real agent, and nothing beside it. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess, runWarder } from '../support/agent-process.ts';
import { BROOD, broodArguments } from '../support/broods.ts';
import { Captive } from '../support/captives.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

/** Opened by who is to be killed. */
const BAIT = join(tmpdir(), 'warder-bait');

/** Processes of a tree that is grown. */
const POPULATION = 8;

const RUNS = Number(process.env['WARDER_RESPONSES'] ?? 5);

const RULES = `
title: Brood
id: brood
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|contains: '/brood hit'}, condition: s}
level: high
respond: kill_tree
---
# Nothing that the kernel could decide.
title: Pattern
id: pattern
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|re: '/brood guess\\w*'}, condition: s}
level: high
respond: kill_tree
---
title: Opened
id: opened
logsource: {category: file.open}
detection: {s: {file.path|endswith: /warder-bait}, condition: s}
level: high
respond: kill_tree
---
title: Captive
id: captive
logsource: {category: process_creation, product: linux}
detection: {s: {Image|endswith: /captive}, condition: s}
level: high
`;

interface Response {
  readonly kind: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly dry_run?: boolean;
  readonly processes: number;
  readonly latency_ns: number;
  readonly quarantine?: number;
}

function responseLines({ stdout }: AgentProcess): readonly string[] {
  // The last line may not be whole yet.
  const lines = stdout.split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{"response"'));
}

function responsesOf(agent: AgentProcess): readonly Response[] {
  return responseLines(agent).map((line) => JSON.parse(line).response);
}

/** The n-th response, counted from 1. Looked for seldom: the agent is to have the CPU. */
async function awaitResponse(agent: AgentProcess, count: number): Promise<Response> {
  for (let tries = 0; tries < 600; tries++) {
    const found = responseLines(agent)[count - 1];
    if (found !== undefined) return JSON.parse(found).response;
    await sleep(100);
  }
  throw new Error(`no response ${count}: ${agent.stdout.slice(-2000)}${agent.stderr}`);
}

async function anAgent(t: TestContext, ...args: readonly string[]): Promise<AgentProcess> {
  const base = mkdtempSync(join(tmpdir(), 'warder-respond-'));
  const rules = join(base, 'rules.yaml');
  writeFileSync(rules, RULES);
  const responses = join(base, 'responses.yaml');
  writeFileSync(responses, 'responses:\n- {rules: captive, respond: quarantine_process}\n');
  const agent = new AgentProcess({
    args: ['--output', 'json', '--rules', rules, '--responses', responses, ...args],
  });
  t.after(async () => {
    await agent.end('SIGTERM');
    rmSync(base, { recursive: true });
  });
  await agent.armed();
  return agent;
}

/** Processes of a brood that live, by the name that all of them have. */
function alive(name: string): number {
  return readdirSync('/proc').filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return stat.includes(`(${name})`) && !/\) [ZX]/.test(stat);
    } catch {
      return false;
    }
  }).length;
}

/** A tree that grows; what ends it without a response is the test's end. */
function startBrood(t: TestContext, name: string): ChildProcessByStdio<Writable, null, null> {
  const args = broodArguments(name).with(1, BAIT);
  const keeper = spawn(BROOD, args, { stdio: ['pipe', 'ignore', 'ignore'] });
  keeper.stdin.on('error', () => undefined);
  t.after(() => keeper.stdin.end());
  return keeper;
}

function latencies(responses: readonly Response[]): string {
  const sorted = responses.map((each) => each.latency_ns / 1e6).toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.ceil(part * sorted.length) - 1] ?? 0).toFixed(1);
  return (
    `${responses.length} trees, ${responses.reduce((sum, each) => sum + each.processes, 0)} ` +
    `processes: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`
  );
}

interface Way {
  readonly what: string;
  /** Of the tree. */
  readonly name: string;
  readonly outcomes: readonly string[];
  /** Its root opens the bait when it has grown. */
  readonly strikes: boolean;
  readonly isHookNeeded: boolean;
}

async function provoke(t: TestContext, { name, strikes }: Way): Promise<void> {
  const keeper = startBrood(t, name);
  if (!strikes) return;
  while (alive(name) < POPULATION) await sleep(50);
  keeper.stdin.write('o');
}

const WAYS: readonly Way[] = [
  {
    what: 'by what they execute, which the kernel decides',
    ...{ name: 'hit', outcomes: ['killed'], strikes: false, isHookNeeded: false },
  },
  {
    what: 'by a pattern, which the agent decides',
    ...{ name: 'guess', outcomes: ['killed_after'], strikes: false, isHookNeeded: false },
  },
  {
    what: 'by what one of many opens',
    ...{ name: 'grown', outcomes: ['killed_after'], strikes: true, isHookNeeded: true },
  },
];

describe('rules that respond', () => {
  for (const way of WAYS) {
    it(`kill trees, and none beside them: ${way.what}`, async (t) => {
      if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
      if (way.isHookNeeded && !requireCapability(t, 'lsm', capabilityOf('lsm'))) return;
      writeFileSync(BAIT, '');
      const agent = await anAgent(t, '--respond', 'enforce');
      startBrood(t, 'miss');
      while (alive('miss') < 4) await sleep(50);

      for (let run = 1; run <= RUNS; run++) {
        await provoke(t, way);
        const { kind, outcome, reason } = await awaitResponse(agent, run);
        assert.deepStrictEqual([kind, reason], ['kill_tree', undefined]);
        assert.ok(way.outcomes.includes(outcome), outcome);
        assert.equal(alive(way.name), 0, `survivors of run ${run}`);
      }

      assert.ok(alive('miss') >= 2, 'the tree beside them grows on');
      assert.equal(responsesOf(agent).length, RUNS);
      t.diagnostic(latencies(responsesOf(agent)));
    });
  }

  it('say in a dry run whom they would kill, and kill nobody', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const agent = await anAgent(t, '--respond', 'dry-run');

    startBrood(t, 'hit');
    const response = await awaitResponse(agent, 1);

    assert.deepStrictEqual([response.kind, response.dry_run], ['kill_tree', true]);
    assert.ok(response.processes >= 1);
    while (alive('hit') < 4) await sleep(50);
  });

  it('are not carried out unless somebody asks for it', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const agent = await anAgent(t);

    startBrood(t, 'hit');
    await agent.line(/^\{"finding"/);
    while (alive('hit') < 4) await sleep(50);

    assert.deepStrictEqual(responsesOf(agent), []);
  });

  it('hold what they find until it is released', async (t) => {
    if (!requireCapability(t, 'lsm', capabilityOf('lsm'))) return;
    const twin = new Captive();
    t.after(() => twin.close());
    const agent = await anAgent(t, '--respond', 'enforce');
    const captive = new Captive();
    t.after(() => captive.close());

    const { outcome, quarantine = 0 } = await awaitResponse(agent, 1);
    const during = [await captive.try(), await captive.tryInChild(), await twin.try()];
    const { socketPath } = agent;
    const [listed] = JSON.parse(runWarder('quarantine', 'list', '--json', '--socket', socketPath));
    runWarder('quarantine', 'release', String(quarantine), '--socket', socketPath);
    const afterwards = await captive.try();

    assert.equal(outcome, 'denied');
    assert.deepStrictEqual(during, ['held', 'held', 'free']);
    assert.deepStrictEqual([listed.id, listed.rule], [quarantine, 'captive']);
    assert.equal(afterwards, 'free');
  });
});
