/** Policies that kill trees: all that descends from a process, and nothing when they do not ask. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { AgentProcess } from '../support/agent-process.ts';
import { requireCapability } from '../support/require-capability.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const WAIT_MS_MAX = 60_000;

/** More generations than a process knows by itself, and than one list of forebears holds. */
const GENERATIONS = 40;

/**
 * Shells that end as soon as they have a child, down to a sleep; the first one opens a file when it
 * is told to, and goes on.
 */
const SCRIPT = `
f() { if [ "$1" -gt 0 ]; then ( f $(($1 - 1)) "$2" & ); else exec sleep "$2"; fi; }
f ${GENERATIONS} "$1"
sleep "$1" &
read -r told
: < "$2"
read -r told
`;

interface Tree {
  readonly root: ChildProcess;
  /** The text by which its sleeps are known. */
  readonly seconds: string;
}

/** Processes that sleep for so long. */
function sleepers(seconds: string): readonly number[] {
  const pids = readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  });
  return pids.map(Number);
}

async function until(isSo: () => boolean, agent: AgentProcess): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!isSo()) {
    assert.ok(Date.now() < deadline, agent.stderr);
    await pause(50);
  }
}

function grow(t: TestContext, seconds: string, bait: string): Tree {
  const root = spawn('sh', ['-c', SCRIPT, 'sh', seconds, bait], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  root.stdin.on('error', () => undefined);
  t.after(() => root.kill('SIGKILL'));
  return { root, seconds };
}

/** Kills whoever opens the files, one of them with its tree. */
function policyOf(tree: string, alone: string): string {
  const selector = (file: string, more: string): string => `
      - matchArgs: [{index: 0, operator: Equal, values: [${file}]}]
        matchActions: [{action: Sigkill${more}}]`;
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: fell}
spec:
  lsmhooks:
    - hook: file_open
      args: [{index: 0, type: file}]
      selectors:${selector(tree, ', killTree: true')}${selector(alone, '')}
`;
}

describe('policies that kill trees', () => {
  it('kill orphans of forty generations, and nobody when they do not ask for it', async (t) => {
    if (!requireCapability(t, 'lsm', capabilityOf('lsm'))) return;
    const base = mkdtempSync(join(tmpdir(), 'warder-kill-tree-'));
    t.after(() => rmSync(base, { recursive: true }));
    const [policy, tree, alone] = ['policy.yaml', 'tree', 'alone'].map((name) => join(base, name));
    for (const bait of [tree, alone]) writeFileSync(bait ?? '', '');
    writeFileSync(policy ?? '', policyOf(tree ?? '', alone ?? ''));
    const agent = new AgentProcess({ args: ['--policy', policy ?? ''] });
    t.after(() => agent.end('SIGTERM'));
    await agent.armed();
    const felled = grow(t, '98761', tree ?? '');
    const topped = grow(t, '98762', alone ?? '');
    const bystander = grow(t, '98763', tree ?? '');
    const trees = [felled, topped, bystander];
    t.after(() => {
      for (const { seconds } of trees) end(sleepers(seconds));
    });
    await until(() => trees.every(({ seconds }) => sleepers(seconds).length === 2), agent);

    for (const { root } of [felled, topped]) root.stdin?.write('go\n');
    await until(() => [felled, topped].every(({ root }) => root.signalCode !== null), agent);
    await until(() => sleepers(felled.seconds).length === 0, agent);

    assert.equal(sleepers(topped.seconds).length, 2);
    assert.equal(sleepers(bystander.seconds).length, 2);
    assert.equal(bystander.root.signalCode, null);
  });
});

/** Signals whoever opens a file. */
function signalOf(name: string, file: string, action: string): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  lsmhooks:
    - hook: file_open
      args: [{index: 0, type: file}]
      selectors:
      - matchArgs: [{index: 0, operator: Equal, values: [${file}]}]
        matchActions: [{action: ${action}}]
`;
}

describe('policies that signal at one hook', () => {
  it('kill when one of them does, whichever comes first', async (t) => {
    if (!requireCapability(t, 'lsm', capabilityOf('lsm'))) return;
    const base = mkdtempSync(join(tmpdir(), 'warder-signals-'));
    t.after(() => rmSync(base, { recursive: true }));
    const [policy, both, one] = [join(base, 'p.yaml'), join(base, 'both'), join(base, 'one')];
    for (const bait of [both, one]) writeFileSync(bait, '');
    const policies = [
      signalOf('a', both, 'Signal, argSig: 10'),
      signalOf('b', both, 'Sigkill'),
      signalOf('c', both, 'Signal, argSig: 10'),
      signalOf('d', one, 'Signal, argSig: 10'),
    ];
    writeFileSync(policy, policies.join('---'));
    const agent = new AgentProcess({ args: ['--policy', policy] });
    t.after(() => agent.end('SIGTERM'));
    await agent.armed();

    const signals = [both, one].map((file) => spawnSync('sh', ['-c', ': < "$1"', 'sh', file]));

    assert.deepStrictEqual(
      signals.map(({ signal }) => signal),
      ['SIGKILL', 'SIGUSR1'],
    );
  });
});

function end(pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}
