/** What operators of the language are on fields of this engine. */
import { isIP } from 'node:net';
import type { SourceLocation } from '../../../model/diagnostic.ts';
import { quote } from '../../syntax/quote.ts';
import { FIELDS, type FieldType } from '../fields/field-table.ts';
import type { FieldReference, TestOperator, Transform } from '../ir/condition.ts';
import { compileRegex } from '../pattern/regex.ts';
import { CheckProblem } from './check-problem.ts';
import { mapField } from './field-mapping.ts';
import type { Check, FilterField } from './filter-tree.ts';
import { compileGlobs } from './glob.ts';

/** A comparison with its lists resolved: all values are texts. */
export interface ResolvedCheck {
  readonly check: Check;
  readonly texts: readonly string[];
  readonly place: SourceLocation;
}

/** An operator that looks at one value only. */
export type ValueOperator = Exclude<TestOperator, { kind: 'field' | 'exists' }>;

const TRANSFORMS: Readonly<Record<string, Transform>> = {
  tolower: 'lower',
  toupper: 'upper',
  b64: 'base64_decode',
  basename: 'basename',
  len: 'length',
};

/** What transformers turn a value into. Throws CheckProblem. */
export function transformsOf(names: readonly string[]): readonly Transform[] {
  return names.map((name) => {
    const transform = Object.hasOwn(TRANSFORMS, name) ? TRANSFORMS[name] : undefined;
    if (transform !== undefined) return transform;
    const message = `${quote(`${name}()`)} is not supported here`;
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message);
  });
}

const PLAIN = {
  '=': 'equals',
  in: 'equals',
  intersects: 'equals',
  contains: 'contains',
  icontains: 'contains',
  bcontains: 'contains',
  startswith: 'starts_with',
  istartswith: 'starts_with',
  bstartswith: 'starts_with',
  endswith: 'ends_with',
  iendswith: 'ends_with',
} as const;

const ORDERS = {
  '<': 'less',
  '<=': 'less_or_equal',
  '>': 'greater',
  '>=': 'greater_or_equal',
} as const;

/** Operators without regard to case; `in` and `intersects` only begin like them. */
const FOLDING: ReadonlySet<string> = new Set([
  ...['icontains', 'istartswith', 'iendswith', 'iglob'],
]);

/** The operator of a comparison on one field. Throws CheckProblem. */
export function compileOperator(
  { check, texts }: ResolvedCheck,
  { field }: FieldReference,
  operator: string,
): TestOperator {
  if (operator === 'exists') return { kind: 'exists' };
  const [value] = check.values;
  if (value?.kind === 'field') return compileReference(value.field, operator);
  const type = check.field.transformers.includes('len') ? 'number' : FIELDS[field].type;
  return compileValues(type, operator, texts);
}

/** The operator on values of a type, whatever field they are of. Throws CheckProblem. */
export function compileValues(
  type: FieldType,
  operator: string,
  texts: readonly string[],
): ValueOperator {
  if (isKey(ORDERS, operator)) return { kind: ORDERS[operator], number: readNumber(texts[0]) };
  const ignoresCase = FOLDING.has(operator);
  switch (operator) {
    case 'pmatch':
      return { kind: 'below', paths: texts };
    case 'regex':
      return compileRegexes(texts, '');
    case 'glob':
    case 'iglob':
      return checkRegexes(compileGlobs(texts, ignoresCase), texts);
    case 'bcontains':
    case 'bstartswith':
      return { kind: PLAIN[operator], texts: texts.map(readBytes), ignoresCase };
    default:
  }
  if (!isKey(PLAIN, operator)) {
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', `${quote(operator)} is not supported`);
  }
  const kind = PLAIN[operator];
  if (kind === 'equals') {
    if (type === 'flag') return { kind: 'flag_equals', flag: readFlagValue(texts) };
    if (type === 'number') return { kind: 'number_equals', numbers: texts.map(readNumber) };
    if (type === 'address') return compileNetworks(texts);
  }
  return { kind, texts, ignoresCase };
}

function isKey<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}

function readNumber(text: string | undefined): number {
  const number = Number(text);
  if (text !== undefined && text.trim() !== '' && Number.isFinite(number)) return number;
  throw new CheckProblem('FALCO_VALUE_INVALID', `${quote(text ?? '')} is no number`);
}

function readFlagValue(texts: readonly string[]): boolean {
  const [text = ''] = texts;
  const flag = /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined;
  if (flag !== undefined && texts.length === 1) return flag;
  const hint = { word: text.toLowerCase(), names: ['true', 'false'] };
  throw new CheckProblem('FALCO_VALUE_INVALID', `${quote(text)} is neither true nor false`, hint);
}

/** Bytes in hexadecimal digits, which have to be a text. */
function readBytes(text: string): string {
  const bytes = Buffer.from(text, 'hex');
  const isHex = /^([\da-f]{2})+$/i.test(text);
  const decoded = bytes.toString('utf8');
  if (isHex && Buffer.from(decoded, 'utf8').equals(bytes)) return decoded;
  const message = isHex
    ? `the bytes ${quote(text)} are no text, as fields here are`
    : `${quote(text)} is not bytes in hexadecimal digits`;
  throw new CheckProblem('FALCO_VALUE_INVALID', message);
}

function compileNetworks(texts: readonly string[]): ValueOperator {
  for (const text of texts) {
    const [address = '', length, ...rest] = text.split('/');
    const family = isIP(address);
    const isLength =
      /^\d{1,3}$/.test(length ?? '0') && Number(length ?? 0) <= (family === 6 ? 128 : 32);
    if (family === 0 || !isLength || rest.length > 0) {
      throw new CheckProblem('FALCO_VALUE_INVALID', `${quote(text)} is no address and no network`);
    }
  }
  return { kind: 'in_network', networks: texts };
}

function compileRegexes(patterns: readonly string[], flags: string): ValueOperator {
  return checkRegexes({ kind: 'regex', patterns, flags, isWhole: true }, patterns);
}

/** `written`: what each of the expressions was made from. */
function checkRegexes(operator: ValueOperator, written: readonly string[]): ValueOperator {
  if (operator.kind !== 'regex') return operator;
  const { flags, isWhole } = operator;
  for (const [at, pattern] of operator.patterns.entries()) {
    const compiled = compileRegex({ pattern, flags, isWhole });
    if (typeof compiled !== 'string') continue;
    const message = `${quote(written[at] ?? pattern)} is no expression of RE2: ${compiled}`;
    throw new CheckProblem('FALCO_REGEX_INVALID', message);
  }
  return operator;
}

const COMPARED = {
  '=': 'equals',
  contains: 'contains',
  icontains: 'contains',
  startswith: 'starts_with',
  istartswith: 'starts_with',
  endswith: 'ends_with',
  iendswith: 'ends_with',
  '<': 'less',
  '>': 'greater',
} as const;

function compileReference(other: FilterField, operator: string): TestOperator {
  // `val` says only that a field is meant.
  const names = other.transformers.filter((name) => name !== 'val');
  const mapped = mapField(other);
  if (mapped === undefined) {
    throw new CheckProblem('FALCO_FIELD_UNKNOWN', `there is no field ${quote(other.name)}`);
  }
  if (mapped.kind !== 'field' && mapped.kind !== 'fallback' && mapped.kind !== 'text_or_list') {
    const message = `${quote(other.name)} is no field to compare with here`;
    throw new CheckProblem('FALCO_FIELD_UNSUPPORTED', message);
  }
  if (!isKey(COMPARED, operator)) {
    const message = `${quote(operator)} does not compare with a field here`;
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message);
  }
  const key = mapped.kind === 'text_or_list' ? undefined : mapped.key;
  const own = mapped.kind === 'field' ? mapped.transforms : [];
  return {
    ...{ kind: 'field', compare: COMPARED[operator], ignoresCase: FOLDING.has(operator) },
    other: { field: mapped.field, key },
    otherTransforms: [...own, ...transformsOf(names)],
  };
}
