/** What conditions are read into. */

/** A field, with what it is turned into before it is compared. */
export interface FilterField {
  /** `proc.aname`. */
  readonly name: string;
  /** `2` of `proc.aname[2]`. */
  readonly argument?: string | undefined;
  /** From the inside out. */
  readonly transformers: readonly string[];
}

/** What a field is compared with. */
export type FilterValue =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'field'; readonly field: FilterField };

/** How many values of a list have to fit. */
export type ListModifier = 'anyof' | 'allof' | 'oneof';

/** A comparison. Positions are those in the text of the condition. */
export interface Check {
  readonly kind: 'check';
  readonly field: FilterField;
  readonly operator: string;
  readonly modifier?: ListModifier | undefined;
  readonly values: readonly FilterValue[];
  readonly at: number;
  readonly end: number;
  /** As the author wrote it. */
  readonly written: string;
}

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'macro'; readonly name: string; readonly at: number; readonly end: number }
  | Check;
