/** Hook records: what was done, with which arguments, for which selectors. */
import type { ArgumentValue, HookOutcome } from '../../model/event.ts';
import { ARGUMENT_STATUS, ARGUMENT_TYPE, OUTCOME_FLAG } from './generated/enums.ts';
import { SELECTOR_WORDS_MAX } from './generated/limits.ts';
import type { ArgumentRecordView, HookRecordView } from './generated/views.ts';
import type { RecordPlace } from './string-table.ts';

const UNREADABLE: ArgumentValue = { kind: 'unreadable' };

/** One argument. A type this build does not know is unreadable. */
export function decodeArgument(argument: ArgumentRecordView, place: RecordPlace): ArgumentValue {
  if (argument.status === ARGUMENT_STATUS.UNREADABLE) return UNREADABLE;
  switch (argument.type) {
    case ARGUMENT_TYPE.INT8:
    case ARGUMENT_TYPE.INT16:
    case ARGUMENT_TYPE.INT:
      return { kind: 'int', value: argument.valueLow | 0 };
    case ARGUMENT_TYPE.UINT8:
    case ARGUMENT_TYPE.UINT16:
    case ARGUMENT_TYPE.UINT32:
      return { kind: 'uint', value: argument.valueLow };
    case ARGUMENT_TYPE.INT64:
      return { kind: 'long', value: BigInt.asIntN(64, argument.value) };
    case ARGUMENT_TYPE.SIZE:
      return { kind: 'size', value: argument.value };
    case ARGUMENT_TYPE.STRING:
      return {
        kind: 'string',
        value: decodeText(argument, place),
        truncated: argument.status === ARGUMENT_STATUS.TRUNCATED,
      };
    case ARGUMENT_TYPE.FILE:
      return { kind: 'file', ...decodePath(argument, place) };
    case ARGUMENT_TYPE.PATH:
      return { kind: 'path', ...decodePath(argument, place) };
    default:
      return UNREADABLE;
  }
}

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

function decodeText(argument: ArgumentRecordView, place: RecordPlace): string {
  return place.strings.decode(place.bytes, place.at + argument.textOffset, argument.textLength);
}

function decodePath(
  argument: ArgumentRecordView,
  place: RecordPlace,
): { readonly path: string; readonly mode: number; readonly unresolved: boolean } {
  // A path that found no room in the record is as good as cut.
  const unresolved = argument.status !== ARGUMENT_STATUS.OK;
  return { path: decodeText(argument, place), mode: argument.mode, unresolved };
}
