/** Rules answer: what they find is killed or held by a real agent, and nothing beside it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess, runWarder } from '../support/agent-process.ts';
import { BROOD, broodArguments } from '../support/broods.ts';
import { Captive } from '../support/captives.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const RUNS = Number(process.env['WARDER_RESPONSES'] ?? 5);

const RULES = `
title: Brood
id: brood
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|contains: '/brood hit'}, condition: s}
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
function startBrood(t: TestContext, name: string): void {
  const keeper = spawn(BROOD, broodArguments(name), { stdio: ['pipe', 'ignore', 'ignore'] });
  keeper.stdin.on('error', () => undefined);
  t.after(() => keeper.stdin.end());
}

describe('rules that respond', () => {
  it('kill the trees that they find, and no tree beside them', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const agent = await anAgent(t, '--respond', 'enforce');
    startBrood(t, 'miss');
    while (alive('miss') < 4) await sleep(50);

    for (let run = 1; run <= RUNS; run++) {
      startBrood(t, 'hit');
      const { kind, outcome, reason } = await awaitResponse(agent, run);
      assert.deepStrictEqual([kind, outcome, reason], ['kill_tree', 'killed_after', undefined]);
      assert.equal(alive('hit'), 0, `survivors of run ${run}`);
    }

    assert.ok(alive('miss') >= 2, 'the tree beside them grows on');
    const all = responsesOf(agent);
    assert.equal(all.length, RUNS);
    const sorted = all.map((each) => each.latency_ns / 1e6).toSorted((one, other) => one - other);
    const at = (part: number): string =>
      (sorted[Math.ceil(part * sorted.length) - 1] ?? 0).toFixed(1);
    t.diagnostic(
      `${RUNS} trees, ${all.reduce((sum, { processes }) => sum + processes, 0)} processes: ` +
        `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
    );
  });

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
