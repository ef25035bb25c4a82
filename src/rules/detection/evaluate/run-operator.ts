/** One operator on one value: what tests mean. Everything faster has to answer the same. */
import { BlockList, isIP } from 'node:net';
import { assertNever } from '../../../model/errors.ts';
import type { FieldValue } from '../fields/field-value.ts';
import type { GlobPart, TestOperator, Transform } from '../ir/condition.ts';
import { compileRegex, type Regex } from '../pattern/regex.ts';
import { matchesGlob } from './match-glob.ts';
import { timePart } from './time-part.ts';

type Single = string | number | boolean;

/** Whether one value satisfies an operator. */
export type ValueTest = (value: Single) => boolean;

/** Text of a value, for operators on texts. */
export function textOf(value: Single): string {
  return typeof value === 'string' ? value : String(value);
}

/** Number of a value; NaN when it is none. An empty text is none, though Number() says 0. */
export function numberOf(value: Single): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || value.trim() === '') return Number.NaN;
  return Number(value);
}

/** The values of a field, one by one. */
export function valuesOf(value: FieldValue | undefined): readonly Single[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

/** A value after its transforms; undefined when one of them does not apply. */
export function transform(value: Single, transforms: readonly Transform[]): Single | undefined {
  let current: Single | undefined = value;
  for (const step of transforms) {
    if (current === undefined) return undefined;
    current = applyTransform(textOf(current), step);
  }
  return current;
}

function applyTransform(text: string, step: Transform): Single | undefined {
  switch (step) {
    case 'lower':
      return text.toLowerCase();
    case 'upper':
      return text.toUpperCase();
    case 'basename':
      return text.slice(text.lastIndexOf('/') + 1);
    case 'dirname':
      return text.slice(0, Math.max(text.lastIndexOf('/'), text.startsWith('/') ? 1 : 0));
    case 'length':
      return text.length;
    case 'base64_decode':
      return decodeBase64(text);
    default:
      return timePart(numberOf(text), step);
  }
}

function decodeBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64').toString();
}

/** Compiles an operator that reads one field only. */
export function compileOperator(
  operator: Exclude<TestOperator, { kind: 'field' | 'exists' }>,
): ValueTest {
  switch (operator.kind) {
    case 'equals':
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return compileTexts(operator);
    case 'glob':
      return compileGlobs(operator.globs, operator.ignoresCase);
    case 'regex':
      return compileRegexes(operator);
    case 'below':
      return (value) => operator.paths.some((path) => isBelow(textOf(value), path));
    case 'number_equals':
      return (value) => operator.numbers.includes(numberOf(value));
    case 'less':
      return (value) => numberOf(value) < operator.number;
    case 'less_or_equal':
      return (value) => numberOf(value) <= operator.number;
    case 'greater':
      return (value) => numberOf(value) > operator.number;
    case 'greater_or_equal':
      return (value) => numberOf(value) >= operator.number;
    case 'flag_equals':
      return (value) => textOf(value) === String(operator.flag);
    case 'in_network':
      return compileNetworks(operator.networks);
    default:
      return assertNever(operator);
  }
}

/** How two texts are compared. */
export const TEXT_COMPARISONS: Readonly<
  Record<'equals' | 'contains' | 'starts_with' | 'ends_with', (a: string, b: string) => boolean>
> = {
  equals: (a, b) => a === b,
  contains: (a, b) => a.includes(b),
  starts_with: (a, b) => a.startsWith(b),
  ends_with: (a, b) => a.endsWith(b),
};

function compileTexts(operator: Extract<TestOperator, { texts: readonly string[] }>): ValueTest {
  const compare = TEXT_COMPARISONS[operator.kind];
  if (!operator.ignoresCase) {
    return (value) => operator.texts.some((text) => compare(textOf(value), text));
  }
  const texts = operator.texts.map((text) => text.toLowerCase());
  return (value) => {
    const folded = textOf(value).toLowerCase();
    return texts.some((text) => compare(folded, text));
  };
}

function compileGlobs(globs: readonly (readonly GlobPart[])[], ignoresCase: boolean): ValueTest {
  const folded = ignoresCase ? globs.map((glob) => glob.map(foldPart)) : globs;
  return (value) => folded.some((glob) => matchesGlob(textOf(value), glob, ignoresCase));
}

function foldPart(part: GlobPart): GlobPart {
  return part.kind === 'text' ? { kind: 'text', text: part.text.toLowerCase() } : part;
}

function compileRegexes(operator: Extract<TestOperator, { kind: 'regex' }>): ValueTest {
  const { flags, isWhole } = operator;
  const regexes = operator.patterns
    .map((pattern) => compileRegex({ pattern, flags, isWhole }))
    .filter((regex): regex is Regex => typeof regex !== 'string');
  return (value) => regexes.some((regex) => regex.matches(textOf(value)));
}

/** Whether the path is the other or something in it: by whole parts. */
export function isBelow(path: string, above: string): boolean {
  const top = above.endsWith('/') ? above : `${above}/`;
  return path.startsWith(top) || `${path}/` === top;
}

function compileNetworks(networks: readonly string[]): ValueTest {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIP(address);
    if (family === 0) continue;
    const type = family === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(
      address,
      length === undefined ? (family === 6 ? 128 : 32) : Number(length),
      type,
    );
  }
  return (value) => {
    const address = textOf(value);
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}
