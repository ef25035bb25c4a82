/**
 * What conditions mean, written for the reader and not for speed. It shares no code with the
 * evaluator that it is held against, but for the library of regular expressions.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { FieldSource } from '../../src/rules/detection/fields/field-value.ts';
import type {
  Condition,
  FieldReference,
  GlobPart,
  TestOperator,
  TimePart,
  Transform,
} from '../../src/rules/detection/ir/condition.ts';
import { compileRegex } from '../../src/rules/detection/pattern/regex.ts';

type Single = string | number | boolean;

/** Whether the condition holds for the event. */
export function evaluateNaively(condition: Condition, source: FieldSource): boolean {
  switch (condition.kind) {
    case 'constant':
      return condition.value;
    case 'class':
      return condition.classes.some((name) => name === source.class);
    case 'not':
      return !evaluateNaively(condition.part, source);
    case 'and':
      return !condition.parts.some((part) => !evaluateNaively(part, source));
    case 'or':
      return condition.parts.some((part) => evaluateNaively(part, source));
    default: {
      const { operator } = condition;
      const values = read(condition, condition.transforms, source);
      if (operator.kind === 'exists') return values.length > 0;
      return values.some((value) => satisfies(operator, value, source));
    }
  }
}

function read(
  { field, key }: FieldReference,
  transforms: readonly Transform[],
  source: FieldSource,
): Single[] {
  const value = source.value(field, key);
  const values: Single[] = value === undefined ? [] : [value].flat();
  return values.flatMap((each) => {
    let current: Single | undefined = each;
    for (const step of transforms) {
      if (current !== undefined) current = change(String(current), step);
    }
    return current === undefined ? [] : [current];
  });
}

function change(text: string, step: Transform): Single | undefined {
  if (step === 'lower') return text.toLowerCase();
  if (step === 'upper') return text.toUpperCase();
  if (step === 'basename') return text.split('/').at(-1);
  if (step === 'dirname') return /^\/[^/]*$/.test(text) ? '/' : text.replace(/(^|\/)[^/]*$/, '');
  if (step === 'length') return text.length;
  if (step !== 'base64_decode') return partOfTime(text, step);
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString() : undefined;
}

/** By the way in which ISO 8601 writes a time, which has the parts in their places. */
function partOfTime(text: string, part: TimePart): number | undefined {
  const time = new Date(text.trim() === '' ? Number.NaN : Number(text));
  if (Number.isNaN(time.getTime())) return undefined;
  const [, year, month, day, hour, minute] =
    /^([+-]?\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(time.toISOString()) ?? [];
  const parts = { year, month, day, hour, minute };
  return part === 'week' ? weekOf(time) : Number(parts[part]);
}

/** Counts the Thursdays of the year up to that of the week: the first is in week 1. */
function weekOf(time: Date): number {
  const weekday = (time.getUTCDay() + 6) % 7;
  const thursday = new Date(time.getTime() + (3 - weekday) * 86_400_000);
  let count = 0;
  for (let day = new Date(thursday); day.getUTCFullYear() === thursday.getUTCFullYear(); ) {
    count += 1;
    day = new Date(day.getTime() - 7 * 86_400_000);
  }
  return count;
}

function satisfies(operator: TestOperator, value: Single, source: FieldSource): boolean {
  const text = String(value);
  const number = typeof value === 'boolean' || text.trim() === '' ? Number.NaN : Number(value);
  switch (operator.kind) {
    case 'exists':
      return true;
    case 'equals':
    case 'contains':
    case 'starts_with':
    case 'ends_with': {
      const fold = (some: string): string => (operator.ignoresCase ? some.toLowerCase() : some);
      return operator.texts.some((other) => stands(operator.kind, fold(text), fold(other)));
    }
    case 'glob':
      return operator.globs.some((glob) =>
        isGlob(
          operator.ignoresCase ? text.toLowerCase() : text,
          operator.ignoresCase ? glob.map(foldPart) : glob,
        ),
      );
    case 'regex':
      return operator.patterns.some((pattern) => {
        const regex = compileRegex({ pattern, flags: operator.flags, isWhole: operator.isWhole });
        return typeof regex !== 'string' && regex.matches(text);
      });
    case 'below':
      return operator.paths.some((path) => `${text}/`.startsWith(`${path.replace(/\/$/, '')}/`));
    case 'number_equals':
      return operator.numbers.some((other) => other === number);
    case 'less':
      return number < operator.number;
    case 'less_or_equal':
      return number <= operator.number;
    case 'greater':
      return number > operator.number;
    case 'greater_or_equal':
      return number >= operator.number;
    case 'flag_equals':
      return text === (operator.flag ? 'true' : 'false');
    case 'in_network':
      return operator.networks.some((network) => isIn(text, network));
    default:
      return read(operator.other, operator.otherTransforms, source).some((other) => {
        if (operator.compare === 'less') return Number(value) < Number(other);
        if (operator.compare === 'greater') return Number(value) > Number(other);
        const fold = (some: string): string => (operator.ignoresCase ? some.toLowerCase() : some);
        return stands(operator.compare, fold(text), fold(String(other)));
      });
  }
}

function foldPart(part: GlobPart): GlobPart {
  return part.kind === 'text' ? { kind: 'text', text: part.text.toLowerCase() } : part;
}

function stands(how: string, text: string, other: string): boolean {
  if (how === 'equals') return text === other;
  if (how === 'contains') return text.indexOf(other) >= 0;
  if (how === 'starts_with') return text.slice(0, other.length) === other;
  return other === '' || text.slice(-other.length) === other;
}

function isGlob(text: string, parts: readonly GlobPart[]): boolean {
  const [part, ...rest] = parts;
  if (part === undefined) return text === '';
  if (part.kind === 'text')
    return text.startsWith(part.text) && isGlob(text.slice(part.text.length), rest);
  const characters = [...text];
  if (part.kind === 'one')
    return characters.length > 0 && isGlob(characters.slice(1).join(''), rest);
  return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((tail) =>
    isGlob(tail, rest),
  );
}

function isIn(address: string, network: string): boolean {
  const [base = '', length] = network.split('/');
  if (isIPv4(address) && isIPv4(base))
    return bits4(address).startsWith(bits4(base).slice(0, Number(length ?? 32)));
  if (isIPv6(address) && isIPv6(base))
    return bits6(address).startsWith(bits6(base).slice(0, Number(length ?? 128)));
  return false;
}

function bits4(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
}

function bits6(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter((part) => part !== '');
  const after = tail.split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after]
    .map((part) => Number.parseInt(part, 16).toString(2).padStart(16, '0'))
    .join('');
}
