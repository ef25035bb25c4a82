/** Programs: attached, run, measured; links; pins. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  BpfLink,
  BpfMap,
  type BpfObject,
  BpfProgram,
  enableStats,
} from '../../src/engine/kernel/index.ts';
import { codeOf, failureOf, loadPlayground, openPlayground, wordAt, words } from './playground.ts';

/** Calls counted by count_calls on all CPUs while `run` runs. */
function callsDuring(object: BpfObject, run: () => void): number {
  const counters = object.map('counters');
  const read = (): number => {
    const value = counters.get(words(0)) ?? new Uint8Array(0);
    let sum = 0;
    for (let offset = 0; offset < value.length; offset += 8) sum += wordAt(value, offset);
    return sum;
  };
  const before = read();
  run();
  return read() - before;
}

function loadWatching(tgid: number): BpfObject {
  const object = openPlayground();
  object.setVariable('watched_tgid', words(tgid));
  object.load();
  return object;
}

const makeCalls = (): void => {
  for (let index = 0; index < 50; index++) existsSync('/');
};

describe('BpfProgram', () => {
  it('runs while its link is open and not after', () => {
    using object = loadWatching(process.pid);
    const link = object.program('count_calls').attach();

    const attached = callsDuring(object, makeCalls);
    link.close();
    const detached = callsDuring(object, makeCalls);

    assert.ok(attached >= 50, `${attached} calls`);
    assert.equal(detached, 0);
  });

  it('does not count another process', () => {
    using object = loadWatching(0x7ffffff0);
    object.program('count_calls').attach();

    assert.equal(callsDuring(object, makeCalls), 0);
  });

  it('writes results into the context of a test run and leaves the input alone', () => {
    using object = loadPlayground();
    const context = words(10, 7, 0, 0);

    const result = object.program('produce').testRun({ context });

    assert.deepStrictEqual(result, {
      returnValue: 8,
      context: words(10, 7, 0, 10),
      data: new Uint8Array(0),
      durationNs: 0,
    });
    assert.deepStrictEqual(context, words(10, 7, 0, 0));
  });

  it('reports a test run that the program type does not know', () => {
    using object = loadPlayground();

    const error = failureOf(() => object.program('produce').testRun({ repeat: 3 }));

    assert.deepStrictEqual(
      [error.code, error.errno, error.call],
      ['ENGINE_PROGRAM_FAILED', 22, 'bpf_prog_test_run_opts'],
    );
  });

  it('counts runs while statistics are on', () => {
    using object = loadWatching(process.pid);
    const program = object.program('count_calls');
    program.attach();
    const stats = enableStats();
    makeCalls();
    stats.close();

    const { runCount, runTimeNs, jitedBytes, verifiedInstructions } = program.stats();

    assert.ok(runCount >= 50 && runTimeNs > 0);
    assert.ok(jitedBytes > 0 && verifiedInstructions > 0);
  });

  it('reads an iterator to its end', () => {
    using object = openPlayground();
    object.setAutoload('list_maps', true);
    object.load();

    const text = Buffer.from(object.program('list_maps').runIterator()).toString();

    assert.match(text, /^(map\n)+$/);
    assert.ok(text.length >= object.mapNames().length * 4 - 4);
  });

  it('refuses to iterate with a program that is no iterator', () => {
    using object = loadPlayground();

    assert.equal(
      codeOf(() => object.program('count_calls').runIterator()),
      'ENGINE_PROGRAM_FAILED',
    );
  });

  it('reports a kprobe that cannot be attached', () => {
    using object = loadPlayground();

    const error = failureOf(() => object.program('count_calls').attachKprobe('no_such_function'));

    assert.equal(error.code, 'ENGINE_ATTACH_FAILED');
    assert.ok((error.errno ?? 0) > 0);
    assert.match(error.message, /no_such_function/);
  });
});

/** A bpf file system of our own: the machine's may be absent, and is not ours to fill. */
function withPins(run: (path: (name: string) => string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'pins-'));
  execFileSync('mount', ['-t', 'bpf', 'bpf', folder]);
  try {
    run((name) => join(folder, name));
  } finally {
    execFileSync('umount', [folder]);
    rmdirSync(folder);
  }
}

describe('pins', () => {
  it('keep a program attached and a map filled after the object is closed', () => {
    withPins((path) => {
      const object = loadWatching(process.pid);
      object.program('count_calls').attach().pin(path('link'));
      object.program('count_calls').pin(path('program'));
      object.map('counters').pin(path('counters'));
      object.close();

      using counters = BpfMap.openPinned(path('counters'));
      using program = BpfProgram.openPinned(path('program'));
      using link = BpfLink.openPinned(path('link'));
      const before = counters.get(words(0));
      makeCalls();

      assert.notDeepStrictEqual(counters.get(words(0)), before);
      assert.equal(program.name, 'count_calls');
      assert.ok(link.id > 0);
      assert.equal(
        codeOf(() => program.attach()),
        'ENGINE_OBJECT_STATE',
      );
    });
  });

  it('are removed by unpin', () => {
    withPins((path) => {
      using object = loadPlayground();
      object.map('rows').pin(path('rows'));
      object.map('rows').unpin(path('rows'));

      assert.equal(
        codeOf(() => BpfMap.openPinned(path('rows'))),
        'ENGINE_MAP_MISSING',
      );
      assert.equal(
        codeOf(() => object.map('rows').unpin(path('rows'))),
        'ENGINE_MAP_FAILED',
      );
    });
  });

  it('are refused outside a bpf file system and missing ones are told apart', () => {
    using object = loadPlayground();

    assert.equal(
      codeOf(() => object.map('rows').pin('/tmp/rows')),
      'ENGINE_MAP_FAILED',
    );
    assert.equal(
      codeOf(() => object.program('produce').pin('/tmp/x')),
      'ENGINE_PROGRAM_FAILED',
    );
    assert.equal(
      codeOf(() => BpfProgram.openPinned('/no/pin')),
      'ENGINE_PROGRAM_MISSING',
    );
    assert.equal(
      codeOf(() => BpfLink.openPinned('/no/pin')),
      'ENGINE_LINK_MISSING',
    );
  });
});
