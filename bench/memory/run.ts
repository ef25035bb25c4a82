/** What the agent takes in memory: idle, and after a million events. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../test/support/root.ts';
import { checkBudgets, print, printTable, round } from '../report.ts';
import { AgentProcess, type MemoryUse } from './agent-process.ts';

const ROOT = repositoryRoot();

/** Two events each: they fill the process table and all that hangs on it. */
const PROCESSES = 50_000;
const HOOK_CALLS = 900_000;
const EVENTS = 2 * PROCESSES + HOOK_CALLS;
/**
 * Below what one core can print while another makes the calls, so that the rings do not run over.
 */
const HOOK_CALLS_PER_SECOND = 40_000;

const IDLE_MS = 3000;
const SETTLE_MS = 5000;
/** Other programs may keep the agent busy; a second with fewer events than this is a quiet one. */
const QUIET_EVENTS_MAX = 500;
const QUIET_WAIT_S_MAX = 15;
const IDLE_MIB_MAX = 90;
const GROWTH_MIB_MAX = 20;

const runFile = promisify(execFile);

/** Where the memory was, and how many events had been made by then. */
interface Sample extends MemoryUse {
  readonly moment: string;
  readonly events: number;
  readonly lost: number;
}

/** Starts an agent, makes a million events, prints a table; true when within the budgets. */
export async function runMemoryBench(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'warder-bench-memory-'));
  try {
    const generator = join(directory, 'calls');
    copyFileSync(join(ROOT, 'build/bench-hooks/calls'), generator);
    const policy = join(directory, 'policy.yaml');
    writeFileSync(policy, policyText(generator));
    const quickstart = join(ROOT, 'policies/examples/quickstart');
    const agent = await AgentProcess.start(directory, [quickstart, policy]);
    try {
      return report(await measure(agent, generator), agent);
    } finally {
      await agent.stop();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Reports every call of the generator, and of no other program. */
function policyText(generator: string): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: bench-memory}
spec:
  kprobes:
  - call: sys_openat
    args: [{index: 1, type: string}, {index: 2, type: int}]
    selectors: [{matchBinaries: [{operator: In, values: [${generator}]}]}]
`;
}

async function measure(agent: AgentProcess, generator: string): Promise<readonly Sample[]> {
  const inForce = await agent.policies();
  if (!inForce.some(({ name, state }) => name === 'bench-memory' && state === 'enabled')) {
    throw new Error('the policy of the benchmark is not in force');
  }
  await setTimeout(IDLE_MS);
  const samples = [await sample(agent, 'idle')];
  const triggers = join(ROOT, 'build/triggers');
  await runFile(join(triggers, 'storm'), [String(PROCESSES), join(triggers, 'tiny')]);
  samples.push(await sample(agent, 'after the processes'));
  const limits = [String(HOOK_CALLS), String(HOOK_CALLS_PER_SECOND)];
  await runFile(generator, [...limits, 'var/lib/service/data.bin', '2']);
  samples.push(await sample(agent, 'after the calls'));
  await waitForQuiet(agent);
  await setTimeout(SETTLE_MS);
  const settled = await sample(agent, 'settled');
  // The memory of an agent that did nothing would be within any budget.
  if (settled.events + settled.lost < EVENTS) {
    throw new Error(`${settled.events} events and ${settled.lost} losses of ${EVENTS}`);
  }
  return [...samples, settled];
}

async function waitForQuiet(agent: AgentProcess): Promise<void> {
  let { published } = await agent.stats();
  for (let second = 0; second < QUIET_WAIT_S_MAX; second++) {
    await setTimeout(1000);
    const before = published;
    ({ published } = await agent.stats());
    if (published - before < QUIET_EVENTS_MAX) return;
  }
}

async function sample(agent: AgentProcess, moment: string): Promise<Sample> {
  const { published, lost } = await agent.stats();
  const lostRecords = lost.reduce((sum, { count }) => sum + count, 0);
  return { moment, events: published, lost: lostRecords, ...agent.memory() };
}

function report(samples: readonly Sample[], agent: AgentProcess): boolean {
  print(`memory: ${round(PROCESSES)} processes, then ${round(HOOK_CALLS)} calls of a hook`);
  printTable(
    ['', 'RSS MiB', 'anonymous MiB', 'events', 'lost records'],
    samples.map(({ moment, rss, anonymous, events, lost }) => [
      moment,
      round(rss, 1),
      round(anonymous, 1),
      round(events),
      round(lost),
    ]),
  );
  print(`${round(agent.outputBytes / 2 ** 20)} MiB of event lines were read`);
  const idle = samples[0];
  const settled = samples.at(-1);
  const growth = (settled?.rss ?? Number.NaN) - (idle?.rss ?? Number.NaN);
  const unit = 'MiB';
  return checkBudgets([
    {
      name: 'idle',
      value: idle?.rss ?? Number.NaN,
      relation: 'at most',
      limit: IDLE_MIB_MAX,
      unit,
    },
    { name: 'growth', value: growth, relation: 'at most', limit: GROWTH_MIB_MAX, unit },
  ]);
}
