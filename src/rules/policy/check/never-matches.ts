/** Warns of values that can never match or only repeat others. */

import { quote } from '../../syntax/quote.ts';
import { isFileType } from '../argument-types.ts';
import { widthOf } from '../number-type.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentMatchSpec } from '../spec.ts';

type NumberMatch = Extract<ArgumentMatchSpec, { kind: 'number' }>;
type TextMatch = Extract<ArgumentMatchSpec, { kind: 'text' }>;

const NOT_CANONICAL = 'never matches: the kernel has no `//`, `/./` or `/../` in paths';

function warn(at: Located<unknown>, message: string, report: Report): void {
  report.warning('POLICY_VALUE_NEVER_MATCHES', at.span, { message });
}

function checkDuplicates(values: readonly Located<string>[], report: Report): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value.value)) warn(value, `${quote(value.value)} is already listed`, report);
    seen.add(value.value);
  }
}

/** Two spellings of one int, such as -1 and 0xffffffff, repeat each other; a mask of 0 is idle. */
export function checkNumberValues(match: NumberMatch, report: Report): void {
  const { bits } = widthOf(match.type);
  const values = match.values.map(({ value, span }) => ({
    value: BigInt.asUintN(bits, value).toString(),
    span,
  }));
  checkDuplicates(values, report);
  if (match.operator !== 'Mask') return;
  for (const value of values) {
    if (value.value === '0') warn(value, 'a mask of 0 has no bit that could match', report);
  }
}

/** Files have absolute and canonical paths; plain strings can be anything. */
export function checkTextValues(match: TextMatch, report: Report): void {
  checkDuplicates(match.values, report);
  if (!isFileType(match.type)) return;
  for (const value of match.values) {
    const problem = findPathProblem(value.value, match.operator);
    if (problem !== undefined) warn(value, `${quote(value.value)} ${problem}`, report);
  }
}

function findPathProblem(path: string, operator: TextMatch['operator']): string | undefined {
  const isWhole = operator === 'Equal' || operator === 'NotEqual';
  const isPart = operator === 'SubString' || operator === 'SubStringIgnCase';
  const isEnd = operator === 'Postfix' || operator === 'NotPostfix';
  if (!isEnd && !isPart && !path.startsWith('/')) {
    return 'never matches: paths of files start with `/`';
  }
  if (hasOddComponent(path)) return NOT_CANONICAL;
  if ((isWhole || isEnd) && path.length > 1 && path.endsWith('/')) {
    return 'never matches: paths do not end in `/`';
  }
  return undefined;
}

/** Executables are files: no directory, and a canonical path. */
export function checkBinaryPaths(paths: readonly Located<string>[], report: Report): void {
  checkDuplicates(paths, report);
  for (const path of paths) {
    if (path.value.endsWith('/')) {
      warn(path, `${quote(path.value)} never matches: it names a directory`, report);
    } else if (hasOddComponent(path.value)) {
      warn(path, `${quote(path.value)} ${NOT_CANONICAL}`, report);
    }
  }
}

function hasOddComponent(path: string): boolean {
  return /\/(?:\/|\.\.?\/)/.test(path);
}
