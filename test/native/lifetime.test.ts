/** What is closed stays closed, and nothing is left behind. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Btf } from '../../src/engine/btf/index.ts';
import { BpfObject, enableStats, RingReader } from '../../src/engine/kernel/index.ts';
import { codeOf, fixturePath, loadPlayground, words } from './playground.ts';

const CYCLES = 1000;

const openFileCount = (): number => readdirSync('/proc/self/fd').length;

/** Closing a worker frees its descriptors on another thread, shortly after it is gone. */
async function waitForFileCount(wanted: number): Promise<number> {
  for (let attempt = 0; attempt < 100 && openFileCount() !== wanted; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return openFileCount();
}

function cycle(path: string): void {
  using object = BpfObject.open(path);
  object.load();
  object.program('nothing').attach();
  object.map('cells').set(words(0), words(1, 2));
}

describe('lifetimes', () => {
  it(`leave no descriptor behind in ${CYCLES} loads and unloads`, () => {
    const path = fixturePath('minimal');
    cycle(path);
    const before = openFileCount();

    for (let index = 0; index < CYCLES; index++) cycle(path);

    assert.equal(openFileCount(), before);
  });

  it('leave no descriptor behind when opening, loading or attaching fails', () => {
    const fail = (): void => {
      using object = BpfObject.open(fixturePath('playground'));
      object.setAutoload('rejected', true);
      codeOf(() => object.load());
      codeOf(() => object.map('rows'));
      using good = loadPlayground();
      codeOf(() => good.program('count_calls').attachKprobe('no_such_function'));
      codeOf(() => new RingReader([{ map: good.map('rows') }], { onWake: () => undefined }));
      codeOf(() => BpfObject.open('/dev/null'));
      codeOf(() => Btf.ofFile('/dev/null'));
    };
    fail();
    const before = openFileCount();

    for (let index = 0; index < 10; index++) fail();

    assert.equal(openFileCount(), before);
  });

  it('end with the object: its maps, programs and links are closed', () => {
    const object = loadPlayground();
    const map = object.map('rows');
    const program = object.program('count_calls');
    const link = program.attach();
    object.close();
    const uses: readonly (() => unknown)[] = [
      () => object.programNames(),
      () => object.map('counters'),
      () => object.load(),
      () => map.get(words(1)),
      () => map.set(words(1), new Uint8Array(32)),
      () => map.delete(words(1)),
      () => map.entries(),
      () => map.setBatch([], []),
      () => map.pin('/none'),
      () => program.id,
      () => program.attach(),
      () => program.testRun(),
      () => program.stats(),
      () => program.runIterator(),
      () => link.id,
      () => link.pin('/none'),
    ];

    assert.deepStrictEqual(uses.map(codeOf), Array(uses.length).fill('ENGINE_HANDLE_CLOSED'));
  });

  it('end once: closing again does nothing', () => {
    const object = loadPlayground();
    const reader = new RingReader([{ map: object.map('ring') }], { onWake: () => undefined });
    const btf = Btf.ofFile(object.path);
    const parts = [
      reader,
      btf,
      enableStats(),
      object.program('count_calls').attach(),
      object.program('count_calls'),
      object.map('rows'),
      object,
    ];

    for (const part of [...parts, ...parts]) part.close();

    assert.equal(
      codeOf(() => reader.fill(0)),
      'ENGINE_HANDLE_CLOSED',
    );
    assert.equal(
      codeOf(() => reader.pending()),
      'ENGINE_HANDLE_CLOSED',
    );
    assert.equal(
      codeOf(() => btf.find('row', 'struct')),
      'ENGINE_HANDLE_CLOSED',
    );
  });

  it('end with the thread: a stopped worker leaves nothing open', async () => {
    const before = openFileCount();

    for (let index = 0; index < 10; index++) {
      const worker = new Worker(new URL('./reader-worker.js', import.meta.url));
      const names = await new Promise((resolve) => worker.once('message', resolve));
      assert.deepStrictEqual(names, ['nothing']);
      await worker.terminate();
    }

    assert.equal(await waitForFileCount(before), before);
  });
});
