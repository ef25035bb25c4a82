/** What the kernel kills for rules is what they mean, and nobody who only looks like it. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../support/agent-process.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

/** Bytes of a command line that the kernel compares. */
const COMPARED = 32_768;

/** Longer than anything here runs. */
const TIMEOUT_MS = 120_000;

function rule(title: string, detection: string): string {
  return `title: ${title}
id: ${title}
logsource: {category: process_creation, product: linux}
detection: ${detection}
level: high
respond: kill_process
`;
}

const RULES = [
  rule('named', '{s: {Image|endswith: /guarded}, condition: s}'),
  rule(
    'denied',
    '{s: {CommandLine|contains: --denied}, ' +
      'f: {Image|endswith|cased: /fine}, condition: s and not f}',
  ),
  rule('ended', '{s: {CommandLine|endswith: " --last"}, condition: s}'),
].join('---\n');

interface Stage {
  readonly agent: AgentProcess;
  readonly base: string;
  /** What comes of it: `SIGKILL`, or its status. */
  run(file: string, args?: readonly string[], cwd?: string): string | number | null;
  /** Outcomes of responses, once there are so many. */
  outcomes(count: number): Promise<readonly string[]>;
}

function endOf({ signal, status, error }: SpawnSyncReturns<string>): string | number | null {
  if (error !== undefined) throw error;
  return signal ?? status;
}

async function prepare(t: TestContext): Promise<Stage> {
  const base = mkdtempSync(join(tmpdir(), 'warder-kills-'));
  writeFileSync(join(base, 'rules.yaml'), RULES);
  mkdirSync(join(base, 'links'));
  copyFileSync('/bin/sh', join(base, 'guarded'));
  copyFileSync('/bin/sh', join(base, 'other'));
  symlinkSync('../other', join(base, 'links/guarded'));
  symlinkSync('../guarded', join(base, 'links/fine'));
  const script = { mode: 0o755 };
  writeFileSync(join(base, 'script'), `#!${base}/guarded\nexit 3\n`, script);
  const args = ['--output', 'json', '--rules', join(base, 'rules.yaml'), '--respond', 'enforce'];
  const agent = new AgentProcess({ args });
  t.after(async () => {
    await agent.end('SIGTERM');
    rmSync(base, { recursive: true });
  });
  await agent.armed();
  return {
    ...{ agent, base },
    run: (file, given = [], cwd = base) => {
      const options = { cwd, encoding: 'utf8', timeout: TIMEOUT_MS } as const;
      return endOf(spawnSync(file, given, options));
    },
    outcomes: async (count) => {
      for (;;) {
        const lines = agent.stdout.split('\n').slice(0, -1);
        const found = lines.filter((line) => line.startsWith('{"response"'));
        if (found.length >= count) return found.map((line) => JSON.parse(line).response.outcome);
        await sleep(50);
      }
    },
  };
}

describe('kills that the kernel decides', () => {
  it('are of what was executed by that name, not of what runs it or a link leads to', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const { base, run, outcomes } = await prepare(t);
    const at = (name: string): string => join(base, name);

    assert.equal(run(at('other'), ['-c', 'exit 2']), 2);
    assert.equal(run(at('script')), 3);
    assert.equal(run(at('links/fine'), ['-c', 'exit 4']), 4);
    assert.equal(run(at('guarded'), ['-c', 'exit 2']), 'SIGKILL');
    assert.equal(run('./guarded', ['-c', 'exit 2']), 'SIGKILL');
    assert.equal(run(at('links/guarded'), ['-c', 'exit 2']), 'SIGKILL');

    assert.deepStrictEqual(await outcomes(3), ['killed', 'killed', 'killed']);
  });

  it('spare those whose name a rule spares, and nobody else', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const { base, run, outcomes } = await prepare(t);

    assert.equal(run(join(base, 'links/fine'), ['-c', 'exit 4', '--denied']), 4);
    assert.equal(run(join(base, 'other'), ['-c', 'kill -STOP $$', '--denied']), 'SIGKILL');

    assert.deepStrictEqual(await outcomes(1), ['killed']);
  });

  it('are not of command lines that only begin as a rule says they end', async (t) => {
    if (!requireCapability(t, 'tp_btf', capabilityOf('tp_btf'))) return;
    const { base, run } = await prepare(t);
    const other = join(base, 'other');
    const before = `${other} -c exit 5  --last`.length;
    const filler = 'x'.repeat(COMPARED - before);

    assert.equal(run(other, ['-c', 'exit 5', filler, '--last', 'more']), 5);
    assert.equal(run(other, ['-c', 'kill -STOP $$', filler, '--last']), 'SIGKILL');
  });
});
