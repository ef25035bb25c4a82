/** Opening, specialising and loading BPF objects. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BpfObject } from '../../src/engine/kernel/index.ts';
import { codeOf, failureOf, loadPlayground, openPlayground, words } from './playground.ts';

describe('BpfObject before load', () => {
  it('lists programs and maps of the file', () => {
    using object = openPlayground();

    assert.deepStrictEqual(object.programNames().slice(0, 3), [
      'produce',
      'produce_small',
      'count_calls',
    ]);
    assert.deepStrictEqual([...object.mapNames()].slice(0, 3).sort(), [
      'counters',
      'ring',
      'small_ring',
    ]);
  });

  it('tells a missing file from one that is not an object', () => {
    const folder = mkdtempSync(join(tmpdir(), 'object-'));
    const path = join(folder, 'text.bpf.o');
    writeFileSync(path, 'not an ELF file');

    assert.equal(
      codeOf(() => BpfObject.open(join(folder, 'none.bpf.o'))),
      'ENGINE_OBJECT_MISSING',
    );
    assert.equal(
      codeOf(() => BpfObject.open(path)),
      'ENGINE_OBJECT_CORRUPT',
    );
    assert.equal(
      codeOf(() => BpfObject.open('/dev/null')),
      'ENGINE_OBJECT_CORRUPT',
    );
    assert.equal(
      codeOf(() => BpfObject.open('with\0nul')),
      'ENGINE_ARGUMENT_INVALID',
    );
    rmSync(folder, { recursive: true });
  });

  it('gives a constant the value that was set', () => {
    using object = openPlayground();
    object.setVariable('limits', new Uint8Array(BigUint64Array.of(1n, 1234n).buffer));
    object.load();

    const result = object.program('produce').testRun({ context: words(0, 0, 0, 0) });

    assert.equal(result.returnValue, 1234);
  });

  it('keeps the compiled value of a constant that was not set', () => {
    using object = loadPlayground();

    const result = object.program('produce').testRun({ context: words(0, 0, 0, 0) });

    assert.equal(result.returnValue, 8);
  });

  it('refuses variables that are not there or have another size', () => {
    using object = openPlayground();

    assert.equal(
      codeOf(() => object.setVariable('nothing', words(1))),
      'ENGINE_VARIABLE_MISSING',
    );
    assert.equal(
      codeOf(() => object.setVariable('_license', words(1))),
      'ENGINE_VARIABLE_MISSING',
    );
    assert.equal(
      codeOf(() => object.setVariable('limits', words(1))),
      'ENGINE_VARIABLE_SIZE',
    );
  });

  it('creates a map with the entries that were set', () => {
    using object = openPlayground();
    object.setMapEntries('rows', 77);
    object.load();

    assert.equal(object.map('rows').info.maxEntries, 77);
  });

  it('shares a map with another object', () => {
    using first = loadPlayground();
    using second = openPlayground();
    second.reuseMap('counters', first.map('counters'));
    second.load();

    assert.equal(second.map('counters').info.id, first.map('counters').info.id);
    assert.notEqual(second.map('rows').info.id, first.map('rows').info.id);
  });

  it('refuses to share a map of another shape', () => {
    using first = loadPlayground();
    using second = openPlayground();

    assert.equal(
      codeOf(() => second.reuseMap('counters', first.map('rows'))),
      'ENGINE_MAP_SIZE',
    );
  });

  it('does not create a disabled map', () => {
    using object = openPlayground();
    object.disableMap('queue');
    object.load();

    assert.equal(
      codeOf(() => object.map('queue')),
      'ENGINE_OBJECT_STATE',
    );
    assert.equal(object.map('jumps').name, 'jumps');
  });

  it('refuses names that the object does not have', () => {
    using object = openPlayground();

    assert.equal(
      codeOf(() => object.setMapEntries('none', 1)),
      'ENGINE_MAP_MISSING',
    );
    assert.equal(
      codeOf(() => object.disableMap('none')),
      'ENGINE_MAP_MISSING',
    );
    assert.equal(
      codeOf(() => object.setAutoload('none', true)),
      'ENGINE_PROGRAM_MISSING',
    );
    assert.equal(
      codeOf(() => object.setAttachTarget('none', 'x')),
      'ENGINE_PROGRAM_MISSING',
    );
  });

  it('retargets a BTF program to a tracepoint that exists', () => {
    using object = openPlayground();
    object.setAutoload('retarget', true);
    object.setAttachTarget('retarget', 'sched_process_fork');
    object.load();

    assert.ok(object.program('retarget').attach().id > 0);
  });

  it('refuses a target that the kernel does not have', () => {
    using object = openPlayground();

    const error = failureOf(() => object.setAttachTarget('retarget', 'no_such_tracepoint'));

    assert.equal(error.code, 'ENGINE_TARGET_MISSING');
    assert.equal(error.errno, 3);
  });
});

describe('BpfObject at load', () => {
  it('explains a rejection on one line and keeps the whole verifier log', () => {
    using object = openPlayground();
    object.setAutoload('rejected', true);

    const error = failureOf(() => object.load());

    assert.equal(error.code, 'ENGINE_OBJECT_REJECTED');
    assert.equal(error.errno, 13);
    assert.equal(error.call, 'bpf_object__load');
    assert.match(error.message, /: R0 invalid mem access 'map_value_or_null'$/);
    assert.match(error.log ?? '', /return row->id/);
  });

  it('prints nothing and forgets the log of an earlier failure', () => {
    using object = openPlayground();
    object.setAutoload('rejected', true);
    failureOf(() => object.load());

    assert.equal(failureOf(() => object.map('none')).log, undefined);
  });

  it('leaves out a program that is not loaded automatically', () => {
    using object = loadPlayground();

    assert.equal(
      codeOf(() => object.program('rejected')),
      'ENGINE_PROGRAM_MISSING',
    );
    assert.equal(object.program('count_calls').name, 'count_calls');
  });

  it('refuses settings after load and uses before it', () => {
    using before = openPlayground();
    using after = loadPlayground();
    const late: readonly (() => void)[] = [
      () => after.load(),
      () => after.setVariable('watched_tgid', words(1)),
      () => after.setMapEntries('rows', 1),
      () => after.disableMap('rows'),
      () => after.setAutoload('rejected', true),
      () => after.setAttachTarget('retarget', 'sched_process_fork'),
      () => after.reuseMap('rows', after.map('rows')),
    ];

    assert.equal(
      codeOf(() => before.map('rows')),
      'ENGINE_OBJECT_STATE',
    );
    assert.equal(
      codeOf(() => before.program('produce')),
      'ENGINE_OBJECT_STATE',
    );
    assert.deepStrictEqual(late.map(codeOf), Array(late.length).fill('ENGINE_OBJECT_STATE'));
  });

  it('cannot be loaded again after a rejection', () => {
    using object = openPlayground();
    object.setAutoload('rejected', true);
    failureOf(() => object.load());

    assert.equal(
      codeOf(() => object.load()),
      'ENGINE_OBJECT_STATE',
    );
    assert.equal(
      codeOf(() => object.map('rows')),
      'ENGINE_OBJECT_STATE',
    );
  });
});
