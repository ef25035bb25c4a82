/** Style rules for the length of functions; no parser, as the formatters fix the braces. */
import type { StyleRule } from './style-rules.ts';

const MODIFIERS = '(?:export |async |static |get |set )*(?:function\\*? )?';
const NOT_STATEMENTS = '(?!(?:if|for|while|switch|catch|describe|do)\\b)';
const FUNCTION_START = new RegExp(`^(\\s*)${MODIFIERS}${NOT_STATEMENTS}[\\w#]+(?:<.*>)?\\(`);

/**
 * Functions longer than the budget. Formatted code closes a function with a brace in the column it
 * began in, so no parser is needed; `describe` blocks are lists of tests and not judged.
 */
export function functionsAtMost(max: number): StyleRule {
  return ({ lines }) =>
    lines.flatMap((line, start) => {
      const indent = FUNCTION_START.exec(line)?.[1] ?? leadingArrow(line);
      if (indent === undefined || /^\s*describe\(/.test(line)) return [];
      const length = closingDistance(lines, start, indent);
      return length > max ? [`function of ${length} lines at line ${start + 1}`] : [];
    });
}

/** C functions by their braces in the first column, which clang-format guarantees. */
export function functionsInCAtMost(max: number): StyleRule {
  return ({ lines }) =>
    lines.flatMap((line, start) => {
      if (line !== '{') return [];
      const length = lines.slice(start).indexOf('}') + 1;
      return length > max ? [`function of ${length} lines at line ${start + 1}`] : [];
    });
}

function leadingArrow(line: string): string | undefined {
  return line.endsWith('=> {') ? /^\s*/.exec(line)?.[0] : undefined;
}

/** Lines until the brace that closes what began at `start`; 0 when it has no body of its own. */
function closingDistance(lines: readonly string[], start: number, indent: string): number {
  const opens = lines.findIndex(
    (line, index) => index >= start && /\{$/.test(line) && isAt(line, indent),
  );
  if (opens === -1) return 0;
  const header = lines.slice(start + 1, opens);
  if (header.some((line) => isAt(line, indent) && !/^\s*\)/.test(line))) return 0;
  const body = lines.slice(opens + 1).findIndex((line) => line.startsWith(`${indent}}`));
  return body === -1 ? 0 : opens + 1 + body - start + 1;
}

function isAt(line: string, indent: string): boolean {
  return line.startsWith(indent) && /\S/.test(line.charAt(indent.length));
}
