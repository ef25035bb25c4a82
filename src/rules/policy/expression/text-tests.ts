/** Comparisons and tests of texts to conditions on one argument. */

import type { Span } from '../report.ts';
import { all, constant, type Formula, literal, negate, type TextTest } from './formula.ts';
import { type ComparisonOperator, invalid, unsupported } from './syntax.ts';
import type { Value } from './value.ts';

/** PATH_MAX of the kernel without the terminator: nothing longer can be compared. */
const TEXT_BYTES_MAX = 4095;

const TESTS: Readonly<Record<string, TextTest | 'pattern'>> = {
  startsWith: 'Prefix',
  endsWith: 'Postfix',
  contains: 'SubString',
  matches: 'pattern',
};

type Text = Extract<Value, { kind: 'text' }>;

/** Whether a method of this name tests a text. */
export function isTextTest(name: string): boolean {
  return Object.hasOwn(TESTS, name);
}

/** Throws ExpressionError when no condition says this. */
export function compareTexts(
  first: Text,
  second: Text,
  { operator, span }: { readonly operator: ComparisonOperator; readonly span: Span },
): Formula {
  if (operator === '!=') {
    return negate(compareTexts(first, second, { operator: '==', span }));
  }
  if (operator !== '==') return unsupported(span, `\`${operator}\` compares numbers only`);
  const [left, right] = first.argument === undefined ? [second, first] : [first, second];
  if (right.argument !== undefined) {
    return unsupported(span, 'an argument that is a text is compared with a constant');
  }
  if (left.argument === undefined) return constant(left.text === right.text);
  return onArgument(left.argument, 'Equal', right);
}

/** Tests the first by the second. Throws ExpressionError when no condition says this. */
export function testText(
  name: string,
  [target, wanted]: readonly [Value, Value],
  span: Span,
): Formula {
  const test = TESTS[name] ?? 'Equal';
  if (target.kind !== 'text') return invalid(target.span, `\`${name}\` tests a text`);
  if (wanted.kind !== 'text') return invalid(wanted.span, `\`${name}\` takes a text`);
  if (target.argument === undefined || wanted.argument !== undefined) {
    return unsupported(span, `\`${name}\` tests an argument by a constant`);
  }
  if (test === 'pattern') return matchPattern(target.argument, wanted);
  return onArgument(target.argument, test, wanted);
}

function onArgument(argument: number, test: TextTest, { text, span }: Text): Formula {
  if (text === '') {
    return unsupported(span, 'empty text cannot be compared', 'it is found nowhere');
  }
  if (text.includes('\0')) invalid(span, 'text with a NUL character cannot be compared');
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > TEXT_BYTES_MAX) {
    invalid(span, `this text has ${bytes} bytes, and at most ${TEXT_BYTES_MAX} can be compared`);
  }
  return literal({ kind: 'text', argument, test, values: [text], isNegated: false });
}

/** A pattern of plain characters, perhaps with `^` and `$`: that is what the kernel side has. */
function matchPattern(argument: number, pattern: Text): Formula {
  const [, start, middle = '', end] = /^(\^?)((?:[^$\\]|\\.)*)(\$?)$/s.exec(pattern.text) ?? [];
  const text = middle.replace(/\\([^A-Za-z0-9])/g, '$1');
  if (end === undefined || /\\[A-Za-z0-9]|(?<!\\)(?:\\\\)*[.*+?()[\]{}|^]/.test(middle)) {
    return unsupported(
      pattern.span,
      'only plain characters, `^` at the start and `$` at the end can be matched here',
      'write several conditions with `startsWith`, `endsWith` and `contains`',
    );
  }
  const test =
    start === '' ? (end === '' ? 'SubString' : 'Postfix') : end === '' ? 'Prefix' : 'Equal';
  return all(onArgument(argument, test, { ...pattern, text }));
}
