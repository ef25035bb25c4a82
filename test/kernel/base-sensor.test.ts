/** What the base sensor says about processes that are started for it, on a real kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Process, ProcessExecEvent } from '../../src/model/event.ts';
import { LiveSensor } from '../support/live-sensor.ts';
import { repositoryRoot } from '../support/root.ts';

const TRIGGERS = join(repositoryRoot(), 'build/triggers');
const TRIGGER = join(TRIGGERS, 'trigger');
const TINY = join(TRIGGERS, 'tiny');
const NOBODY = 65_534;

interface Run {
  readonly pid: number;
  readonly execs: readonly ProcessExecEvent[];
}

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

  /** Runs a program to its end and returns its exec events. */
  const run = async (program: string, args: readonly string[] = [], cwd = '/'): Promise<Run> => {
    const { pid, error } = spawnSync(program, args, { cwd, stdio: 'ignore' });
    if (error !== undefined) throw error;
    await live.settle();
    return { pid, execs: live.execsOf(pid) };
  };

  const flagsOf = (process: Process | undefined): readonly string[] =>
    Object.entries(process?.flags ?? {}).flatMap(([name, isSet]) => (isSet ? [name] : []));

  it('reports binary, arguments, directory, parent and credentials of an exec', async () => {
    const { pid, execs } = await run('/bin/cat', ['/dev/null'], directory);

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

  it('reports exit status and signal', async () => {
    const exited = await run('/bin/sh', ['-c', 'exit 3']);
    const killed = await run('/bin/sh', ['-c', 'kill -9 $$']);

    const endOf = ({ pid }: Run): unknown =>
      live.exitsOf(pid).map(({ status, signal }) => ({ status, signal }));
    assert.deepStrictEqual(endOf(exited), [{ status: 3, signal: 0 }]);
    assert.deepStrictEqual(endOf(killed), [{ status: 0, signal: 9 }]);
  });

  it('sees one process where there are many threads', async () => {
    const { pid, execs } = await run(TRIGGER, ['threads']);

    assert.equal(execs.length, 1);
    assert.equal(live.exitsOf(pid).length, 1);
  });

  it('reports one exit when all threads leave at once', async () => {
    for (let round = 0; round < 50; round++) {
      const { pid } = await run(TRIGGER, ['exit-race']);
      assert.equal(live.exitsOf(pid).length, 1);
    }
  });

  it('sees a child of posix_spawn under its parent', async () => {
    const { pid, execs } = await run(TRIGGER, ['spawn', TINY]);

    const child = live.events.find(
      (event) => event.kind === 'process_exec' && event.process.binary === TINY,
    );
    assert.equal(child?.parent?.tgid, pid);
    assert.equal(child?.process.parentExecId, execs[0]?.process.execId);
  });

  it('marks an exec that a thread other than the leader called', async () => {
    const { pid, execs } = await run(TRIGGER, ['thread-exec', TINY]);

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
    const { execs } = await run(TRIGGER, ['exec', TRIGGER, 'exec', TINY]);

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

  it('marks a set-user-id program that took effect, and not one that did not', async () => {
    const path = join(directory, 'setuid');
    copyFileSync(TINY, path);
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o4755);
    const changed = await run(path);
    chmodSync(path, 0o755);
    const same = await run(path);

    const [event] = changed.execs;
    assert.deepStrictEqual(
      [
        event?.process.credentials.uid,
        event?.process.credentials.euid,
        event?.process.flags.setuid,
      ],
      [0, NOBODY, true],
    );
    assert.equal(same.execs[0]?.process.flags.setuid, false);
  });

  it('marks a program that runs from memory', async () => {
    const { execs } = await run(TRIGGER, ['memfd', TINY]);

    const program = execs[1]?.process;
    assert.deepStrictEqual(flagsOf(program), ['exec', 'cwdRoot', 'memfd', 'unlinked']);
    assert.equal(program?.executable.path, '/memfd:payload');
    assert.match(program?.binary ?? '', /^\/dev\/fd\/\d+$/);
  });

  it('marks a program whose file is gone', async () => {
    const path = join(directory, 'gone');
    copyFileSync(TINY, path);
    chmodSync(path, 0o755);

    const { execs } = await run(TRIGGER, ['deleted', path]);

    assert.deepStrictEqual(flagsOf(execs[1]?.process), ['exec', 'cwdRoot', 'unlinked']);
    assert.equal(execs[1]?.process.executable.path, path);
  });

  it('names both a script and its interpreter', async () => {
    const path = join(directory, 'script');
    writeFileSync(path, `#!${TINY} -x\n`, { mode: 0o755 });

    const { execs } = await run('./script', ['argument'], directory);

    const [event] = execs;
    assert.deepStrictEqual(
      [event?.process.binary, event?.process.interpreter, event?.process.argv],
      [path, TINY, [TINY, '-x', './script', 'argument']],
    );
  });

  it('keeps 40 KiB of arguments whole', async () => {
    const argument = 'x'.repeat(40 * 1024);

    const { execs } = await run(TINY, [argument, 'last']);

    assert.deepStrictEqual(execs[0]?.process.argv, [TINY, argument, 'last']);
    assert.equal(execs[0]?.process.flags.argsTruncated, false);
  });

  it('cuts 200 KiB of arguments and says so', async () => {
    const argument = 'y'.repeat(100 * 1024);

    const { execs } = await run(TINY, [argument, argument]);

    assert.equal(execs[0]?.process.flags.argsTruncated, true);
    assert.equal(execs[0]?.process.argv.join(' ').length, 48 * 1024);
  });

  it('reports arguments that are not UTF-8', async () => {
    await run('/bin/sh', ['-c', `${TINY} "$(printf 'a\\377b')" end`]);

    const event = live.events.find((found) => found.process.binary === TINY);
    assert.deepStrictEqual(event?.process.argv, [TINY, 'a\ufffdb', 'end']);
  });

  it('names files as a process in a chroot sees them', async () => {
    const root = join(directory, 'root');
    mkdirSync(join(root, 'bin'), { recursive: true });
    copyFileSync(TINY, join(root, 'bin/tiny'));
    chmodSync(join(root, 'bin/tiny'), 0o755);

    const { execs } = await run(TRIGGER, ['chroot', root, '/bin/tiny']);

    const program = execs[1]?.process;
    assert.deepStrictEqual(
      [program?.binary, program?.executable.path, program?.cwd, program?.flags.cwdRoot],
      ['/bin/tiny', '/bin/tiny', '/', true],
    );
  });

  it('names a directory on another mount', async () => {
    const mount = join(directory, 'mount');
    mkdirSync(mount);
    const script = `mount -t tmpfs none ${mount} && mkdir -p ${mount}/a/b && cd ${mount}/a/b && exec ${TINY}`;

    const { execs } = await run('unshare', ['-m', 'sh', '-c', script]);

    assert.equal(execs.at(-1)?.process.binary, TINY);
    assert.equal(execs.at(-1)?.process.cwd, join(mount, 'a/b'));
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
    await run(TINY);

    assert.equal(live.missing(), 0);
    assert.equal(live.ringFull(), 0);
  });

  it('leaves nothing attached when it is closed', async () => {
    const before = bpfHandles();

    const other = new LiveSensor();
    const during = bpfHandles();
    other.close();
    other.close();
    await run(TINY);

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
