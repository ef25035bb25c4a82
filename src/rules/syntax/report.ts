/** Collects the diagnostics of one file and turns spans into places. */

import type { Diagnostic, Severity, SourceLocation } from '../../model/diagnostic.ts';
import { findLineStarts } from '../../model/line-starts.ts';

/** Diagnostics returned for one file; errors are kept before warnings. */
export const DIAGNOSTICS_MAX = 100;

/** Half-open range of UTF-16 offsets in the text of the file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A value and where it was written. */
export interface Located<T> {
  readonly value: T;
  readonly span: Span;
}

/** What to tell the reader. */
export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Where checks put what they find. `Code`: the codes of the kind of file. */
export interface Report<Code extends string = string> {
  error(code: Code, at: Span, problem: Problem): void;
  warning(code: Code, at: Span, problem: Problem): void;
}

/** A Report that remembers. */
export interface Collector<Code extends string = string> extends Report<Code> {
  hasErrors(): boolean;
  /** Where a span is in the file. */
  locate(span: Span): SourceLocation;
  /** Sorted by place, at most DIAGNOSTICS_MAX. */
  diagnostics(): readonly Diagnostic[];
}

function findLine(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  a.location.start - b.location.start || a.location.end - b.location.end;

const bySeverity = (a: Diagnostic, b: Diagnostic): number =>
  Number(a.severity === 'warning') - Number(b.severity === 'warning');

/** Collects for one file. The same problem at the same place, reached by an alias, counts once. */
export function createCollector<Code extends string>(text: string, file: string): Collector<Code> {
  const starts = findLineStarts(text);
  const found = new Map<string, Diagnostic>();
  let errors = 0;

  const locate = (span: Span): SourceLocation => {
    const start = Math.min(Math.max(span.start, 0), text.length);
    const line = findLine(starts, start);
    const column = start - (starts[line] ?? 0) + 1;
    return {
      file,
      line: line + 1,
      column,
      start,
      end: Math.min(Math.max(span.end, start), text.length),
    };
  };
  const add =
    (severity: Severity) =>
    (code: Code, at: Span, problem: Problem): void => {
      const { message, hint } = problem;
      const location = locate(at);
      if (severity === 'error') errors += 1;
      found.set(`${code} ${location.start} ${message}`, {
        code,
        severity,
        message,
        ...(hint === undefined ? {} : { hint }),
        location,
      });
    };

  return {
    error: add('error'),
    warning: add('warning'),
    hasErrors: () => errors > 0,
    locate,
    diagnostics: () => [...found.values()].sort(bySeverity).slice(0, DIAGNOSTICS_MAX).sort(byPlace),
  };
}
