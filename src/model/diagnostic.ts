/** Diagnostics: what is wrong with the text a user wrote, and where. Collected, never thrown. */

/** A place in a file; line and column count from 1, offsets from 0 in UTF-16 units. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Half-open range in the text of the file. */
  readonly start: number;
  readonly end: number;
}

export type Severity = 'error' | 'warning';

export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
  readonly location: SourceLocation;
}
