/** Reads the values of a matcher in the type of what they are compared with. */

import type { NumberType } from '../../../model/argument-types.ts';
import type { NumberRange } from '../../../model/plan.ts';
import { quote } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import { rangeOf, widthOf, wrap } from '../number-type.ts';
import type { Located, Report } from '../report.ts';
import { parseInteger, readItems, readText } from './scalars.ts';

/** The largest file is 1 MiB; this only bounds what one alias-built list can cost. */
export const VALUES_MAX = 65_536;

const LIST_PREFIX = 'list:';

/** PATH_MAX of the kernel without the terminator: nothing longer can be compared. */
const TEXT_BYTES_MAX = 4095;
/** The unsigned spelling of the negative half of a signed type is accepted as well. */
function acceptedRange(type: NumberType): NumberRange {
  const { bits } = widthOf(type);
  return { min: rangeOf(type).min, max: (1n << BigInt(bits)) - 1n };
}

/** Length of the text in the kernel. */
export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Values as they are written; an empty list is reported. */
export function readTexts(entry: MappingEntry, report: Report): readonly Located<string>[] {
  const items = readItems(entry, { name: 'values', max: VALUES_MAX }, report);
  if (items.length === 0 && entry.value.kind === 'sequence') {
    const message = '`values` is empty, so nothing could match';
    report.error('POLICY_VALUE_MISSING', entry.keySpan, { message });
  }
  return items.map((item) => readText(item, report)).filter((text) => text !== undefined);
}

/** Numbers of a type, as written: -1 and 0xffffffff stay apart here. */
export function readNumberValues(
  entry: MappingEntry,
  type: NumberType,
  report: Report,
): readonly Located<bigint>[] {
  return readTexts(entry, report)
    .map((text) => readNumber(text, type, report))
    .filter((value) => value !== undefined);
}

function readNumber(
  { value: text, span }: Located<string>,
  type: NumberType,
  report: Report,
): Located<bigint> | undefined {
  const { min, max } = acceptedRange(type);
  const value = parseInteger(text);
  if (value === undefined) {
    report.error('POLICY_VALUE_INVALID', span, {
      message: `${quote(text)} is not a whole number`,
      hint: 'write it in decimal, hexadecimal (0x1f) or octal (017)',
    });
  } else if (value < min || value > max) {
    report.error('POLICY_VALUE_RANGE', span, {
      message: `${quote(text)} is outside the range of \`${type}\`: ${min} to ${max}`,
    });
  } else {
    return { value, span };
  }
  return undefined;
}

/** Numbers and ranges `min:max`, both ends included, in the order of the type. */
export function readRanges(
  entry: MappingEntry,
  type: NumberType,
  report: Report,
): readonly Located<NumberRange>[] {
  const ranges: Located<NumberRange>[] = [];
  for (const text of readTexts(entry, report)) {
    if (text.value.startsWith(LIST_PREFIX)) {
      report.error('POLICY_VALUE_INVALID', text.span, {
        message: `${quote(text.value)} is not a number`,
        hint: 'lists are values of `InMap` and `NotInMap` on a `syscall64`',
      });
      continue;
    }
    const [from = '', to, ...rest] = text.value.split(':');
    const start = readNumber({ value: from, span: text.span }, type, report);
    const end = to === undefined ? start : readNumber({ value: to, span: text.span }, type, report);
    if (start === undefined || end === undefined) continue;
    const range = { min: wrap(start.value, type), max: wrap(end.value, type) };
    if (rest.length > 0 || range.min > range.max) {
      report.error('POLICY_VALUE_INVALID', text.span, {
        message: `${quote(text.value)} is not a range`,
        hint: 'write `min:max`, the smaller number first',
      });
    } else {
      ranges.push({ value: range, span: text.span });
    }
  }
  return ranges;
}

/** Texts that the operator can compare. */
export function readTextValues(entry: MappingEntry, report: Report): readonly Located<string>[] {
  return readTexts(entry, report).filter((text) => isComparable(text, TEXT_BYTES_MAX, report));
}

/** Paths of executables: whole ones and beginnings are absolute, as the kernel names them. */
export function readBinaryPaths(
  entry: MappingEntry,
  use: { readonly bytesMax: number; readonly isAbsolute: boolean },
  report: Report,
): readonly Located<string>[] {
  return readTexts(entry, report).filter((path) => {
    if (!isComparable(path, use.bytesMax, report)) return false;
    if (!use.isAbsolute || path.value.startsWith('/')) return true;
    report.error('POLICY_VALUE_INVALID', path.span, {
      message: `${quote(path.value)} is not an absolute path`,
      hint: 'executables are compared by their whole path, such as `/usr/bin/cat`',
    });
    return false;
  });
}

function isComparable(text: Located<string>, bytesMax: number, report: Report): boolean {
  const { value, span } = text;
  if (value === '' || value.includes('\0')) {
    const what = value === '' ? 'empty text' : 'text with a NUL character';
    report.error('POLICY_VALUE_INVALID', span, { message: `${what} cannot be compared` });
    return false;
  }
  const bytes = countBytes(value);
  if (bytes <= bytesMax) return true;
  report.error('POLICY_VALUE_TOO_LONG', span, {
    message: `this value has ${bytes} bytes, and at most ${bytesMax} can be compared here`,
  });
  return false;
}
