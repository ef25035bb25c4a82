/**
 * Paths as rules write them, and as the kernel tells of them: without symbolic links. The two links
 * that every distribution has, and that published rules go by, are known here.
 */
import type { FieldName } from '../fields/field-table.ts';
import type { Condition, GlobPart, Test, TestOperator } from './condition.ts';

/** Filesystem Hierarchy Standard 3.0, 5.13.2 and 3.15.1. */
const LINKS = [
  ['/var/run', '/run'],
  ['/var/lock', '/run/lock'],
] as const;

/** Paths of what was opened, not of what somebody typed. */
const FIELDS: readonly FieldName[] = ['file.path', 'file.old_path'];

/** Tests of paths below a link also hold for what the link leads to. */
export function withResolvedPaths(condition: Condition): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { ...condition, parts: condition.parts.map(withResolvedPaths) };
    case 'not':
      return { ...condition, part: withResolvedPaths(condition.part) };
    case 'test':
      return FIELDS.includes(condition.field) ? resolveTest(condition) : condition;
    default:
      return condition;
  }
}

function resolveTest(test: Test): Test {
  const operator = resolveOperator(test.operator);
  return operator === test.operator ? test : { ...test, operator };
}

function resolveOperator(operator: TestOperator): TestOperator {
  switch (operator.kind) {
    case 'equals':
    case 'starts_with': {
      const more = operator.texts.flatMap(resolve);
      return more.length === 0 ? operator : { ...operator, texts: [...operator.texts, ...more] };
    }
    case 'below': {
      const more = operator.paths.flatMap(resolve);
      return more.length === 0 ? operator : { ...operator, paths: [...operator.paths, ...more] };
    }
    case 'glob': {
      const more = operator.globs.flatMap(resolveGlob);
      return more.length === 0 ? operator : { ...operator, globs: [...operator.globs, ...more] };
    }
    default:
      return operator;
  }
}

function resolveGlob([first, ...rest]: readonly GlobPart[]): readonly (readonly GlobPart[])[] {
  if (first?.kind !== 'text') return [];
  return resolve(first.text).map((text) => [{ ...first, text }, ...rest]);
}

function resolve(path: string): readonly string[] {
  const link = LINKS.find(([from]) => path === from || path.startsWith(`${from}/`));
  return link === undefined ? [] : [link[1] + path.slice(link[0].length)];
}
