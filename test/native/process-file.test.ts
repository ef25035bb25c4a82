/** Processes by descriptor, with children of the test. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, it } from 'node:test';
import { bootTimeNs, clockOffsetNs, ProcessFile } from '../../src/engine/kernel/index.ts';

function sleeper(): ChildProcess & { readonly pid: number } {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  assert.ok(child.pid !== undefined);
  return Object.assign(child, { pid: child.pid });
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return /pidfd/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  }).length;
}

/** More than any process needs to end. */
const WAIT_MS = 60_000;

describe('ProcessFile', () => {
  it('signals the process that it was opened for, and knows its end', async () => {
    const [child, twin] = [sleeper(), sleeper()];
    using file = ProcessFile.open(child.pid);
    assert.ok(file !== undefined);

    const before = [file.hasEnded, file.awaitEnd(1)];
    const sent = file.signal(15);
    const isOver = file.awaitEnd(WAIT_MS);
    const [, signal] = await once(child, 'exit');

    assert.deepStrictEqual([before, sent], [[false, false], true]);
    assert.deepStrictEqual([isOver, signal], [true, 'SIGTERM']);
    assert.deepStrictEqual([file.hasEnded, file.signal(15)], [true, false]);
    assert.equal(twin.signalCode ?? twin.exitCode, null);
    twin.kill('SIGKILL');
  });

  it('is undefined for a pid that nobody has', async () => {
    const child = sleeper();
    child.kill('SIGKILL');
    await once(child, 'exit');

    assert.equal(ProcessFile.open(child.pid), undefined);
  });

  it('is undefined for the id of a thread that is no process', () => {
    const threads = readdirSync('/proc/self/task').map(Number);
    const others = threads.filter((tid) => tid !== process.pid);
    assert.ok(others.length > 0);

    assert.deepStrictEqual(
      others.map((tid) => ProcessFile.open(tid)),
      others.map(() => undefined),
    );
  });

  it('says what the kernel refuses', () => {
    using file = ProcessFile.open(process.pid);

    assert.throws(() => file?.signal(1000), {
      code: 'ENGINE_PROCESS_FAILED',
      call: 'pidfd_send_signal',
    });
    assert.throws(() => ProcessFile.open(0), { code: 'ENGINE_PROCESS_FAILED', call: 'pidfd_open' });
  });

  it('closes its descriptor, once', () => {
    const before = openFiles();
    const file = ProcessFile.open(process.pid);
    const during = openFiles();
    file?.close();
    file?.close();

    assert.deepStrictEqual([during - before, openFiles() - before], [1, 0]);
    assert.throws(() => file?.hasEnded, { code: 'ENGINE_HANDLE_CLOSED' });
  });
});

describe('bootTimeNs', () => {
  it('is the clock of records', () => {
    const wallMs = Number((bootTimeNs() + clockOffsetNs()) / 1_000_000n);

    assert.ok(Math.abs(wallMs - Date.now()) < 10_000);
  });
});
