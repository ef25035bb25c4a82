/** Comparisons on fields, by what the fields stand for. */
import { quote } from '../../syntax/quote.ts';
import { compileOperator as compileValueTest } from '../evaluate/run-operator.ts';
import type { FieldType } from '../fields/field-table.ts';
import type { Condition, FieldReference, Test, TestOperator, Transform } from '../ir/condition.ts';
import { CheckProblem } from './check-problem.ts';
import {
  compileOperator,
  compileValues,
  type ResolvedCheck,
  transformsOf,
} from './compile-operator.ts';
import { compileTypes } from './compile-types.ts';
import type { MappedField } from './mapped-field.ts';

type OnMissing = (problem: CheckProblem) => void;
type Kind<K extends MappedField['kind']> = Extract<MappedField, { kind: K }>;

const NEVER: Condition = { kind: 'constant', value: false };
const ALWAYS: Condition = { kind: 'constant', value: true };

/** Characters of an id of a container that the language keeps. */
const SHORT_ID_LENGTH = 12;

const orOf = (parts: readonly Condition[]): Condition => {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
};

/** The condition of a comparison that does not deny. Throws CheckProblem. */
export function compileMapped(
  resolved: ResolvedCheck,
  mapped: MappedField,
  missing: OnMissing,
): Condition {
  switch (mapped.kind) {
    case 'field':
      return compileField(resolved, mapped, mapped.transforms);
    case 'fallback':
      return compileFallback(resolved, mapped);
    case 'scaled':
      return compileField(scale(resolved, mapped.factor), mapped, []);
    case 'text_or_list': {
      const isList = resolved.check.operator === 'intersects';
      return compileField(resolved, { field: isList ? mapped.list : mapped.field }, []);
    }
    case 'path_or_ends':
      return compilePath(resolved, mapped);
    case 'either':
      return compileEither(resolved, mapped, missing);
    case 'guarded':
      return {
        kind: 'and',
        parts: [instantiate(mapped.guard, resolved), compileMapped(resolved, mapped.part, missing)],
      };
    default:
      refuseTransformers(resolved);
      return compileNamed(resolved, mapped, missing);
  }
}

function compileNamed(
  resolved: ResolvedCheck,
  mapped: Exclude<MappedField, Kind<'field' | 'fallback' | 'scaled' | 'text_or_list'>>,
  missing: OnMissing,
): Condition {
  switch (mapped.kind) {
    case 'table':
      return compileTable(resolved, mapped, missing);
    case 'number_or_name':
      return compileNumber(resolved, mapped, missing);
    case 'constant':
      return compileConstant(resolved, mapped);
    case 'event_type':
      return compileTypes(resolved, missing);
    default:
      return NEVER;
  }
}

/** Whether there is something that could differ from a value. */
export function existenceOf(resolved: ResolvedCheck, mapped: MappedField): Condition {
  switch (mapped.kind) {
    case 'field':
    case 'scaled':
    case 'text_or_list':
    case 'number_or_name':
      return existsTest(resolved, mapped);
    case 'path_or_ends':
      return orOf([existsTest(resolved, mapped), existsTest(resolved, { field: mapped.ends })]);
    case 'table':
      return mapped.exists === undefined ? ALWAYS : instantiate(mapped.exists, resolved);
    case 'either':
      return orOf(mapped.parts.map((part) => existenceOf(resolved, part)));
    case 'guarded':
      return {
        kind: 'and',
        parts: [instantiate(mapped.guard, resolved), existenceOf(resolved, mapped.part)],
      };
    default:
      return ALWAYS;
  }
}

function compileField(
  resolved: ResolvedCheck,
  field: FieldReference,
  base: readonly Transform[],
): Condition {
  const { check } = resolved;
  const transforms = [...base, ...transformsOf(check.field.transformers)];
  const operator = compileOperator(resolved, field, check.operator);
  return makeTest(resolved, field, { operator, transforms });
}

/** The language has a value where the field is not known, and that value can be asked for. */
function compileFallback(resolved: ResolvedCheck, mapped: Kind<'fallback'>): Condition {
  const { check, texts } = resolved;
  if (check.operator === 'exists') return ALWAYS;
  const isPlain = check.field.transformers.length === 0 && check.values[0]?.kind !== 'field';
  if (!isPlain) return compileField(resolved, mapped, []);
  const isMeant = valueTest('text', resolved)(mapped.value);
  const isEqual = check.operator === '=' || check.operator === 'in';
  const others = isEqual ? texts.filter((text) => text !== mapped.value) : texts;
  const known = others.length === 0 ? [] : [compileKnown({ ...resolved, texts: others }, mapped)];
  const unknown: Condition = { kind: 'not', part: existsTest(resolved, mapped) };
  return orOf(isMeant ? [unknown, ...known] : known);
}

function compileKnown(resolved: ResolvedCheck, mapped: Kind<'fallback'>): Condition {
  const { check, texts } = resolved;
  const isEqual = check.operator === '=' || check.operator === 'in';
  const isCut = mapped.isCut === true && isEqual;
  if (!isCut) return compileField(resolved, mapped, []);
  const long = texts.filter((text) => text.length >= SHORT_ID_LENGTH);
  const operator: TestOperator = { kind: 'starts_with', texts: long, ignoresCase: false };
  return long.length === 0 ? NEVER : makeTest(resolved, mapped, { operator });
}

/** No text with a slash in it is that of the ends of a connection. */
function compilePath(resolved: ResolvedCheck, mapped: Kind<'path_or_ends'>): Condition {
  const { check, texts } = resolved;
  const path = compileField(resolved, { field: mapped.field }, []);
  const isPath = texts.length > 0 && texts.every((text) => text.includes('/'));
  if (isPath && check.operator !== 'regex') return path;
  return orOf([path, compileField(resolved, { field: mapped.ends }, [])]);
}

/** One that holds is enough. Values that one of them knows are not missing. */
function compileEither(
  resolved: ResolvedCheck,
  { parts }: Kind<'either'>,
  missing: OnMissing,
): Condition {
  const conditions: Condition[] = [];
  const refused: CheckProblem[] = [];
  const problems = new Map<string, CheckProblem[]>();
  for (const part of parts) {
    try {
      const condition = compileMapped(resolved, part, (problem) => {
        problems.set(problem.message, [...(problems.get(problem.message) ?? []), problem]);
      });
      conditions.push(condition);
    } catch (error) {
      if (!(error instanceof CheckProblem)) throw error;
      refused.push(error);
    }
  }
  const [first] = refused;
  if (conditions.length === 0 && first !== undefined) throw first;
  for (const [problem, ...more] of problems.values()) {
    const isMissing = 1 + more.length + refused.length >= parts.length;
    if (problem !== undefined && isMissing) missing(problem);
  }
  return orOf(conditions);
}

/** Rows whose names satisfy the comparison: `contains O_` is about all of them. */
function compileTable(
  resolved: ResolvedCheck,
  { rows, exists }: Kind<'table'>,
  missing: OnMissing,
): Condition {
  const { check, texts } = resolved;
  if (check.operator === 'exists') {
    return exists === undefined ? ALWAYS : instantiate(exists, resolved);
  }
  const isFlag = Object.hasOwn(rows, 'true');
  const parts = texts.flatMap((text) => {
    const wanted = isFlag ? flagName(text) : text;
    const fits = valueTest('text', { ...resolved, texts: [wanted] });
    const found = Object.entries(rows).filter(([name]) => fits(name));
    if (found.length === 0) missing(notSeen(resolved, text, Object.keys(rows)));
    return found.map(([, row]) => instantiate(row, resolved));
  });
  return orOf(parts);
}

function flagName(text: string): string {
  const lower = text.toLowerCase();
  return lower === '1' ? 'true' : lower === '0' ? 'false' : lower;
}

function notSeen({ check }: ResolvedCheck, text: string, names: readonly string[]): CheckProblem {
  const message = `no event here has ${quote(text)} as ${quote(check.field.name)}`;
  return new CheckProblem('FALCO_VALUE_UNSUPPORTED', message, { word: text, names });
}

function compileNumber(
  resolved: ResolvedCheck,
  { field, names, named }: Kind<'number_or_name'>,
  missing: OnMissing,
): Condition {
  const { check, texts } = resolved;
  const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);
  const isEqual = ['=', 'in', 'intersects'].includes(check.operator);
  if (!isEqual) return compileField(resolved, { field }, []);
  const numbers = texts.flatMap((text) => {
    return isNumber(text) ? Number(text) : Object.hasOwn(names, text) ? (names[text] ?? []) : [];
  });
  const others = texts.filter((text) => !isNumber(text) && !Object.hasOwn(names, text));
  const parts: Condition[] = [];
  if (numbers.length > 0) {
    parts.push(makeTest(resolved, { field }, { operator: { kind: 'number_equals', numbers } }));
  }
  if (others.length > 0 && named !== undefined) {
    const operator: TestOperator = { kind: 'equals', texts: others, ignoresCase: false };
    parts.push(makeTest(resolved, { field: named }, { operator }));
  } else for (const text of others) missing(notSeen(resolved, text, Object.keys(names)));
  return orOf(parts);
}

/** Decided now: the field is the same for all events. */
function compileConstant(resolved: ResolvedCheck, { values }: Kind<'constant'>): Condition {
  if (resolved.check.operator === 'exists') return ALWAYS;
  const isOrder = /^[<>]/.test(resolved.check.operator);
  const fits = valueTest(isOrder ? 'number' : 'text', resolved);
  return values.some(fits) ? ALWAYS : NEVER;
}

function valueTest(
  type: FieldType,
  { check, texts }: ResolvedCheck,
): (value: string | number) => boolean {
  if (check.values[0]?.kind === 'field') {
    const message = `${quote(check.field.name)} is not compared with fields`;
    throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message);
  }
  return compileValueTest(compileValues(type, check.operator, texts));
}

function refuseTransformers({ check }: ResolvedCheck): void {
  const [first] = check.field.transformers;
  if (first === undefined) return;
  const message = `${quote(`${first}()`)} does not apply to ${quote(check.field.name)}`;
  throw new CheckProblem('FALCO_OPERATOR_UNSUPPORTED', message);
}

function scale(resolved: ResolvedCheck, factor: number): ResolvedCheck {
  const texts = resolved.texts.map((text) => {
    return text.trim() === '' ? text : String(Number(text) / factor);
  });
  return { ...resolved, texts };
}

/** The tests of a template say what the author wrote, and where. */
function instantiate(condition: Condition, resolved: ResolvedCheck): Condition {
  switch (condition.kind) {
    case 'test':
      return { ...condition, written: resolved.check.written, place: resolved.place };
    case 'not':
      return { ...condition, part: instantiate(condition.part, resolved) };
    case 'and':
    case 'or':
      return { ...condition, parts: condition.parts.map((part) => instantiate(part, resolved)) };
    default:
      return condition;
  }
}

function existsTest(resolved: ResolvedCheck, field: FieldReference): Test {
  return makeTest(resolved, field, { operator: { kind: 'exists' } });
}

interface How {
  readonly operator: TestOperator;
  readonly transforms?: readonly Transform[];
}

function makeTest(
  { check, place }: ResolvedCheck,
  { field, key }: FieldReference,
  { operator, transforms = [] }: How,
): Test {
  return { kind: 'test', field, key, transforms, operator, written: check.written, place };
}
