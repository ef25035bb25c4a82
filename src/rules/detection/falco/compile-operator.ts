/** What operators of the language are on fields of this engine. */
import { isIP } from 'node:net';
import type { SourceLocation } from '../../../model/diagnostic.ts';
import { FIELDS } from '../fields/field-table.ts';
import type { FieldReference, TestOperator, Transform } from '../ir/condition.ts';
import { compileRegex } from '../pattern/regex.ts';
import type { FalcoErrorCode } from './errors.ts';
import { mapField } from './field-mapping.ts';
import type { Filter } from './filter-syntax.ts';
import { parseGlob } from './glob.ts';

export type Check = Extract<Filter, { kind: 'check' }>;

/** A comparison with its lists resolved: all values are texts. */
export interface ResolvedCheck {
  readonly check: Check;
  readonly texts: readonly string[];
  readonly place: SourceLocation;
}

/** What is wrong with a comparison. */
export class CheckProblem extends Error {
  readonly code: FalcoErrorCode;

  constructor(code: FalcoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const TRANSFORMS: Readonly<Record<string, Transform>> = {
  tolower: 'lower',
  toupper: 'upper',
  b64: 'base64_decode',
  basename: 'basename',
  len: 'length',
};

/** Throws CheckProblem when there is none here. */
export function transformOf(name: string): Transform {
  const transform = Object.hasOwn(TRANSFORMS, name) ? TRANSFORMS[name] : undefined;
  if (transform !== undefined) return transform;
  throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', `${name}() is not supported`);
}

const PLAIN = {
  '=': 'equals',
  in: 'equals',
  intersects: 'equals',
  contains: 'contains',
  icontains: 'contains',
  startswith: 'starts_with',
  istartswith: 'starts_with',
  endswith: 'ends_with',
  iendswith: 'ends_with',
} as const;

const NUMBERS = {
  '<': 'less',
  '<=': 'less_or_equal',
  '>': 'greater',
  '>=': 'greater_or_equal',
} as const;

/** The operator of a comparison on one field. Throws CheckProblem. */
export function compileOperator(
  { check, texts }: ResolvedCheck,
  { field }: FieldReference,
  operator: string,
): TestOperator {
  const [value] = check.values;
  if (value?.kind === 'field') return compileReference(value.field, operator);
  const pattern = compilePattern(texts, operator);
  if (pattern !== undefined) return pattern;
  const { type } = FIELDS[field];
  if (!isKey(PLAIN, operator)) {
    const message = `${operator} is not supported for ${check.field.name}`;
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message);
  }
  const kind = PLAIN[operator];
  if (type === 'flag') return { kind: 'flag_equals', flag: /^(true|1|yes)$/i.test(texts[0] ?? '') };
  if (type === 'number' && kind === 'equals') {
    return { kind: 'number_equals', numbers: texts.map(readNumber) };
  }
  if (type === 'address' && kind === 'equals') return compileNetworks(texts);
  const ignoresCase = operator.startsWith('i') && operator !== 'in' && operator !== 'intersects';
  return { kind, texts, ignoresCase };
}

/** Operators that mean the same for every type of field. */
function compilePattern(texts: readonly string[], operator: string): TestOperator | undefined {
  if (operator === 'exists') return { kind: 'exists' };
  if (isKey(NUMBERS, operator)) return { kind: NUMBERS[operator], number: readNumber(texts[0]) };
  if (operator === 'pmatch') return { kind: 'below', paths: texts };
  if (operator === 'regex') return compileRegexes(texts);
  if (operator !== 'glob' && operator !== 'iglob') return undefined;
  const ignoresCase = operator === 'iglob';
  const globs = texts.map(parseGlob);
  return { kind: 'glob', globs, ignoresCase };
}

function isKey<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}

function readNumber(text: string | undefined): number {
  const number = Number(text);
  if (text !== undefined && text.trim() !== '' && !Number.isNaN(number)) return number;
  throw new CheckProblem('FALCO_VALUE_INVALID', `${JSON.stringify(text)} is no number`);
}

function compileNetworks(texts: readonly string[]): TestOperator {
  for (const text of texts) {
    const [address = '', length = '0', ...rest] = text.split('/');
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(length) || rest.length > 0) {
      throw new CheckProblem('FALCO_VALUE_INVALID', `${JSON.stringify(text)} is no network`);
    }
  }
  return { kind: 'in_network', networks: texts };
}

function compileRegexes(patterns: readonly string[]): TestOperator {
  for (const pattern of patterns) {
    const compiled = compileRegex({ pattern, flags: '', isWhole: true });
    if (typeof compiled === 'string') throw new CheckProblem('FALCO_REGEX_INVALID', compiled);
  }
  return { kind: 'regex', patterns, flags: '', isWhole: true };
}

const COMPARED = {
  '=': 'equals',
  contains: 'contains',
  startswith: 'starts_with',
  endswith: 'ends_with',
  '<': 'less',
  '>': 'greater',
} as const;

function compileReference(other: Check['field'], operator: string): TestOperator {
  const isValue = other.transformers.at(-1) === 'val';
  const transformers = isValue ? other.transformers.slice(0, -1) : other.transformers;
  const mapped = mapField(other);
  if (mapped?.kind !== 'field') {
    const message = `${other.name} cannot be compared with`;
    throw new CheckProblem('FALCO_FIELD_UNSUPPORTED', message);
  }
  if (!isKey(COMPARED, operator)) {
    const message = `${operator} does not compare with a field`;
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message);
  }
  return {
    ...{ kind: 'field', compare: COMPARED[operator], ignoresCase: false },
    other: { field: mapped.field, key: mapped.key },
    otherTransforms: [...mapped.transforms, ...transformers.map(transformOf)],
  };
}
