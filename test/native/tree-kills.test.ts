/** The thread that ends trees: whom it ends, whom it does not, and when it ends itself. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { BpfObject, ProcessFile } from '../../src/engine/kernel/index.ts';
import type { ProcessTarget } from '../../src/model/response.ts';
import { isAlive, type Kin, startKin, until } from '../support/kin.ts';
import { aRequest, LiveResponder } from '../support/live-responder.ts';
import { fixturePath, words } from './playground.ts';

/** Enough for the thread to have done what it must not do. */
const QUIET_MS = 1500;

let bench: LiveResponder;
let doomer: BpfObject;

beforeEach(() => {
  bench = new LiveResponder();
  doomer = openDoomer();
});

afterEach(() => {
  doomer.close();
  bench.close();
});

/** `flood` is about the system calls of a process. */
function openDoomer(watched = 0): BpfObject {
  const object = BpfObject.open(fixturePath('doom'));
  object.setVariable('watched_tgid', words(watched));
  object.reuseMap('doomed', bench.live.sensor.maps.doomed);
  object.load();
  return object;
}

/** As a hook that has killed it does. */
function doom(target: ProcessTarget): void {
  doomer.program('doom').testRun({ context: rowOf(target) });
}

/** As a hook does with one that has not forked: sets PROCESS_FORKS_DOOMED in its process_state. */
function doomForks(pid: number): void {
  const { processes } = bench.live.sensor.maps;
  using file = ProcessFile.open(pid);
  assert.ok(file !== undefined);
  const state = processes.get(file.key);
  assert.ok(state !== undefined);
  const forks = 16;
  state[forks] = (state[forks] ?? 0) | 2;
  processes.set(file.key, state);
}

/** A doomed_row. */
function rowOf({ tgid, startNs }: ProcessTarget): Uint8Array {
  return words(Number(startNs & 0xffff_ffffn), Number(startNs >> 32n), tgid, 0);
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** The only child of a process, as soon as it has one. */
async function childOf(pid: number): Promise<number> {
  await until(() => childrenOf(pid).length > 0, `${pid} has a child`);
  return childrenOf(pid)[0] ?? -1;
}

/** Has only so many more descriptors meanwhile; who gives them back is there before. */
async function withFiles(count: number, run: () => Promise<void>): Promise<void> {
  const prlimit = `prlimit --pid ${process.pid} --nofile`;
  const restorer = spawn('sh', ['-c', `read -r go; ${prlimit}=4096:`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(restorer, 'exit');
  const open = readdirSync('/proc/self/fd').length;
  execFileSync('sh', ['-c', `${prlimit}=${open + count}:`]);
  try {
    await run();
  } finally {
    restorer.stdin.end('go\n');
    await ended;
  }
}

async function felled({ root, others }: Kin): Promise<void> {
  doom(await bench.target(root));
  await until(() => ![root, ...others].some(isAlive), `${root} and ${others} have ended`);
}

function sleeper(t: TestContext): number {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  return child.pid ?? -1;
}

describe('the thread that ends trees', () => {
  it('ends what descends from a process, orphans too, and not its twin', async (t) => {
    bench.responder.arm();
    const tree = await startKin(t, ['dynasty', '40'], 2);
    const twin = await startKin(t, ['dynasty', '40'], 2);

    await felled(tree);

    assert.deepStrictEqual([twin.root, ...twin.others].map(isAlive), [true, true]);
  });

  it('is not needed for a tree to end', async (t) => {
    const tree = await startKin(t, ['dynasty', '4'], 2);
    const twin = await startKin(t, ['dynasty', '4'], 2);
    const process = await bench.target(tree.root);

    const result = await bench.responder.respond(aRequest({ scope: 'tree', process }));

    assert.equal(result.outcome, 'killed_after');
    assert.ok(![tree.root, ...tree.others].some(isAlive));
    assert.deepStrictEqual([twin.root, ...twin.others].map(isAlive), [true, true]);
  });

  it('ends the tree that the agent names, from when it is armed', async (t) => {
    const tree = await startKin(t, ['dynasty', '4'], 2);
    const twin = await startKin(t, ['dynasty', '4'], 2);
    const target = await bench.target(tree.root);
    bench.sensor.endTree(target);
    bench.responder.arm();
    await pause(QUIET_MS);
    const before = [tree.root, ...tree.others].map(isAlive);

    bench.sensor.endTree(target);
    await until(() => ![tree.root, ...tree.others].some(isAlive), 'the tree has ended');

    assert.deepStrictEqual(before, [true, true]);
    assert.deepStrictEqual([twin.root, ...twin.others].map(isAlive), [true, true]);
  });

  it('ends a process whose first thread has ended before', async (t) => {
    bench.responder.arm();

    await felled(await startKin(t, ['headless'], 2));
  });

  it('ends an orphan whose program another thread than its first one executed', async (t) => {
    bench.responder.arm();
    const kin = await startKin(t, ['usurped'], 2);
    assert.ok(kin.others.every(isAlive));

    await felled(kin);
  });

  it('ends the nearest sixteen generations when their lists are forgotten', async (t) => {
    bench.responder.arm();
    const kin = await startKin(t, ['dynasty', '14'], 2);
    const deep = await startKin(t, ['dynasty', '20'], 2);
    const { forebears } = bench.live.sensor.maps;
    for (const { key } of forebears.entries()) forebears.delete(key);

    await felled(kin);
    assert.ok(deep.others.every(isAlive));
  });

  it('ends what was forked in the moment in which its parent was killed', async (t) => {
    bench.responder.arm();
    const kin = await startKin(t, ['usurper'], 1);
    const late = spawn('sh', ['-c', 'read -r go; sleep 1000 & wait'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    t.after(() => late.kill('SIGKILL'));
    await bench.target(late.pid ?? -1);
    doomForks(late.pid ?? -1);
    late.stdin.write('go\n');
    await until(() => late.signalCode !== null, 'it has ended');

    assert.ok([kin.root, ...kin.others].every(isAlive));
  });

  it('does nothing for who has the pid now', async (t) => {
    bench.responder.arm();
    const { tgid, startNs } = await bench.target(sleeper(t));
    for (const other of [startNs - 1_000_000_000n, startNs + 1_000_000_000n]) {
      doom({ tgid, startNs: other });
    }
    await pause(QUIET_MS);

    assert.ok(isAlive(tgid));
  });

  it('does nothing about what was said before anybody listened', async (t) => {
    const [before, after] = [await bench.target(sleeper(t)), await bench.target(sleeper(t))];
    doom(before);
    bench.responder.arm();
    doom(after);
    await until(() => !isAlive(after.tgid), 'who is doomed has ended');
    await pause(QUIET_MS);

    assert.ok(isAlive(before.tgid));
  });

  it('spares the trees of the agent and of whom it descends from', async (t) => {
    bench.responder.arm();
    const child = sleeper(t);
    for (const pid of [process.pid, process.ppid]) doom(await bench.target(pid));
    doom({ tgid: 1, startNs: 0n });
    await pause(QUIET_MS);

    assert.ok(isAlive(child));
  });

  it('ends more processes than the agent may have files', async (t) => {
    bench.responder.arm();
    const kin = await startKin(t, ['brood', '600'], 1);
    const target = await bench.target(kin.root);
    await until(() => childrenOf(kin.root).length === 600, 'all are there');
    const children = childrenOf(kin.root);
    t.after(() => {
      for (const pid of children.filter(isAlive)) process.kill(pid, 'SIGKILL');
    });
    await withFiles(4, async () => {
      doom(target);
      await until(() => !children.some(isAlive), 'all have ended');
    });
  });

  it('closes while processes are doomed without end', async (t) => {
    bench.responder.arm();
    // On two CPUs where there are, as the thread has one of them to itself.
    const cpus = [0, 1].slice(0, availableParallelism());
    const sources = cpus.map((cpu) => {
      const command = ['-c', String(cpu), 'timeout', '10', 'dd'];
      const files = ['if=/dev/zero', 'of=/dev/null', 'bs=1'];
      // Without what is preloaded to look for errors of memory, which dd does not outlive.
      const env = { PATH: process.env['PATH'] };
      return spawn('taskset', [...command, ...files], { stdio: 'ignore', env });
    });
    t.after(() => {
      for (const source of sources) source.kill('SIGTERM');
    });
    const pids = await Promise.all(sources.map(({ pid }) => childOf(pid ?? -1)));
    const floods = pids.map((pid) => openDoomer(pid));
    for (const flood of floods) flood.program('flood').attach();
    await pause(QUIET_MS);

    bench.close();
    const goOn = pids.map(isAlive);
    for (const flood of floods) flood.close();

    assert.ok(goOn.every((isSo) => isSo));
  });
});
