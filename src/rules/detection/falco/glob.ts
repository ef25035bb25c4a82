/** Patterns of the operators glob and iglob, which are those of file names without slashes. */
import type { GlobPart, TestOperator } from '../ir/condition.ts';

/** Sets in brackets, and alternatives such as `@(a|b)`: the engine has them as expressions. */
const NEEDS_REGEX = /(^|[^\\])(\\\\)*(\[|[@?*+!]\()/;

/** Any of the patterns. Some become regular expressions, which have yet to be tried. */
export function compileGlobs(
  texts: readonly string[],
  ignoresCase: boolean,
): Extract<TestOperator, { kind: 'glob' | 'regex' }> {
  if (!texts.some((text) => NEEDS_REGEX.test(text))) {
    return { kind: 'glob', globs: texts.map(parseGlob), ignoresCase };
  }
  const flags = ignoresCase ? 'is' : 's';
  return { kind: 'regex', patterns: texts.map(toRegex), flags, isWhole: true };
}

function parseGlob(text: string): readonly GlobPart[] {
  const parts: GlobPart[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === '\\' && at + 1 < text.length) {
      at += 1;
      literal += text.charAt(at);
    } else if (unit === '*' || unit === '?') {
      flush();
      parts.push({ kind: unit === '*' ? 'many' : 'one' });
    } else literal += unit;
  }
  flush();
  return parts;
}

const TOKEN =
  /\\(?<escaped>.)|(?<sign>[@?*+!])\(|\[(?<negated>[!^]?)(?<set>\]?(?:\[:\w+:\]|[^\]])*)\]|./gsu;

/** What follows a group of alternatives, by the sign before it. */
const REPEATS: Readonly<Record<string, string>> = { '@': ')', '?': ')?', '*': ')*', '+': ')+' };

function toRegex(text: string): string {
  const open: string[] = [];
  let regex = '';
  for (const { 0: whole, groups = {} } of text.matchAll(TOKEN)) {
    const { escaped, sign, negated = '', set } = groups;
    if (escaped !== undefined) regex += quoteText(escaped);
    else if (set !== undefined) regex += `[${negated === '' ? '' : '^'}${quoteSet(set)}]`;
    else if (sign === undefined) regex += toPart(whole, open);
    else {
      open.push(sign);
      // What RE2 cannot say is refused by it, with the reason.
      regex += sign === '!' ? '(?!' : '(?:';
    }
  }
  return regex;
}

function toPart(unit: string, open: string[]): string {
  if (unit === '*') return '.*';
  if (unit === '?') return '.';
  if (unit === '|' && open.length > 0) return '|';
  if (unit === ')' && open.length > 0) return REPEATS[open.pop() ?? ''] ?? ')';
  return quoteText(unit);
}

function quoteText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Classes such as `[:alpha:]` are the same in both; a bracket that comes first is of the set. */
function quoteSet(set: string): string {
  const first = set.startsWith(']') ? '\\]' : '';
  const rest = first === '' ? set : set.slice(1);
  return first + rest.replace(/[\\^]|\[(?!:)/g, '\\$&');
}
