/** What a pass over the tasks lists: threads, of which processes are told. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readMarked } from '../../../../src/engine/response/marked-rows.ts';

/** A marked_row. */
function rowOf(tgid: number, tid: number, name: string): Uint8Array {
  const row = Buffer.alloc(32);
  row.writeBigUInt64LE(BigInt(tgid) * 10n, 0);
  row.writeUInt32LE(tgid, 8);
  row.writeUInt32LE(tid, 12);
  row.write(name, 16);
  return row;
}

describe('readMarked', () => {
  it('tells of a process once, however many threads it has', () => {
    const rows = [rowOf(7, 7, 'one'), rowOf(8, 8, 'exactly-sixteen!'), rowOf(7, 9, 'one')];

    assert.deepStrictEqual(readMarked(Buffer.concat(rows)), [
      { tgid: 7, startNs: 70n, name: 'one' },
      { tgid: 8, startNs: 80n, name: 'exactly-sixteen!' },
    ]);
  });

  it('tells of nobody when there is nobody', () => {
    assert.deepStrictEqual(readMarked(new Uint8Array(0)), []);
  });
});
