/** Rows that user space encodes, as programs of the kernel side find and read them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BpfObject, cpuCount } from '../../src/engine/kernel/index.ts';
import {
  DIMENSIONS_MAX,
  encodeBinaryKey,
  encodeBinaryRow,
  encodeBlockKey,
  encodeDimensionConfig,
  encodeHookConfig,
  encodeLengthRow,
  encodeLossKey,
  encodeNumberKey,
  encodeSelectorRow,
  encodeSelectorSet,
  encodeTextKeyLarge,
  encodeTextKeyMedium,
  encodeTextKeySmall,
  encodeTextKeyTiny,
  SCRATCH_SLOTS_PER_CPU,
  SELECTORS_MAX,
  STRUCT_SIZES,
} from '../../src/engine/records/index.ts';
import { repositoryRoot } from '../support/root.ts';

const OBJECT = join(repositoryRoot(), 'build/bpf/record_roundtrip.bpf.o');

/** As the macros of the same names in record_roundtrip.bpf.c. */
const u64 = (n: number): bigint => 0xf000_0000_0000_0000n + BigInt(n);
const u32 = (n: number): number => 0xe000_0000 + n;
const u16 = (n: number): number => 0xe000 + n;

const words = (...set: readonly bigint[]): { readonly words: readonly bigint[] } => ({
  words: set,
});
const text = (value: string): Uint8Array => Buffer.from(value);

function numberBytes(size: 4 | 8, value: number): Uint8Array {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(value);
  return bytes;
}

function setConfig(object: BpfObject): void {
  const config = encodeHookConfig({
    hookId: 1,
    generation: 2,
    flags: 3,
    argumentCount: 4,
    numberCount: 18,
    dimensionCount: 5,
    factEnd: 6,
    numberEnd: 19,
    wordCount: 7,
    textClasses: 8,
    classCount: 20,
    arguments: Array.from({ length: 8 }, (_, i) => ({
      ...{ index: 10 + i, type: 20 + i, source: 40 + i, stepCount: 50 + i },
      ...{ width: 60 + i, sizeIndex: 70 + i, sizeMax: 75 + i, steps: [u32(80 + i)] },
    })),
    all: words(u64(1), 0n, 0n, 0n, 0n, 0n, 0n, u64(2)),
    posting: words(0n, u64(15)),
    ...{ kernelStack: words(), userStack: words(), fileHash: words() },
    deciding: words(),
    setting: words(),
    signalling: words(),
    overriding: words(),
    limited: words(),
    returning: words(),
    returnPosting: words(),
    ...{ returnSignalling: words(), treeKilling: words(), returnTreeKilling: words() },
    returnSlot: 21,
    ownedSocket: 24,
    ...{ entryCount: 22, entryEnd: 23, isLimited: 1 },
    samePolicy: Array.from({ length: 6 }, (_, step) =>
      step === 5 ? words(0n, 0n, 0n, 0n, 0n, 0n, 0n, u64(16)) : words(),
    ),
  });
  object.setVariable('config', config);
  const dimensions = Buffer.alloc(DIMENSIONS_MAX * STRUCT_SIZES.DIMENSION_CONFIG);
  const dimension = encodeDimensionConfig({
    kind: 9,
    source: 21,
    subject: 10,
    classes: 22,
    ...{ number: u16(11), flags: u16(27) },
    maskBits: u64(12),
    bias: u64(23),
    ...{ start: u32(24), width: u16(25), lengths: u16(26) },
    negated: words(0n, u64(13)),
    unconstrained: words(0n, 0n, 0n, 0n, 0n, 0n, 0n, u64(14)),
  });
  dimensions.set(dimension, STRUCT_SIZES.DIMENSION_CONFIG);
  object.setVariable('dimensions', dimensions);
  const selectors = Buffer.alloc(SELECTORS_MAX * STRUCT_SIZES.SELECTOR_ROW);
  const row = encodeSelectorRow({
    ...{ signal: 9, overrideError: -13, raised: 0n, dropped: 0n, returnSignal: 0 },
    ...{ tracked: 1, untracked: 2, returnTracking: 1, variable: 3, variableValue: u32(27) },
  });
  selectors.set(row, 2 * STRUCT_SIZES.SELECTOR_ROW);
  object.setVariable('selectors', selectors);
}

describe('rows on the wire', () => {
  const object = BpfObject.open(OBJECT);

  before(() => {
    object.setMapEntries('scratches', cpuCount() * SCRATCH_SLOTS_PER_CPU);
    object.setMapEntries('lengths', 2);
    setConfig(object);
    object.load();
  });

  after(() => object.close());

  const seen = (count: number): readonly bigint[] =>
    Array.from({ length: count }, (_, index) => {
      const value = object.map('seen').get(numberBytes(4, index)) ?? new Uint8Array(8);
      return new DataView(value.buffer).getBigInt64(0, true);
    });

  it('hands hook configuration to the kernel as it was encoded', () => {
    object.program('read_config').testRun();

    const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
    assert.deepStrictEqual(
      seen(31),
      [
        ...[1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n],
        ...[10n, 20n, 17n, 27n],
        ...[u64(1), u64(2)],
        ...[9n, 10n, BigInt(u16(11)), u64(12), u64(13), u64(14)],
        ...[u64(15), u64(16), 9n, -13n],
        ...[18n, 19n, 20n, 21n, 22n, u64(23), BigInt(u32(24))],
      ].map(signed),
    );
  });

  it('finds rows under keys that were encoded in user space', () => {
    const row = (n: bigint): Uint8Array => encodeSelectorSet(words(n));
    const name = { dimension: u32(4), length: 6, text: text('medium') };
    object.map('number_rows').set(encodeNumberKey({ dimension: u32(1), value: u64(2) }), row(1n));
    object
      .map('losses')
      .set(
        encodeLossKey({ reason: 1, recordKind: 4, hookId: u32(5), cgroupId: u64(6) }),
        numberBytes(8, 2),
      );
    object
      .map('text_rows_tiny')
      .set(encodeTextKeyTiny({ dimension: u32(9), length: 4, text: text('tiny') }), row(2n));
    object
      .map('text_rows_small')
      .set(encodeTextKeySmall({ dimension: u32(3), length: 5, text: text('small') }), row(3n));
    object.map('text_rows_medium').set(encodeTextKeyMedium(name), row(4n));
    object
      .map('text_rows_large')
      .set(encodeTextKeyLarge({ dimension: u32(5), length: 5, text: text('large') }), row(5n));
    const block = { dimension: u16(6), bits: 66, high: u64(7), low: u64(8) };
    object.map('block_rows').set(encodeBlockKey(block), row(6n));
    object
      .map('lengths')
      .set(numberBytes(4, 1), encodeLengthRow({ length: 9, longer: 10, shorter: 11 }));
    object
      .map('binaries')
      .set(encodeBinaryKey({ path: text('/bin/x') }), encodeBinaryRow({ id: 7, lineage: 9 }));

    object.program('find_rows').testRun();

    assert.deepStrictEqual(seen(12), [1n, 2n, 3n, 4n, 5n, 6n, 7n, 9n, 9n, 10n, 11n, 2n]);
  });
});
