/** Hook records: what was done, and for which selectors. */
import type { HookOutcome } from '../../model/event.ts';
import { OUTCOME_FLAG } from './generated/enums.ts';
import { SELECTOR_WORDS_MAX } from './generated/limits.ts';
import type { HookRecordView } from './generated/views.ts';

/** What the kernel side did to the process. */
export function decodeOutcome(record: HookRecordView): HookOutcome {
  const { outcome } = record;
  return {
    signalled: (outcome & OUTCOME_FLAG.SIGNALLED) !== 0,
    signalFailed: (outcome & OUTCOME_FLAG.SIGNAL_FAILED) !== 0,
    overridden: (outcome & OUTCOME_FLAG.OVERRIDDEN) !== 0,
    overrideError: record.overrideError,
    withheld: (outcome & OUTCOME_FLAG.WITHHELD) !== 0,
  };
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
