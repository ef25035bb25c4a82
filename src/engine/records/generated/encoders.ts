/** Rows of the kernel's maps and variables. Generated from the BTF of the kernel side. */
import { RowReader, RowWriter } from '../row.ts';

/** One selector_set: 64 bytes. */
export interface SelectorSet {
  /** At most 8; the rest is zero. */
  readonly words: readonly bigint[];
}

/** One selector_row: 40 bytes. */
export interface SelectorRow {
  readonly overrideError: number;
  readonly signal: number;
  readonly returnSignal: number;
  readonly tracked: number;
  readonly untracked: number;
  readonly returnTracking: number;
  readonly variable: number;
  readonly variableValue: number;
  readonly raised: bigint;
  readonly dropped: bigint;
}

/** One rate_row: 16 bytes. */
export interface RateRow {
  readonly selector: bigint;
  readonly intervalMs: number;
  readonly scope: number;
  readonly arguments: number;
}

/** One dimension_config: 160 bytes. */
export interface DimensionConfig {
  readonly kind: number;
  readonly source: number;
  readonly subject: number;
  readonly classes: number;
  readonly number: number;
  readonly flags: number;
  readonly maskBits: bigint;
  readonly bias: bigint;
  readonly start: number;
  readonly width: number;
  readonly lengths: number;
  readonly negated: SelectorSet;
  readonly unconstrained: SelectorSet;
}

/** One argument_config: 48 bytes. */
export interface ArgumentConfig {
  readonly index: number;
  readonly type: number;
  readonly source: number;
  readonly stepCount: number;
  readonly width: number;
  readonly sizeIndex: number;
  readonly sizeMax: number;
  /** At most 10; the rest is zero. */
  readonly steps: readonly number[];
}

/** One hook_config: 2304 bytes. */
export interface HookConfig {
  readonly hookId: number;
  readonly generation: number;
  readonly flags: number;
  readonly wordCount: number;
  readonly argumentCount: number;
  readonly numberCount: number;
  readonly entryCount: number;
  readonly dimensionCount: number;
  readonly factEnd: number;
  readonly numberEnd: number;
  readonly entryEnd: number;
  readonly textClasses: number;
  readonly classCount: number;
  readonly isLimited: number;
  readonly returnSlot: number;
  readonly ownedSocket: number;
  /** At most 16; the rest is zero. */
  readonly arguments: readonly ArgumentConfig[];
  readonly all: SelectorSet;
  readonly posting: SelectorSet;
  readonly signalling: SelectorSet;
  readonly killing: SelectorSet;
  readonly killingTrees: SelectorSet;
  readonly overriding: SelectorSet;
  readonly limited: SelectorSet;
  readonly deciding: SelectorSet;
  readonly setting: SelectorSet;
  readonly returning: SelectorSet;
  readonly returnPosting: SelectorSet;
  readonly returnSignalling: SelectorSet;
  readonly returnKilling: SelectorSet;
  readonly returnKillingTrees: SelectorSet;
  readonly kernelStack: SelectorSet;
  readonly userStack: SelectorSet;
  readonly fileHash: SelectorSet;
  /** At most 6; the rest is zero. */
  readonly samePolicy: readonly SelectorSet[];
}

/** One field_config: 8 bytes. */
export interface FieldConfig {
  readonly offset: number;
  readonly size: number;
  readonly kind: number;
}

/** One usdt_argument_config: 16 bytes. */
export interface UsdtArgumentConfig {
  readonly displacement: bigint;
  readonly registerOffset: number;
  readonly indexOffset: number;
  readonly scale: number;
  readonly source: number;
  readonly size: number;
  readonly isSigned: number;
}

/** One usdt_location_config: 96 bytes. */
export interface UsdtLocationConfig {
  /** At most 6; the rest is zero. */
  readonly arguments: readonly UsdtArgumentConfig[];
}

/** One number_key: 16 bytes. */
export interface NumberKey {
  readonly dimension: number;
  readonly value: bigint;
}

/** One text_key_tiny: 40 bytes. */
export interface TextKeyTiny {
  readonly dimension: number;
  readonly length: number;
  /** At most 32 bytes; the rest is NUL. */
  readonly text: Uint8Array;
}

/** One text_key_small: 72 bytes. */
export interface TextKeySmall {
  readonly dimension: number;
  readonly length: number;
  /** At most 64 bytes; the rest is NUL. */
  readonly text: Uint8Array;
}

/** One text_key_medium: 264 bytes. */
export interface TextKeyMedium {
  readonly dimension: number;
  readonly length: number;
  /** At most 256 bytes; the rest is NUL. */
  readonly text: Uint8Array;
}

/** One text_key_large: 4104 bytes. */
export interface TextKeyLarge {
  readonly dimension: number;
  readonly length: number;
  /** At most 4096 bytes; the rest is NUL. */
  readonly text: Uint8Array;
}

/** One block_key: 24 bytes. */
export interface BlockKey {
  readonly dimension: number;
  readonly bits: number;
  readonly high: bigint;
  readonly low: bigint;
}

/** One length_row: 8 bytes. */
export interface LengthRow {
  readonly length: number;
  readonly longer: number;
  readonly shorter: number;
}

/** One binary_key: 256 bytes. */
export interface BinaryKey {
  /** At most 256 bytes; the rest is NUL. */
  readonly path: Uint8Array;
}

/** One binary_row: 8 bytes. */
export interface BinaryRow {
  readonly id: number;
  readonly lineage: number;
}

/** One workload_row: 32 bytes. */
export interface WorkloadRow {
  /** At most 4; the rest is zero. */
  readonly scopes: readonly bigint[];
}

/** One loss_key: 24 bytes. */
export interface LossKey {
  readonly reason: number;
  readonly recordKind: number;
  readonly hookId: number;
  readonly cgroupId: bigint;
}

/** One response_row: 24 bytes. */
export interface ResponseRow {
  readonly kind: number;
  readonly denied: bigint;
  readonly lastNs: bigint;
}

/** One marking_row: 32 bytes. */
export interface MarkingRow {
  readonly id: number;
  readonly scope: number;
  readonly sparedTgid: number;
  readonly marked: number;
  readonly refused: number;
  readonly failed: number;
  readonly cgroupId: bigint;
}

/** One doomed_row: 16 bytes. */
export interface DoomedRow {
  readonly startNs: bigint;
  readonly tgid: number;
}

/** One hook_counters_row: 48 bytes. */
export interface HookCountersRow {
  readonly runs: bigint;
  readonly matched: bigint;
  readonly posted: bigint;
  readonly signalled: bigint;
  readonly overridden: bigint;
  readonly set: bigint;
}

/** One selector_counters_row: 40 bytes. */
export interface SelectorCountersRow {
  readonly enforced: bigint;
  readonly monitored: bigint;
  readonly returned: bigint;
  readonly returnMonitored: bigint;
  readonly lastNs: bigint;
}

/** One marked_row: 32 bytes. */
export interface MarkedRow {
  readonly startNs: bigint;
  readonly tgid: number;
  readonly tid: number;
  /** At most 16; the rest is zero. */
  readonly name: readonly number[];
}

function writeSelectorSet(row: RowWriter, at: number, value: SelectorSet): void {
  row.array(at, { length: 8, bytes: 8, values: value.words }, (place, element) => {
    row.u64(place, element);
  });
}

function writeSelectorRow(row: RowWriter, at: number, value: SelectorRow): void {
  row.s32(at, value.overrideError);
  row.u32(at + 4, value.signal);
  row.u32(at + 8, value.returnSignal);
  row.u8(at + 12, value.tracked);
  row.u8(at + 13, value.untracked);
  row.u8(at + 14, value.returnTracking);
  row.u8(at + 15, value.variable);
  row.u32(at + 16, value.variableValue);
  row.u64(at + 24, value.raised);
  row.u64(at + 32, value.dropped);
}

function writeRateRow(row: RowWriter, at: number, value: RateRow): void {
  row.u64(at, value.selector);
  row.u32(at + 8, value.intervalMs);
  row.u16(at + 12, value.scope);
  row.u16(at + 14, value.arguments);
}

function writeDimensionConfig(row: RowWriter, at: number, value: DimensionConfig): void {
  row.u8(at, value.kind);
  row.u8(at + 1, value.source);
  row.u8(at + 2, value.subject);
  row.u8(at + 3, value.classes);
  row.u16(at + 4, value.number);
  row.u16(at + 6, value.flags);
  row.u64(at + 8, value.maskBits);
  row.u64(at + 16, value.bias);
  row.u32(at + 24, value.start);
  row.u16(at + 28, value.width);
  row.u16(at + 30, value.lengths);
  writeSelectorSet(row, at + 32, value.negated);
  writeSelectorSet(row, at + 96, value.unconstrained);
}

function writeArgumentConfig(row: RowWriter, at: number, value: ArgumentConfig): void {
  row.u8(at, value.index);
  row.u8(at + 1, value.type);
  row.u8(at + 2, value.source);
  row.u8(at + 3, value.stepCount);
  row.u8(at + 4, value.width);
  row.u8(at + 5, value.sizeIndex);
  row.u16(at + 6, value.sizeMax);
  row.array(at + 8, { length: 10, bytes: 4, values: value.steps }, (place, element) => {
    row.u32(place, element);
  });
}

function writeHookConfig(row: RowWriter, at: number, value: HookConfig): void {
  row.u32(at, value.hookId);
  row.u32(at + 4, value.generation);
  row.u32(at + 8, value.flags);
  row.u32(at + 12, value.wordCount);
  row.u32(at + 16, value.argumentCount);
  row.u32(at + 20, value.numberCount);
  row.u32(at + 24, value.entryCount);
  row.u32(at + 28, value.dimensionCount);
  row.u32(at + 32, value.factEnd);
  row.u32(at + 36, value.numberEnd);
  row.u32(at + 40, value.entryEnd);
  row.u32(at + 44, value.textClasses);
  row.u32(at + 48, value.classCount);
  row.u32(at + 52, value.isLimited);
  row.u32(at + 56, value.returnSlot);
  row.u32(at + 60, value.ownedSocket);
  row.array(at + 64, { length: 16, bytes: 48, values: value.arguments }, (place, element) => {
    writeArgumentConfig(row, place, element);
  });
  writeSelectorSet(row, at + 832, value.all);
  writeSelectorSet(row, at + 896, value.posting);
  writeSelectorSet(row, at + 960, value.signalling);
  writeSelectorSet(row, at + 1024, value.killing);
  writeSelectorSet(row, at + 1088, value.killingTrees);
  writeSelectorSet(row, at + 1152, value.overriding);
  writeSelectorSet(row, at + 1216, value.limited);
  writeSelectorSet(row, at + 1280, value.deciding);
  writeSelectorSet(row, at + 1344, value.setting);
  writeSelectorSet(row, at + 1408, value.returning);
  writeSelectorSet(row, at + 1472, value.returnPosting);
  writeSelectorSet(row, at + 1536, value.returnSignalling);
  writeSelectorSet(row, at + 1600, value.returnKilling);
  writeSelectorSet(row, at + 1664, value.returnKillingTrees);
  writeSelectorSet(row, at + 1728, value.kernelStack);
  writeSelectorSet(row, at + 1792, value.userStack);
  writeSelectorSet(row, at + 1856, value.fileHash);
  row.array(at + 1920, { length: 6, bytes: 64, values: value.samePolicy }, (place, element) => {
    writeSelectorSet(row, place, element);
  });
}

function writeFieldConfig(row: RowWriter, at: number, value: FieldConfig): void {
  row.u32(at, value.offset);
  row.u16(at + 4, value.size);
  row.u16(at + 6, value.kind);
}

function writeUsdtArgumentConfig(row: RowWriter, at: number, value: UsdtArgumentConfig): void {
  row.s64(at, value.displacement);
  row.u16(at + 8, value.registerOffset);
  row.u16(at + 10, value.indexOffset);
  row.u8(at + 12, value.scale);
  row.u8(at + 13, value.source);
  row.u8(at + 14, value.size);
  row.u8(at + 15, value.isSigned);
}

function writeUsdtLocationConfig(row: RowWriter, at: number, value: UsdtLocationConfig): void {
  row.array(at, { length: 6, bytes: 16, values: value.arguments }, (place, element) => {
    writeUsdtArgumentConfig(row, place, element);
  });
}

function writeNumberKey(row: RowWriter, at: number, value: NumberKey): void {
  row.u32(at, value.dimension);
  row.u64(at + 8, value.value);
}

function writeTextKeyTiny(row: RowWriter, at: number, value: TextKeyTiny): void {
  row.u32(at, value.dimension);
  row.u32(at + 4, value.length);
  row.bytes(at + 8, 32, value.text);
}

function writeTextKeySmall(row: RowWriter, at: number, value: TextKeySmall): void {
  row.u32(at, value.dimension);
  row.u32(at + 4, value.length);
  row.bytes(at + 8, 64, value.text);
}

function writeTextKeyMedium(row: RowWriter, at: number, value: TextKeyMedium): void {
  row.u32(at, value.dimension);
  row.u32(at + 4, value.length);
  row.bytes(at + 8, 256, value.text);
}

function writeTextKeyLarge(row: RowWriter, at: number, value: TextKeyLarge): void {
  row.u32(at, value.dimension);
  row.u32(at + 4, value.length);
  row.bytes(at + 8, 4096, value.text);
}

function writeBlockKey(row: RowWriter, at: number, value: BlockKey): void {
  row.u16(at, value.dimension);
  row.u16(at + 2, value.bits);
  row.u64(at + 8, value.high);
  row.u64(at + 16, value.low);
}

function writeLengthRow(row: RowWriter, at: number, value: LengthRow): void {
  row.u16(at, value.length);
  row.u16(at + 2, value.longer);
  row.u16(at + 4, value.shorter);
}

function writeBinaryKey(row: RowWriter, at: number, value: BinaryKey): void {
  row.bytes(at, 256, value.path);
}

function writeBinaryRow(row: RowWriter, at: number, value: BinaryRow): void {
  row.u32(at, value.id);
  row.u32(at + 4, value.lineage);
}

function writeWorkloadRow(row: RowWriter, at: number, value: WorkloadRow): void {
  row.array(at, { length: 4, bytes: 8, values: value.scopes }, (place, element) => {
    row.u64(place, element);
  });
}

function writeLossKey(row: RowWriter, at: number, value: LossKey): void {
  row.u32(at, value.reason);
  row.u32(at + 4, value.recordKind);
  row.u32(at + 8, value.hookId);
  row.u64(at + 16, value.cgroupId);
}

function writeResponseRow(row: RowWriter, at: number, value: ResponseRow): void {
  row.u32(at, value.kind);
  row.u64(at + 8, value.denied);
  row.u64(at + 16, value.lastNs);
}

function writeMarkingRow(row: RowWriter, at: number, value: MarkingRow): void {
  row.u32(at, value.id);
  row.u32(at + 4, value.scope);
  row.u32(at + 8, value.sparedTgid);
  row.u32(at + 12, value.marked);
  row.u32(at + 16, value.refused);
  row.u32(at + 20, value.failed);
  row.u64(at + 24, value.cgroupId);
}

function writeDoomedRow(row: RowWriter, at: number, value: DoomedRow): void {
  row.u64(at, value.startNs);
  row.u32(at + 8, value.tgid);
}

/** Bytes of a selector_set; a value out of range is an InvariantError. */
export function encodeSelectorSet(value: SelectorSet): Uint8Array {
  const row = new RowWriter('selector_set', 64);
  writeSelectorSet(row, 0, value);
  return row.written;
}

/** Bytes of a selector_row; a value out of range is an InvariantError. */
export function encodeSelectorRow(value: SelectorRow): Uint8Array {
  const row = new RowWriter('selector_row', 40);
  writeSelectorRow(row, 0, value);
  return row.written;
}

/** Bytes of a rate_row; a value out of range is an InvariantError. */
export function encodeRateRow(value: RateRow): Uint8Array {
  const row = new RowWriter('rate_row', 16);
  writeRateRow(row, 0, value);
  return row.written;
}

/** Bytes of a dimension_config; a value out of range is an InvariantError. */
export function encodeDimensionConfig(value: DimensionConfig): Uint8Array {
  const row = new RowWriter('dimension_config', 160);
  writeDimensionConfig(row, 0, value);
  return row.written;
}

/** Bytes of a hook_config; a value out of range is an InvariantError. */
export function encodeHookConfig(value: HookConfig): Uint8Array {
  const row = new RowWriter('hook_config', 2304);
  writeHookConfig(row, 0, value);
  return row.written;
}

/** Bytes of a field_config; a value out of range is an InvariantError. */
export function encodeFieldConfig(value: FieldConfig): Uint8Array {
  const row = new RowWriter('field_config', 8);
  writeFieldConfig(row, 0, value);
  return row.written;
}

/** Bytes of a usdt_argument_config; a value out of range is an InvariantError. */
export function encodeUsdtArgumentConfig(value: UsdtArgumentConfig): Uint8Array {
  const row = new RowWriter('usdt_argument_config', 16);
  writeUsdtArgumentConfig(row, 0, value);
  return row.written;
}

/** Bytes of a usdt_location_config; a value out of range is an InvariantError. */
export function encodeUsdtLocationConfig(value: UsdtLocationConfig): Uint8Array {
  const row = new RowWriter('usdt_location_config', 96);
  writeUsdtLocationConfig(row, 0, value);
  return row.written;
}

/** Bytes of a number_key; a value out of range is an InvariantError. */
export function encodeNumberKey(value: NumberKey): Uint8Array {
  const row = new RowWriter('number_key', 16);
  writeNumberKey(row, 0, value);
  return row.written;
}

/** Bytes of a text_key_tiny; a value out of range is an InvariantError. */
export function encodeTextKeyTiny(value: TextKeyTiny): Uint8Array {
  const row = new RowWriter('text_key_tiny', 40);
  writeTextKeyTiny(row, 0, value);
  return row.written;
}

/** Bytes of a text_key_small; a value out of range is an InvariantError. */
export function encodeTextKeySmall(value: TextKeySmall): Uint8Array {
  const row = new RowWriter('text_key_small', 72);
  writeTextKeySmall(row, 0, value);
  return row.written;
}

/** Bytes of a text_key_medium; a value out of range is an InvariantError. */
export function encodeTextKeyMedium(value: TextKeyMedium): Uint8Array {
  const row = new RowWriter('text_key_medium', 264);
  writeTextKeyMedium(row, 0, value);
  return row.written;
}

/** Bytes of a text_key_large; a value out of range is an InvariantError. */
export function encodeTextKeyLarge(value: TextKeyLarge): Uint8Array {
  const row = new RowWriter('text_key_large', 4104);
  writeTextKeyLarge(row, 0, value);
  return row.written;
}

/** Bytes of a block_key; a value out of range is an InvariantError. */
export function encodeBlockKey(value: BlockKey): Uint8Array {
  const row = new RowWriter('block_key', 24);
  writeBlockKey(row, 0, value);
  return row.written;
}

/** Bytes of a length_row; a value out of range is an InvariantError. */
export function encodeLengthRow(value: LengthRow): Uint8Array {
  const row = new RowWriter('length_row', 8);
  writeLengthRow(row, 0, value);
  return row.written;
}

/** Bytes of a binary_key; a value out of range is an InvariantError. */
export function encodeBinaryKey(value: BinaryKey): Uint8Array {
  const row = new RowWriter('binary_key', 256);
  writeBinaryKey(row, 0, value);
  return row.written;
}

/** Bytes of a binary_row; a value out of range is an InvariantError. */
export function encodeBinaryRow(value: BinaryRow): Uint8Array {
  const row = new RowWriter('binary_row', 8);
  writeBinaryRow(row, 0, value);
  return row.written;
}

/** Bytes of a workload_row; a value out of range is an InvariantError. */
export function encodeWorkloadRow(value: WorkloadRow): Uint8Array {
  const row = new RowWriter('workload_row', 32);
  writeWorkloadRow(row, 0, value);
  return row.written;
}

/** Bytes of a loss_key; a value out of range is an InvariantError. */
export function encodeLossKey(value: LossKey): Uint8Array {
  const row = new RowWriter('loss_key', 24);
  writeLossKey(row, 0, value);
  return row.written;
}

/** Bytes of a response_row; a value out of range is an InvariantError. */
export function encodeResponseRow(value: ResponseRow): Uint8Array {
  const row = new RowWriter('response_row', 24);
  writeResponseRow(row, 0, value);
  return row.written;
}

/** Bytes of a marking_row; a value out of range is an InvariantError. */
export function encodeMarkingRow(value: MarkingRow): Uint8Array {
  const row = new RowWriter('marking_row', 32);
  writeMarkingRow(row, 0, value);
  return row.written;
}

/** Bytes of a doomed_row; a value out of range is an InvariantError. */
export function encodeDoomedRow(value: DoomedRow): Uint8Array {
  const row = new RowWriter('doomed_row', 16);
  writeDoomedRow(row, 0, value);
  return row.written;
}

function readBinaryRow(row: RowReader, at: number): BinaryRow {
  return {
    id: row.u32(at),
    lineage: row.u32(at + 4),
  };
}

function readLossKey(row: RowReader, at: number): LossKey {
  return {
    reason: row.u32(at),
    recordKind: row.u32(at + 4),
    hookId: row.u32(at + 8),
    cgroupId: row.u64(at + 16),
  };
}

function readHookCountersRow(row: RowReader, at: number): HookCountersRow {
  return {
    runs: row.u64(at),
    matched: row.u64(at + 8),
    posted: row.u64(at + 16),
    signalled: row.u64(at + 24),
    overridden: row.u64(at + 32),
    set: row.u64(at + 40),
  };
}

function readSelectorCountersRow(row: RowReader, at: number): SelectorCountersRow {
  return {
    enforced: row.u64(at),
    monitored: row.u64(at + 8),
    returned: row.u64(at + 16),
    returnMonitored: row.u64(at + 24),
    lastNs: row.u64(at + 32),
  };
}

function readResponseRow(row: RowReader, at: number): ResponseRow {
  return {
    kind: row.u32(at),
    denied: row.u64(at + 8),
    lastNs: row.u64(at + 16),
  };
}

function readMarkingRow(row: RowReader, at: number): MarkingRow {
  return {
    id: row.u32(at),
    scope: row.u32(at + 4),
    sparedTgid: row.u32(at + 8),
    marked: row.u32(at + 12),
    refused: row.u32(at + 16),
    failed: row.u32(at + 20),
    cgroupId: row.u64(at + 24),
  };
}

function readMarkedRow(row: RowReader, at: number): MarkedRow {
  return {
    startNs: row.u64(at),
    tgid: row.u32(at + 8),
    tid: row.u32(at + 12),
    name: row.array(at + 16, { length: 16, bytes: 1 }, (place) => row.u8(place)),
  };
}

/** Reads a binary_row; another number of bytes than 8 is an InvariantError. */
export function decodeBinaryRow(bytes: Uint8Array): BinaryRow {
  return readBinaryRow(new RowReader('binary_row', bytes, 8), 0);
}

/** Reads a loss_key; another number of bytes than 24 is an InvariantError. */
export function decodeLossKey(bytes: Uint8Array): LossKey {
  return readLossKey(new RowReader('loss_key', bytes, 24), 0);
}

/** Reads a hook_counters_row; another number of bytes than 48 is an InvariantError. */
export function decodeHookCountersRow(bytes: Uint8Array): HookCountersRow {
  return readHookCountersRow(new RowReader('hook_counters_row', bytes, 48), 0);
}

/** Reads a selector_counters_row; another number of bytes than 40 is an InvariantError. */
export function decodeSelectorCountersRow(bytes: Uint8Array): SelectorCountersRow {
  return readSelectorCountersRow(new RowReader('selector_counters_row', bytes, 40), 0);
}

/** Reads a response_row; another number of bytes than 24 is an InvariantError. */
export function decodeResponseRow(bytes: Uint8Array): ResponseRow {
  return readResponseRow(new RowReader('response_row', bytes, 24), 0);
}

/** Reads a marking_row; another number of bytes than 32 is an InvariantError. */
export function decodeMarkingRow(bytes: Uint8Array): MarkingRow {
  return readMarkingRow(new RowReader('marking_row', bytes, 32), 0);
}

/** Reads a marked_row; another number of bytes than 32 is an InvariantError. */
export function decodeMarkedRow(bytes: Uint8Array): MarkedRow {
  return readMarkedRow(new RowReader('marked_row', bytes, 32), 0);
}