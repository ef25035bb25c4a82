/** What the base sensor says about executed files and arguments of every kind, on a real kernel. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { flagsOf, LiveSensor } from '../support/live-sensor.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';

const TRIGGERS = join(repositoryRoot(), 'build/triggers');
const TRIGGER = join(TRIGGERS, 'trigger');
const TINY = join(TRIGGERS, 'tiny');
const NOBODY = 65_534;
const OVERLAYFS_MAGIC = 0x794c_7630;

describe('base sensor on executed files', () => {
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

  it('marks a set-user-id program that took effect, and not one that did not', async () => {
    const path = join(directory, 'setuid');
    copyFileSync(TINY, path);
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o4755);
    const changed = await live.run(path);
    chmodSync(path, 0o755);
    const same = await live.run(path);

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
    const { execs } = await live.run(TRIGGER, ['memfd', TINY]);

    const program = execs[1]?.process;
    assert.deepStrictEqual(flagsOf(program), ['exec', 'cwdRoot', 'memfd', 'unlinked']);
    assert.equal(program?.executable.path, '/memfd:payload');
    assert.match(program?.binary ?? '', /^\/dev\/fd\/\d+$/);
  });

  it('marks a program whose file is gone', async () => {
    const path = join(directory, 'gone');
    copyFileSync(TINY, path);
    chmodSync(path, 0o755);

    const { execs } = await live.run(TRIGGER, ['deleted', path]);

    // The file was written just now: on an overlay that is the upper layer.
    const isOverlay = statfsSync(directory).type === OVERLAYFS_MAGIC;
    assert.deepStrictEqual(flagsOf(execs[1]?.process), [
      ...['exec', 'cwdRoot', 'unlinked'],
      ...(isOverlay ? ['upperLayer'] : []),
    ]);
    assert.equal(execs[1]?.process.executable.path, path);
  });

  it('marks a program that was added to an image, and not one that came with it', async (test) => {
    const isKnown = readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n');
    const overlay = { available: isKnown, detail: 'listed in /proc/filesystems or not' };
    if (!requireCapability(test, 'overlayfs', overlay)) return;
    const mount = join(directory, 'overlay');
    mkdirSync(mount);
    const script = [
      `mount -t tmpfs none ${mount} && cd ${mount} && mkdir lower upper work merged`,
      `cp ${TINY} lower/old`,
      'mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work none merged',
      `cp ${TINY} merged/new && merged/old && merged/new`,
    ];

    await live.run('unshare', ['-m', 'sh', '-c', script.join(' && ')]);

    const marks = live.events
      .filter((event) => event.kind === 'process_exec' && event.process.binary.startsWith(mount))
      .map((event) => [event.process.binary, event.process.flags.upperLayer]);
    assert.deepStrictEqual(marks, [
      [join(mount, 'merged/old'), false],
      [join(mount, 'merged/new'), true],
    ]);
  });

  it('names both a script and its interpreter', async () => {
    const path = join(directory, 'script');
    writeFileSync(path, `#!${TINY} -x\n`, { mode: 0o755 });

    const { execs } = await live.run('./script', ['argument'], directory);

    const [event] = execs;
    assert.deepStrictEqual(
      [event?.process.binary, event?.process.interpreter, event?.process.argv],
      [path, TINY, [TINY, '-x', './script', 'argument']],
    );
  });

  it('keeps 40 KiB of arguments whole', async () => {
    const argument = 'x'.repeat(40 * 1024);

    const { execs } = await live.run(TINY, [argument, 'last']);

    assert.deepStrictEqual(execs[0]?.process.argv, [TINY, argument, 'last']);
    assert.equal(execs[0]?.process.flags.argsTruncated, false);
  });

  it('cuts 200 KiB of arguments and says so', async () => {
    const argument = 'y'.repeat(100 * 1024);

    const { execs } = await live.run(TINY, [argument, argument]);

    assert.equal(execs[0]?.process.flags.argsTruncated, true);
    assert.equal(execs[0]?.process.argv.join(' ').length, 48 * 1024);
  });

  it('reports arguments that are not UTF-8', async () => {
    await live.run('/bin/sh', ['-c', `${TINY} "$(printf 'a\\377b')" end`]);

    const event = live.events.find((found) => found.process.binary === TINY);
    assert.deepStrictEqual(event?.process.argv, [TINY, 'a\ufffdb', 'end']);
  });

  it('names files as a process in a chroot sees them', async () => {
    const root = join(directory, 'root');
    mkdirSync(join(root, 'bin'), { recursive: true });
    copyFileSync(TINY, join(root, 'bin/tiny'));
    chmodSync(join(root, 'bin/tiny'), 0o755);

    const { execs } = await live.run(TRIGGER, ['chroot', root, '/bin/tiny']);

    const program = execs[1]?.process;
    assert.deepStrictEqual(
      [program?.binary, program?.executable.path, program?.cwd, program?.flags.cwdRoot],
      ['/bin/tiny', '/bin/tiny', '/', true],
    );
  });

  it('names a directory on another mount', async () => {
    const mount = join(directory, 'mount');
    mkdirSync(mount);
    const below = join(mount, 'a/b');
    const enter = `mkdir -p ${below} && cd ${below} && exec ${TINY}`;
    const script = `mount -t tmpfs none ${mount} && ${enter}`;

    const { execs } = await live.run('unshare', ['-m', 'sh', '-c', script]);

    assert.equal(execs.at(-1)?.process.binary, TINY);
    assert.equal(execs.at(-1)?.process.cwd, join(mount, 'a/b'));
  });
});
