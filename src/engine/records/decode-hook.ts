/** Hook records: what was done, and for which selectors. */
import type { HookOutcome, ReturnMissing } from '../../model/hook-return.ts';
import { OUTCOME_FLAG, RETURN_STATUS } from './generated/enums.ts';
import { SELECTOR_WORDS_MAX } from './generated/limits.ts';
import type { HookRecordView } from './generated/views.ts';
import type { RecordPlace } from './string-table.ts';

/** What the kernel side did to the process. */
export function decodeOutcome(record: HookRecordView): HookOutcome {
  const { outcome } = record;
  return {
    signalled: (outcome & OUTCOME_FLAG.SIGNALLED) !== 0,
    signalFailed: (outcome & OUTCOME_FLAG.SIGNAL_FAILED) !== 0,
    overridden: (outcome & OUTCOME_FLAG.OVERRIDDEN) !== 0,
    overrideError: record.overrideError,
    withheld: (outcome & OUTCOME_FLAG.WITHHELD) !== 0,
    set: (outcome & OUTCOME_FLAG.SET) !== 0,
    setFailed: (outcome & OUTCOME_FLAG.SET_FAILED) !== 0,
  };
}

const MISSING: Readonly<Record<number, ReturnMissing>> = {
  [RETURN_STATUS.ENFORCED]: 'enforced',
  [RETURN_STATUS.SUPERSEDED]: 'superseded',
  [RETURN_STATUS.ENDED]: 'ended',
  [RETURN_STATUS.UNHELD]: 'unheld',
  [RETURN_STATUS.UNEVALUATED]: 'unevaluated',
};

/** Why a record that was to wait for the return did not; undefined when the call returned. */
export function decodeReturnMissing(record: HookRecordView): ReturnMissing | undefined {
  if (record.returnStatus === RETURN_STATUS.RETURNED) return undefined;
  return MISSING[record.returnStatus] ?? 'unevaluated';
}

/** Numbers of the selectors that matched, ascending. */
export function decodeSelectors(record: HookRecordView): readonly number[] {
  const numbers: number[] = [];
  for (let word = 0; word < SELECTOR_WORDS_MAX; word++) {
    pushBits(numbers, record.selectorsLow(word), word * 64);
    pushBits(numbers, record.selectorsHigh(word), word * 64 + 32);
  }
  return numbers;
}

function pushBits(numbers: number[], bits: number, base: number): void {
  let left = bits;
  while (left !== 0) {
    const bit = 31 - Math.clz32(left & -left);
    numbers.push(base + bit);
    left &= left - 1;
  }
}

const ADDRESS_BYTES = 8;

/** Addresses of a stack, innermost first. */
export function decodeStack(
  { view, at }: Pick<RecordPlace, 'view' | 'at'>,
  slice: { readonly offset: number; readonly length: number },
): readonly bigint[] {
  return Array.from({ length: Math.floor(slice.length / ADDRESS_BYTES) }, (_, place) =>
    view.getBigUint64(at + slice.offset + place * ADDRESS_BYTES, true),
  );
}

/** Name and bytes, by number: enum hash_algo of the kernel, which is part of its interface. */
const HASH_ALGORITHMS: readonly (readonly [name: string, bytes: number])[] = [
  ...([
    ['md4', 16],
    ['md5', 16],
    ['sha1', 20],
    ['rmd160', 20],
  ] as const),
  ...([
    ['sha256', 32],
    ['sha384', 48],
    ['sha512', 64],
    ['sha224', 28],
  ] as const),
];

/** Algorithm and hash of the file, `sha256:00ff…`; undefined when the record has none. */
export function decodeFileHash(
  record: HookRecordView,
  { bytes, at }: Pick<RecordPlace, 'bytes' | 'at'>,
): string | undefined {
  const [name, size] = HASH_ALGORITHMS[record.hashAlgorithm - 1] ?? ['', 0];
  if (size === 0 || size > record.fileHashLength) return undefined;
  const from = at + record.fileHashOffset;
  return `${name}:${Buffer.from(bytes.subarray(from, from + size)).toString('hex')}`;
}
