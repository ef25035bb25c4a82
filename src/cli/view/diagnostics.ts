/** Diagnostics of policy files for people. */
import type { Diagnostic } from '../../model/diagnostic.ts';
import { formatDiagnostic } from '../../rules/syntax/format-diagnostic.ts';
import type { FileDiagnostics } from '../agent-options.ts';

/** Every diagnostic with its place and caret, and a blank line after it. */
export function renderDiagnostics(files: readonly FileDiagnostics[], isColoured: boolean): string {
  return files
    .flatMap(({ text, diagnostics }) =>
      diagnostics.map((found) => formatDiagnostic(found, text, { colour: isColoured })),
    )
    .map((text) => `${text}\n\n`)
    .join('');
}

export interface DiagnosticCount {
  readonly errors: number;
  readonly warnings: number;
}

/** How many there are of each severity. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): DiagnosticCount {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: diagnostics.length - errors };
}

/** `1 error`, `2 errors`. */
export function plural(count: number, noun: string, nouns: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
