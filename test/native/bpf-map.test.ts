/** Rows of BPF maps of several types. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cpuCount, MAP_SET_FLAGS } from '../../src/engine/kernel/index.ts';
import { codeOf, failureOf, loadPlayground, wordAt, words } from './playground.ts';

const ROW_BYTES = 32;

function row(id: number): Uint8Array {
  const bytes = new Uint8Array(ROW_BYTES);
  bytes.set(words(id));
  return bytes;
}

describe('BpfMap', () => {
  it('describes itself', () => {
    using object = loadPlayground();
    const { id, fd, ...info } = object.map('rows').info;

    assert.ok(id > 0 && fd > 2);
    assert.deepStrictEqual(info, {
      name: 'rows',
      type: 1,
      keySize: 4,
      valueSize: ROW_BYTES,
      maxEntries: 20000,
    });
  });

  it('reads back what was set and nothing else', () => {
    using object = loadPlayground();
    const rows = object.map('rows');

    rows.set(words(7), row(70));

    assert.deepStrictEqual(rows.get(words(7)), row(70));
    assert.equal(rows.get(words(8)), undefined);
  });

  it('creates only new keys and replaces only old ones when asked', () => {
    using object = loadPlayground();
    const rows = object.map('rows');
    rows.set(words(1), row(1), MAP_SET_FLAGS.create);

    const again = failureOf(() => rows.set(words(1), row(2), MAP_SET_FLAGS.create));
    const absent = failureOf(() => rows.set(words(2), row(2), MAP_SET_FLAGS.replace));

    assert.deepStrictEqual([again.code, again.errno], ['ENGINE_MAP_FAILED', 17]);
    assert.deepStrictEqual([absent.code, absent.errno], ['ENGINE_MAP_FAILED', 2]);
  });

  it('deletes a key once', () => {
    using object = loadPlayground();
    const rows = object.map('rows');
    rows.set(words(1), row(1));

    assert.deepStrictEqual([rows.delete(words(1)), rows.delete(words(1))], [true, false]);
  });

  it('lists every row of a hash map larger than one batch', () => {
    using object = loadPlayground();
    const rows = object.map('rows');
    const ids = Array.from({ length: 9000 }, (_, index) => index * 3);
    rows.setBatch(
      ids.map((id) => words(id)),
      ids.map(row),
    );

    const entries = rows.entries();

    assert.deepStrictEqual(
      entries.map(({ key }) => wordAt(key, 0)).sort((a, b) => a - b),
      ids,
    );
    assert.ok(entries.every(({ key, value }) => wordAt(key, 0) === wordAt(value, 0)));
  });

  it('lists an empty map and sets an empty batch', () => {
    using object = loadPlayground();
    const rows = object.map('rows');

    rows.setBatch([], []);

    assert.deepStrictEqual(rows.entries(), []);
  });

  it('reads one value per CPU, each rounded up to 8 bytes', () => {
    using object = loadPlayground();
    const counters = object.map('counters');
    const value = new Uint8Array(cpuCount() * 8).fill(0);
    value.set(words(5), (cpuCount() - 1) * 8);

    counters.set(words(3), value);

    assert.equal(counters.valueBytes, cpuCount() * 8);
    assert.deepStrictEqual(counters.get(words(3)), value);
    assert.equal(counters.entries().length, 4);
  });

  it('lists a longest-prefix map', () => {
    using object = loadPlayground();
    const prefixes = object.map('prefixes');
    prefixes.set(words(8, 0x0a), words(1));
    prefixes.set(words(16, 0x010a), words(2));

    const values = prefixes.entries().map(({ value }) => wordAt(value, 0));

    assert.deepStrictEqual(values.sort(), [1, 2]);
    assert.deepStrictEqual(prefixes.get(words(32, 0x0001010a)), words(2));
    assert.deepStrictEqual(prefixes.get(words(32, 0x0002020a)), words(1));
    assert.equal(prefixes.get(words(32, 0x0000000b)), undefined);
  });

  it('holds programs, and refuses them elsewhere', () => {
    using object = loadPlayground();
    const program = object.program('produce');

    object.map('jumps').setProgram(1, program);

    assert.equal(
      codeOf(() => object.map('rows').setProgram(0, program)),
      'ENGINE_MAP_SIZE',
    );
    assert.equal(
      codeOf(() => object.map('jumps').setProgram(2, program)),
      'ENGINE_MAP_FAILED',
    );
  });

  it('refuses keys and values of another size before the kernel sees them', () => {
    using object = loadPlayground();
    const rows = object.map('rows');
    const counters = object.map('counters');
    const short = new Uint8Array(3);
    const wrong: readonly (() => unknown)[] = [
      () => rows.get(short),
      () => rows.get(words(1, 2)),
      () => rows.getInto(words(1), short),
      () => rows.set(short, row(1)),
      () => rows.set(words(1), short),
      () => rows.delete(new Uint8Array(0)),
      () => rows.setBatch([words(1)], []),
      () => rows.setBatch([words(1), short], [row(1), row(2)]),
      () => rows.setBatch([words(1)], [short]),
      () => counters.set(words(0), words(1)),
    ];

    assert.deepStrictEqual(wrong.map(codeOf), Array(wrong.length).fill('ENGINE_MAP_SIZE'));
    assert.deepStrictEqual(rows.entries(), []);
  });

  it('reports what a map type cannot do', () => {
    using object = loadPlayground();
    const ring = object.map('ring');

    assert.equal(
      codeOf(() => ring.get(new Uint8Array(0))),
      'ENGINE_MAP_FAILED',
    );
    assert.equal(
      codeOf(() => ring.entries()),
      'ENGINE_MAP_FAILED',
    );
    assert.equal(
      codeOf(() => object.map('queue').entries()),
      'ENGINE_MAP_FAILED',
    );
  });

  it('reports a full map with the reason of the kernel', () => {
    using object = loadPlayground();
    const counters = object.map('counters');

    const error = failureOf(() => counters.set(words(4), new Uint8Array(counters.valueBytes)));

    assert.deepStrictEqual(
      [error.code, error.errno, error.call],
      ['ENGINE_MAP_FAILED', 7, 'bpf_map_update_elem'],
    );
  });
});
