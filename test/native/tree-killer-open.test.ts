/** A thread that ends trees is not started with the maps of something else, nor twice closed. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { BpfObject, TreeKiller, type TreeKillerOptions } from '../../src/engine/kernel/index.ts';
import { until } from '../support/kin.ts';
import { repositoryRoot } from '../support/root.ts';
import { codeOf, fixturePath, loadPlayground } from './playground.ts';

let base: BpfObject;
let responses: BpfObject;
let playground: BpfObject;

before(() => {
  base = BpfObject.open(fixturePath('doom'));
  base.load();
  playground = loadPlayground();
  responses = BpfObject.open(join(repositoryRoot(), 'build/bpf/response.bpf.o'));
  for (const name of ['response_fork', 'response_alloc', 'response_call', 'response_doom']) {
    responses.setAutoload(name, false);
  }
  responses.load();
});

after(() => {
  for (const object of [base, responses, playground]) object.close();
});

function options(changes: Partial<TreeKillerOptions> = {}): TreeKillerOptions {
  return {
    ...{ doomed: base.map('doomed'), mark: responses.program('response_mark') },
    ...{ targets: responses.map('targets'), marking: responses.map('marking') },
    ...{ verdicts: responses.map('verdicts'), id: 1, spared: [], ...changes },
  };
}

const openFileCount = (): number => readdirSync('/proc/self/fd').length;
const threadCount = (): number => readdirSync('/proc/self/task').length;

/** A thread that was waited for is listed for a moment longer. */
async function restingThreads(): Promise<number> {
  await setTimeout(200);
  return threadCount();
}

describe('TreeKiller', () => {
  it('is closed once, and leaves neither a thread nor a descriptor', async () => {
    new TreeKiller(options()).close();
    const threads = await restingThreads();
    const files = openFileCount();
    const killer = new TreeKiller(options());
    const during = threadCount();
    killer.close();
    killer.close();

    assert.deepStrictEqual([during, openFileCount()], [threads + 1, files]);
    assert.equal(await restingThreads(), threads);
  });

  it('says what is not what it should be, and leaves nothing behind', async () => {
    const cells = playground.map('rows');
    const wrong: readonly (readonly [Partial<TreeKillerOptions>, string])[] = [
      [{ doomed: cells }, 'ENGINE_RING_FAILED'],
      [{ targets: cells }, 'ENGINE_ARGUMENT_INVALID'],
      [{ marking: cells }, 'ENGINE_ARGUMENT_INVALID'],
      [{ verdicts: cells }, 'ENGINE_ARGUMENT_INVALID'],
      [{ mark: playground.program('produce') }, 'ENGINE_PROGRAM_FAILED'],
    ];
    const open = (): readonly string[] =>
      wrong.map(([changes]) => codeOf(() => new TreeKiller(options(changes)).close()));
    open();
    const threads = await restingThreads();
    const files = openFileCount();

    assert.deepStrictEqual(
      open(),
      wrong.map(([, code]) => code),
    );
    assert.deepStrictEqual([openFileCount(), await restingThreads()], [files, threads]);
  });

  it('ends with the worker that it is of', async () => {
    const threads = await restingThreads();
    const worker = new Worker(new URL('./tree-killer-worker.js', import.meta.url));
    const during = await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();

    assert.equal(during, 'open');
    await until(() => threadCount() <= threads, 'its threads have ended');
  });
});
