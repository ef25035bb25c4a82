/** What is wrong with a configuration that was parsed already: collected, never thrown. */

/** From the root of the file: names of members and indexes of lists. */
export type ConfigPath = readonly (string | number)[];

/** Whoever has the text turns the path into a line and a column. */
export interface ConfigProblem {
  readonly path: ConfigPath;
  /** Of `CONFIG_ERRORS`, or of the table of who found it. */
  readonly code: string;
  /** Without values that may be secret. */
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
}

/** What was made of a part of a configuration, or everything that is wrong with it. */
export type Compiled<T> =
  | { readonly kind: 'compiled'; readonly value: T }
  | { readonly kind: 'refused'; readonly problems: readonly ConfigProblem[] };

export type ConfigProblemCode =
  | 'CONFIG_KEY_MISSING'
  | 'CONFIG_KEY_UNKNOWN'
  | 'CONFIG_SECRET_UNREADABLE'
  | 'CONFIG_TYPE_MISMATCH'
  | 'CONFIG_VALUE_INVALID'
  | 'CONFIG_VALUE_RANGE'
  | 'CONFIG_VALUE_UNKNOWN';
