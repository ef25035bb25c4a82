/** Rows: what is encoded comes back, and what does not fit is a bug of the caller. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  decodeHookCountersRow,
  decodeLossKey,
  encodeBinaryKey,
  encodeLossKey,
  encodeSelectorRow,
  encodeSelectorSet,
} from '../../../../src/engine/records/index.ts';
import { RowReader, RowWriter } from '../../../../src/engine/records/row.ts';
import { InvariantError } from '../../../../src/model/errors.ts';

describe('map rows', () => {
  it('reads back a key that it wrote', () => {
    const key = { reason: 1, recordKind: 4, hookId: 0xffff_ffff, cgroupId: 2n ** 64n - 1n };

    assert.deepStrictEqual(decodeLossKey(encodeLossKey(key)), key);
  });

  it('reads counters from a window of a larger buffer', () => {
    const bytes = new Uint8Array(64);
    new BigUint64Array(bytes.buffer).set([0n, 1n, 2n, 3n, 4n, 5n, 6n, 0n]);

    assert.deepStrictEqual(decodeHookCountersRow(bytes.subarray(8, 56)), {
      runs: 1n,
      matched: 2n,
      posted: 3n,
      signalled: 4n,
      overridden: 5n,
      set: 6n,
    });
  });

  it('pads text with NUL and short lists with zero', () => {
    const key = encodeBinaryKey({ path: Buffer.from('/bin/x') });
    assert.deepStrictEqual(Buffer.from(key), Buffer.from('/bin/x'.padEnd(256, '\0')));

    const set = new BigUint64Array(encodeSelectorSet({ words: [1n, 2n] }).buffer);
    assert.deepStrictEqual([...set], [1n, 2n, 0n, 0n, 0n, 0n, 0n, 0n]);
  });

  const none = { raised: 0n, dropped: 0n, returnSignal: 0, tracked: 0, untracked: 0 };
  const still = { returnTracking: 0, variable: 0, variableValue: 0 };
  const row = { signal: 9, overrideError: -1, ...none, ...still };
  const misfits: readonly (readonly [string, () => unknown])[] = [
    ['a number above its field', () => encodeSelectorRow({ ...row, signal: 2 ** 32 })],
    ['a negative number in an unsigned field', () => encodeSelectorRow({ ...row, signal: -1 })],
    ['a fraction', () => encodeSelectorRow({ ...row, signal: 0.5 })],
    ['no number', () => encodeSelectorRow({ ...row, overrideError: Number.NaN })],
    ['a bigint of 65 bits', () => encodeSelectorSet({ words: [2n ** 64n] })],
    ['a negative bigint', () => encodeSelectorSet({ words: [-1n] })],
    ['too many elements', () => encodeSelectorSet({ words: new Array<bigint>(9).fill(0n) })],
    ['text that is too long', () => encodeBinaryKey({ path: new Uint8Array(257) })],
    ['a row of another size', () => decodeLossKey(new Uint8Array(23))],
  ];

  for (const [what, act] of misfits) {
    it(`refuses ${what}`, () => {
      assert.throws(act, InvariantError);
    });
  }

  it('takes what just fits', () => {
    const most = { signal: 2 ** 32 - 1, overrideError: -(2 ** 31), raised: 2n ** 64n - 1n };
    encodeSelectorRow({ ...row, ...most, tracked: 255 });
    encodeSelectorSet({ words: new Array<bigint>(8).fill(2n ** 64n - 1n) });
    encodeBinaryKey({ path: new Uint8Array(256) });
  });

  it('reads every kind of field as it was written', () => {
    const writer = new RowWriter('test', 32);
    writer.u8(0, 200);
    writer.u16(2, 60_000);
    writer.u32(4, 4_000_000_000);
    writer.s32(8, -5);
    writer.u64(16, 2n ** 63n);
    writer.s64(24, -6n);
    writer.bytes(12, 4, Buffer.from('abc'));

    const reader = new RowReader('test', writer.written, 32);
    assert.deepStrictEqual(
      [reader.u8(0), reader.u16(2), reader.u32(4), reader.s32(8), reader.u64(16), reader.s64(24)],
      [200, 60_000, 4_000_000_000, -5, 2n ** 63n, -6n],
    );
    assert.equal(Buffer.from(reader.bytes(12, 4)).toString(), 'abc\0');
    assert.deepStrictEqual(
      reader.array(0, { length: 4, bytes: 1 }, (at) => reader.u8(at)),
      [200, 0, 96, 234],
    );
  });
});
