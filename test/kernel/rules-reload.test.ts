/** Rules of a running agent that are read again: what is seen, what is kept, what is refused. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findingsOf } from '../support/agent-findings.ts';
import { AgentProcess, refuseWarder, runWarder } from '../support/agent-process.ts';
import { detectorText } from '../support/detector-files.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const WAIT_MS_MAX = 60_000;

/** Reads of one file after rules were read again. */
const READS_AFTER = 20;

/** Time between them. */
const READ_EVERY_MS = 25;

interface Status {
  readonly rules: number;
  readonly reloads: {
    readonly loadedAt: string;
    readonly taken: number;
    readonly refused: number;
    readonly lastRefused?: { readonly reason: string };
  };
  readonly correlations: { readonly groups: number; readonly discarded: number };
}

interface Stage {
  readonly agent: AgentProcess;
  readonly base: string;
  write(name: string, text: string): void;
  remove(name: string): void;
  status(): Promise<Status>;
  /** SIGHUP, and waits for what comes of it. */
  reload(): Promise<Status>;
  untilFound(...titles: readonly string[]): Promise<void>;
  /** Waits until a correlation remembers something. */
  untilGrouped(): Promise<void>;
}

/** A rule about executions with an argument. */
function execRule(title: string, level = 'low'): string {
  return `title: ${title}
name: ${title}
logsource: {category: process_creation, product: linux}
detection: {s: {CommandLine|contains: --${title}}, condition: s}
level: ${level}
`;
}

function openRule(title: string, file: string): string {
  return `title: ${title}
logsource: {category: file.open}
detection: {s: {file.path: ${file}, file.flags: read}, condition: s}
level: low
`;
}

function countRule(times: number): string {
  return `title: several
correlation:
  type: event_count
  rules: [counted]
  group-by: [Image]
  timespan: 1h
  condition: {gte: ${times}}
level: low
`;
}

const COUNTS = detectorText(
  `if (event.value('process.args')?.includes('--counted') !== true) return;
   const n = (state.seen.get('n') ?? 0) + 1; state.seen.set('n', n); if (n === 3) emit();`,
  `fields: ['process.args'], state: { seen: table({ entriesMax: 1 }) },`,
).replaceAll('NAME', 'detector');

/** Runs true with an argument, so many times. */
function deed(argument: string, times = 1): void {
  for (let time = 0; time < times; time += 1) spawnSync('/bin/true', [`--${argument}`]);
}

/** How often each title was found. */
function found(agent: AgentProcess): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { rule } of findingsOf(agent)) counts[rule.title] = (counts[rule.title] ?? 0) + 1;
  return counts;
}

/** An agent with the files that are named, below a directory. */
async function prepare(
  t: TestContext,
  files: (base: string) => Readonly<Record<string, string>>,
): Promise<Stage> {
  const base = mkdtempSync(join(tmpdir(), 'warder-reload-'));
  for (const name of ['rules', 'exceptions', 'detectors']) mkdirSync(join(base, name));
  const write = (name: string, text: string): void => writeFileSync(join(base, name), text);
  const given = files(base);
  for (const [name, text] of Object.entries(given)) write(name, text);
  const option = (name: string): readonly string[] =>
    Object.keys(given).some((file) => file.startsWith(name)) ? [`--${name}`, join(base, name)] : [];
  const named = ['rules', 'exceptions', 'detectors'].flatMap(option);
  const args = ['--output', 'json', '--findings-per-second', 'none', ...named];
  const agent = new AgentProcess({ args });
  t.after(async () => {
    await agent.end('SIGTERM');
    rmSync(base, { recursive: true, force: true });
  });
  await agent.armed();
  const status = async (): Promise<Status> => Object(await agent.ask('/v1/status')).detections;
  return {
    ...{ agent, base, write, status },
    remove: (name) => rmSync(join(base, name)),
    async reload() {
      const { reloads: before } = await status();
      agent.kill('SIGHUP');
      const deadline = Date.now() + WAIT_MS_MAX;
      for (;;) {
        const now = await status();
        const { taken, refused } = now.reloads;
        if (taken + refused > before.taken + before.refused) return now;
        assert.ok(Date.now() < deadline, agent.stderr);
        await sleep(20);
      }
    },
    async untilGrouped() {
      const deadline = Date.now() + WAIT_MS_MAX;
      while ((await status()).correlations.groups === 0) {
        assert.ok(Date.now() < deadline, agent.stderr);
        await sleep(20);
      }
    },
    async untilFound(...titles) {
      const deadline = Date.now() + WAIT_MS_MAX;
      while (!titles.every((title) => found(agent)[title] !== undefined)) {
        assert.ok(Date.now() < deadline, `${titles}: ${agent.stderr}`);
        await sleep(20);
      }
    },
  };
}

describe('rules that are read again', () => {
  it('are those of the files now: new ones find, and those that are gone do not', async (t) => {
    const stage = await prepare(t, () => ({
      'rules/a.yaml': execRule('stays'),
      'rules/b.yaml': execRule('goes'),
    }));
    const { agent } = stage;
    stage.remove('rules/b.yaml');
    stage.write('rules/c.yaml', `${execRule('comes')}---\n${execRule('besides')}`);
    const early = await stage.status();
    const now = await stage.reload();
    for (const argument of ['goes', 'comes', 'stays']) deed(argument);
    await stage.untilFound('comes', 'stays');

    assert.deepStrictEqual(found(agent), { comes: 1, stays: 1 });
    assert.deepStrictEqual([early.rules, now.rules, now.reloads.taken], [2, 3, 1]);
    assert.ok(now.reloads.loadedAt > early.reloads.loadedAt);
    await agent.logged(/rules were read again, and are in force/);
  });

  it('stay as they were when a single file has a mistake, which is told', async (t) => {
    const stage = await prepare(t, () => ({
      'rules/a.yaml': execRule('stays'),
      'exceptions/e.yaml': 'exceptions: []\n',
    }));
    const { agent } = stage;
    stage.write('rules/b.yaml', execRule('comes'));
    stage.write('exceptions/e.yaml', 'exceptions: [{rule: stays, because: no}]\n');
    const now = await stage.reload();
    const answer = refuseWarder('rules', 'reload', '--socket', agent.socketPath);
    for (const argument of ['comes', 'stays']) deed(argument);
    await stage.untilFound('stays');

    assert.deepStrictEqual(found(agent), { stays: 1 });
    assert.deepStrictEqual([now.rules, now.reloads.taken, now.reloads.refused], [1, 0, 1]);
    assert.match(now.reloads.lastRefused?.reason ?? '', /exceptions\/e\.yaml:1:\d+: .*\[RULE_/);
    assert.match(answer, /exceptions\/e\.yaml:1:\d+: error: .*\[RULE_[\s\S]*nothing was changed/);
    const shown = runWarder('status', '--socket', agent.socketPath);
    assert.match(shown, /rules read again and refused\n.*exceptions\/e\.yaml/);
    await agent.logged(/exceptions\/e\.yaml:1:/);

    stage.write('exceptions/e.yaml', 'exceptions: []\n');
    const done = runWarder('rules', 'reload', '--socket', agent.socketPath);
    deed('comes');
    await stage.untilFound('comes');

    assert.match(done, /^2 rules and 0 detectors are in force$/m);
    const { reloads } = await stage.status();
    assert.deepStrictEqual([reloads.taken, reloads.lastRefused], [1, undefined]);
  });

  it('go on counting, unless they have changed, and so do detectors', async (t) => {
    const rules = `${execRule('counted')}---\n${countRule(3)}`;
    const stage = await prepare(t, () => ({
      'rules/a.yaml': rules,
      'detectors/counts.ts': COUNTS,
    }));
    const { agent } = stage;
    deed('counted', 2);
    stage.write('rules/b.yaml', execRule('comes'));
    await stage.untilGrouped();
    await stage.reload();
    deed('counted');
    await stage.untilFound('several', 'A detector');
    deed('counted', 2);
    stage.write('rules/a.yaml', rules.replace('gte: 3', 'gte: 4'));
    await stage.untilGrouped();
    const { correlations } = await stage.reload();
    deed('counted', 2);
    deed('comes');
    await stage.untilFound('comes');

    assert.deepStrictEqual([correlations.groups, correlations.discarded], [0, 1]);
    assert.deepStrictEqual(found(agent), {
      ...{ several: 1, comes: 1, 'A detector': 1 },
    });
  });

  it('see their events without a gap, new ones of new sources, and none of old', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const stage = await prepare(t, (base) => ({
      'rules/a.yaml': openRule('stays', join(base, 'stays')),
      'rules/b.yaml':
        'title: linked\nlogsource: {category: file.symlink}\n' +
        `detection: {s: {file.path: ${join(base, 'link')}}, condition: s}\nlevel: low\n`,
    }));
    const { agent, base } = stage;
    for (const name of ['stays', 'comes']) stage.write(name, '');
    const sources = async (): Promise<readonly string[]> => {
      const all: { name: string }[] = Object(await agent.ask('/v1/policies?all')).policies;
      return all.map(({ name }) => name).toSorted();
    };
    const before = await sources();
    stage.remove('rules/b.yaml');
    stage.write('rules/c.yaml', openRule('comes', join(base, 'comes')));
    const reading = new AbortController();
    const reads = readOn(join(base, 'stays'), reading.signal);
    await stage.reload();
    reading.abort();
    const times = await reads;
    readFileSync(join(base, 'comes'));
    await stage.untilFound('comes');

    assert.deepStrictEqual(before, ['warder:file_open', 'warder:file_symlink']);
    assert.deepStrictEqual(await sources(), ['warder:file_open']);
    assert.deepStrictEqual(found(agent), { stays: times, comes: 1 });
  });
});

/**
 * Reads a file until it is told to stop, and a little longer; gives how often. Not so often that
 * what is found while the agent is busy becomes more than it keeps for who reads its output.
 */
async function readOn(path: string, signal: AbortSignal): Promise<number> {
  let times = 0;
  for (let left = READS_AFTER; left > 0; left -= signal.aborted ? 1 : 0) {
    readFileSync(path);
    times += 1;
    await sleep(READ_EVERY_MS);
  }
  return times;
}
