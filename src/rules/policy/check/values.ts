/** Reads the values of a matcher in the type of what they are compared with. */

import type { Located, Report } from '../report.ts';
import type { MappingEntry } from '../syntax/tree.ts';
import { quote } from './context.ts';
import { parseInteger, readItems, readText } from './scalars.ts';

/** The largest file is 1 MiB; this only bounds what one alias-built list can cost. */
const VALUES_MAX = 65_536;

/** PATH_MAX of the kernel without the terminator: nothing longer can be compared. */
const TEXT_BYTES_MAX = 4095;
/** What one key of the kernel's prefix tries holds beside its dimension number. */
const AFFIX_BYTES_MAX = 252;

/** int is 32 bits: the unsigned spelling of its negative half is accepted as well. */
const RANGES: Readonly<Record<'int' | 'size_t', { readonly min: bigint; readonly max: bigint }>> = {
  int: { min: -(2n ** 31n), max: 2n ** 32n - 1n },
  size_t: { min: 0n, max: 2n ** 64n - 1n },
};

/** Length of the text in the kernel. */
export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function readTexts(entry: MappingEntry, report: Report): readonly Located<string>[] {
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
  type: 'int' | 'size_t',
  report: Report,
): readonly Located<bigint>[] {
  const { min, max } = RANGES[type];
  const values: Located<bigint>[] = [];
  for (const { value: text, span } of readTexts(entry, report)) {
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
      values.push({ value, span });
    }
  }
  return values;
}

/** Texts that the operator can compare. */
export function readTextValues(
  entry: MappingEntry,
  operator: 'Equal' | 'NotEqual' | 'Prefix' | 'Postfix',
  report: Report,
): readonly Located<string>[] {
  const isAffix = operator === 'Prefix' || operator === 'Postfix';
  const bytesMax = isAffix ? AFFIX_BYTES_MAX : TEXT_BYTES_MAX;
  return readTexts(entry, report).filter((text) => isComparable(text, bytesMax, report));
}

/** Paths of executables: absolute, since that is how the kernel names them. */
export function readBinaryPaths(
  entry: MappingEntry,
  bytesMax: number,
  report: Report,
): readonly Located<string>[] {
  return readTexts(entry, report).filter((path) => {
    if (!isComparable(path, bytesMax, report)) return false;
    if (path.value.startsWith('/')) return true;
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
