/** Strings are decoded by their bytes, whatever those are. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StringTable } from '../../../../src/engine/records/string-table.ts';

const decode = (table: StringTable, bytes: Uint8Array): string =>
  table.decode(bytes, 0, bytes.length);

describe('string table', () => {
  it('decodes a window of the batch', () => {
    const batch = Buffer.from('xx/bin/lsxx');

    assert.equal(new StringTable().decode(batch, 2, 7), '/bin/ls');
  });

  it('keeps a string when its batch is reused', () => {
    const table = new StringTable();
    const batch = Buffer.from('first');
    const first = decode(table, batch);
    batch.write('other');

    assert.deepStrictEqual([first, decode(table, batch)], ['first', 'other']);
    batch.write('first');
    assert.equal(decode(table, batch), 'first');
  });

  it('tells strings apart that share a slot', () => {
    const table = new StringTable();
    const names = Array.from({ length: 20_000 }, (_, i) => `/usr/lib/file-${i}`);
    for (let round = 0; round < 2; round++) {
      for (const name of names) assert.equal(decode(table, Buffer.from(name)), name);
    }
  });

  it('decodes strings that are too long to keep', () => {
    const name = `/${'é'.repeat(2000)}`;

    assert.equal(decode(new StringTable(), Buffer.from(name)), name);
  });

  it('puts U+FFFD for bytes that are not UTF-8', () => {
    assert.equal(decode(new StringTable(), Buffer.from([0x61, 0xff, 0x62])), 'a\ufffdb');
  });

  it('has the empty string for no bytes, wherever they are', () => {
    assert.equal(new StringTable().decode(new Uint8Array(0), 500, 0), '');
  });
});
