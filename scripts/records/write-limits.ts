/** Writes the bounds of the kernel side, which are macros and not in BTF. */
import { assert } from '../../src/model/errors.ts';

/** Source text of the bounds of the kernel side, from the text of limits.h. */
export function writeLimits(header: string): string {
  const known = new Map<string, number>();
  const rows: string[] = [];
  for (const match of header.matchAll(/^#define\s+([A-Z][A-Z0-9_]*)[ \t]+(\S.*)$/gm)) {
    const [, name = '', expression = ''] = match;
    const value = evaluate(expression, known);
    known.set(name, value);
    rows.push(`export const ${name} = ${value};`);
  }
  return `/** Bounds of the kernel side. Generated from limits.h, which has the reasons. */

${rows.join('\n')}
`;
}

/** Sums and products of numbers and names, in parentheses or not: all that limits.h uses. */
function evaluate(expression: string, known: ReadonlyMap<string, number>): number {
  const tokens = expression.match(/\w+|[()+*-]/g) ?? [];
  assert(tokens.join('') === expression.replaceAll(/\s/g, ''), `cannot read ${expression}`);
  let next = 0;
  const atom = (): number => {
    const token = tokens[next++] ?? '';
    if (token === '(') {
      const value = sum();
      assert(tokens[next++] === ')', `unbalanced ${expression}`);
      return value;
    }
    const value = known.get(token) ?? Number(token);
    assert(Number.isSafeInteger(value), `${token} in ${expression} is not a number`);
    return value;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[next] === '*') {
      next++;
      value *= atom();
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[next] === '+' || tokens[next] === '-') {
      const sign = tokens[next++] === '+' ? 1 : -1;
      value += sign * product();
    }
    return value;
  };
  const value = sum();
  assert(next === tokens.length, `cannot read ${expression}`);
  return value;
}
