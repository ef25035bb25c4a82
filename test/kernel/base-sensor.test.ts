/** What the base sensor says about processes that are started for it, on a real kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { flagsOf, LiveSensor, type Run } from '../support/live-sensor.ts';
import { repositoryRoot } from '../support/root.ts';

const TRIGGERS = join(repositoryRoot(), 'build/triggers');
const TRIGGER = join(TRIGGERS, 'trigger');
const TINY = join(TRIGGERS, 'tiny');

describe('base sensor', () => {
  let live: LiveSensor;
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'warder-base-'));
    live = new LiveSensor();
  });

  beforeEach(() => {
    live.events.length = 0;
  });

  after(() => {
    live.close();
    rmSync(directory, { recursive: true });
  });

  it('reports binary, arguments, directory, parent and credentials of an exec', async () => {
    const { pid, execs } = await live.run('/bin/cat', ['/dev/null'], directory);

    const [event] = execs;
    const file = statSync('/bin/cat', { bigint: true });
    assert.equal(execs.length, 1);
    assert.deepStrictEqual(
      {
        binary: event?.process.binary,
        argv: event?.process.argv,
        cwd: event?.process.cwd,
        inode: event?.process.executable.inode,
        mode: event?.process.executable.mode,
        interpreter: event?.process.interpreter,
        uid: event?.process.credentials.uid,
        capEffective: (event?.process.credentials.capEffective ?? 0n) > 0n,
        namespacePid: (event?.process.namespacePid ?? 0) > 0,
        parent: event?.parent?.tgid,
        parentExecId: event?.process.parentExecId === event?.parent?.execId,
        tid: event?.tid,
        flags: flagsOf(event?.process),
      },
      {
        binary: '/bin/cat',
        argv: ['/bin/cat', '/dev/null'],
        cwd: directory,
        inode: file.ino,
        mode: Number(file.mode),
        interpreter: '',
        uid: 0,
        capEffective: true,
        namespacePid: true,
        parent: process.pid,
        parentExecId: true,
        tid: pid,
        flags: ['clone', 'exec', ...(directory === '/' ? ['cwdRoot'] : [])],
      },
    );
  });

  it('reports the terminal of who has one', async () => {
    await live.run('/usr/bin/script', ['-qec', '/bin/cat /dev/null', '/dev/null']);
    const { execs } = await live.run('/bin/cat', ['/dev/null']);

    const cats = live.events.flatMap((event) =>
      event.kind === 'process_exec' && event.process.binary === '/bin/cat'
        ? [event.process.tty]
        : [],
    );
    // Numbers of terminals that programs make begin with 136.
    assert.deepStrictEqual(
      cats.map((tty) => tty >> 8),
      [136, 0],
    );
    assert.equal(execs[0]?.process.tty, 0);
  });

  it('reports exit status and signal', async () => {
    const exited = await live.run('/bin/sh', ['-c', 'exit 3']);
    const killed = await live.run('/bin/sh', ['-c', 'kill -9 $$']);

    const endOf = ({ pid }: Run): unknown =>
      live.exitsOf(pid).map(({ status, signal }) => ({ status, signal }));
    assert.deepStrictEqual(endOf(exited), [{ status: 3, signal: 0 }]);
    assert.deepStrictEqual(endOf(killed), [{ status: 0, signal: 9 }]);
  });

  it('sees one process where there are many threads', async () => {
    const { pid, execs } = await live.run(TRIGGER, ['threads']);

    assert.equal(execs.length, 1);
    assert.equal(live.exitsOf(pid).length, 1);
  });

  it('reports one exit when all threads leave at once', async () => {
    for (let round = 0; round < 50; round++) {
      const { pid } = await live.run(TRIGGER, ['exit-race']);
      assert.equal(live.exitsOf(pid).length, 1);
    }
  });

  it('sees a child of posix_spawn under its parent', async () => {
    const { pid, execs } = await live.run(TRIGGER, ['spawn', TINY]);

    const child = live.events.find(
      (event) => event.kind === 'process_exec' && event.process.binary === TINY,
    );
    assert.equal(child?.parent?.tgid, pid);
    assert.equal(child?.process.parentExecId, execs[0]?.process.execId);
  });

  it('marks an exec that a thread other than the leader called', async () => {
    const { pid, execs } = await live.run(TRIGGER, ['thread-exec', TINY]);

    assert.deepStrictEqual(
      execs.map((event) => [event.process.binary, flagsOf(event.process)]),
      [
        [TRIGGER, ['clone', 'exec', 'cwdRoot']],
        [TINY, ['exec', 'cwdRoot', 'nonLeader']],
      ],
    );
    assert.equal(live.exitsOf(pid).length, 1);
  });

  it('tells a second exec of a process from its first', async () => {
    const { execs } = await live.run(TRIGGER, ['exec', TRIGGER, 'exec', TINY]);

    assert.deepStrictEqual(
      execs.map((event) => [event.process.argv, event.process.flags.clone]),
      [
        [[TRIGGER, 'exec', TRIGGER, 'exec', TINY], true],
        [[TRIGGER, 'exec', TINY], false],
        [[TINY], false],
      ],
    );
    assert.equal(new Set(execs.map((event) => event.process.execId)).size, 3);
    assert.equal(new Set(execs.map((event) => event.process.parentExecId)).size, 1);
  });

  it('knows processes that were there before, and their parents', () => {
    const self = live.processes.lookup(process.pid, seedStart(live, process.pid));

    assert.deepStrictEqual(
      [self.process.tgid, self.process.argv[0], self.process.cwd, self.process.flags.seeded],
      [process.pid, process.argv0, process.cwd(), true],
    );
    assert.equal(self.parent?.tgid, process.ppid);
    const { rejected, seeded } = live.pipeline.counts();
    assert.deepStrictEqual(rejected, {});
    assert.ok(seeded > 1);
  });

  it('accounts for every sequence number', async () => {
    const other = new LiveSensor();
    for (let i = 0; i < 20; i++) spawnSync(TINY);
    await other.stop();

    const { received, decoded } = other.pipeline.counts();
    assert.deepStrictEqual([other.missing(), other.ringFull()], [0, 0]);
    assert.ok(received >= 60);
    assert.equal(received, decoded);
    assert.equal(received, other.sensor.counters().records);
    other.close();
  });

  it('leaves nothing attached when it is closed', async () => {
    const before = bpfHandles();

    const other = new LiveSensor();
    const during = bpfHandles();
    other.close();
    other.close();
    await live.run(TINY);

    assert.ok(during > before);
    assert.equal(bpfHandles(), before);
    assert.deepStrictEqual(other.events, []);
  });
});

/** Programs, maps and links this process holds. */
function bpfHandles(): number {
  return readdirSync('/proc/self/fd').filter((fd) => /bpf/.test(linkOf(fd))).length;
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // The descriptor of the listing itself is gone by now.
    return '';
  }
}

/** Key of a seeded process, from an event of a child of it. */
function seedStart(live: LiveSensor, tgid: number): bigint {
  spawnSync(TINY);
  live.pipeline.wake();
  const child = live.events.find((event) => event.parent?.tgid === tgid);
  return child?.parent?.startNs ?? 0n;
}
