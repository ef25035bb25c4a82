/** Label selectors as kubectl takes them: `app=web,tier in (a,b),!old`. */

type Labels = Readonly<Record<string, unknown>>;
export type LabelTest = (labels: Labels) => boolean;

/** Longest selector; longer ones are mistakes. */
const LENGTH_MAX = 4096;
/** What keys and values are written with; their own rules bound them further. */
const WORD = /^[A-Za-z0-9][-A-Za-z0-9_./]*$/;

/** A test that holds when all requirements do, or what is wrong with the text. */
export function compileLabelSelector(text: string): LabelTest | string {
  if (text.length > LENGTH_MAX) return `it has more than ${LENGTH_MAX} characters`;
  const parts = splitRequirements(text);
  if (typeof parts === 'string') return parts;
  const tests: LabelTest[] = [];
  for (const part of parts) {
    const test = compileRequirement(part.trim());
    if (typeof test === 'string') return test;
    tests.push(test);
  }
  return (labels) => tests.every((test) => test(labels));
}

/** At commas that are not in parentheses. */
function splitRequirements(text: string): readonly string[] | string {
  const parts: string[] = [];
  let from = 0;
  let isInSet = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '(' || character === ')') {
      if ((character === '(') === isInSet) return `\`${character}\` stands in the wrong place`;
      isInSet = character === '(';
    } else if (character === ',' && !isInSet) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  if (isInSet) return 'a `(` is not closed';
  return text.trim() === '' ? [] : [...parts, text.slice(from)];
}

function compileRequirement(text: string): LabelTest | string {
  if (text.startsWith('!')) {
    const key = readWord(text.slice(1));
    return key === undefined ? problem(text) : (labels) => !Object.hasOwn(labels, key);
  }
  if (text.endsWith(')')) return compileSet(text);
  const at = text.indexOf('=');
  if (at < 0) {
    const key = readWord(text);
    return key === undefined ? problem(text) : (labels) => Object.hasOwn(labels, key);
  }
  const isNegated = text[at - 1] === '!';
  const isDouble = text[at + 1] === '=';
  const key = readWord(text.slice(0, isNegated ? at - 1 : at));
  const value = text.slice(isDouble ? at + 2 : at + 1).trim();
  if (key === undefined || !isValue(value) || (isNegated && isDouble)) return problem(text);
  return (labels) => (ownOf(labels, key) === value) !== isNegated;
}

/** `key in (a, b)` and `key notin (a, b)`. */
function compileSet(text: string): LabelTest | string {
  const open = text.indexOf('(');
  const [key, operator, ...rest] = text.slice(0, open).trim().split(/\s+/);
  const values = text
    .slice(open + 1, -1)
    .split(',')
    .map((value) => value.trim());
  const isKnown = operator === 'in' || operator === 'notin';
  if (!isKnown || rest.length > 0 || key === undefined || !WORD.test(key)) return problem(text);
  if (!values.every(isValue)) return problem(text);
  return (labels) => {
    const value = ownOf(labels, key);
    return (value !== undefined && values.includes(value)) === (operator === 'in');
  };
}

function readWord(text: string): string | undefined {
  const word = text.trim();
  return WORD.test(word) ? word : undefined;
}

function isValue(text: string): boolean {
  return text === '' || WORD.test(text);
}

function ownOf(labels: Labels, key: string): string | undefined {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function problem(text: string): string {
  return `${JSON.stringify(text)} is no requirement on a label`;
}
