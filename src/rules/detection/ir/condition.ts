/**
 * Conditions: what every front end compiles to, and all that evaluation, explanation and pushdown
 * read. A tree of booleans over tests of one field each.
 */
import type { SourceLocation } from '../../../model/diagnostic.ts';
import type { EventClass } from '../../../model/event-class.ts';
import type { FieldName } from '../fields/field-table.ts';

/** A field, and the key of those that take one. */
export interface FieldReference {
  readonly field: FieldName;
  /** A name or an index from 0; absent: any of them. */
  readonly key?: string | undefined;
}

/** Parts of a time, as numbers, in UTC; weeks are those of ISO 8601. */
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** What a value is turned into before it is compared, in this order. */
export type Transform =
  | 'lower'
  | 'upper'
  | 'base64_decode'
  | 'basename'
  | 'dirname'
  | 'length'
  /** Of milliseconds since the Unix epoch. */
  | TimePart;

/** Wildcard pattern: literal texts, with what stands between them. */
export type GlobPart =
  | { readonly kind: 'text'; readonly text: string }
  /** One character. */
  | { readonly kind: 'one' }
  /** Any number of characters. */
  | { readonly kind: 'many' };

/** Operators; each has its literals, any of which is enough. */
export type TestOperator =
  | { readonly kind: 'exists' }
  | {
      readonly kind: 'equals' | 'contains' | 'starts_with' | 'ends_with';
      readonly texts: readonly string[];
      /** Compares in lower case; the texts are as they were written. */
      readonly ignoresCase: boolean;
    }
  /** The whole value. */
  | {
      readonly kind: 'glob';
      readonly globs: readonly (readonly GlobPart[])[];
      readonly ignoresCase: boolean;
    }
  /** RE2; `isWhole`: the whole value has to match, not a part. */
  | {
      readonly kind: 'regex';
      readonly patterns: readonly string[];
      /** Letters of i, m, s. */
      readonly flags: string;
      readonly isWhole: boolean;
    }
  /** The value is one of these paths or below one. */
  | { readonly kind: 'below'; readonly paths: readonly string[] }
  | { readonly kind: 'number_equals'; readonly numbers: readonly number[] }
  | {
      readonly kind: 'less' | 'less_or_equal' | 'greater' | 'greater_or_equal';
      readonly number: number;
    }
  | { readonly kind: 'flag_equals'; readonly flag: boolean }
  /** Networks in CIDR notation; a single address has the full length. */
  | { readonly kind: 'in_network'; readonly networks: readonly string[] }
  /** Compares with another field of the same event. */
  | {
      readonly kind: 'field';
      readonly compare: 'equals' | 'contains' | 'starts_with' | 'ends_with' | 'less' | 'greater';
      readonly other: FieldReference;
      readonly otherTransforms: readonly Transform[];
      readonly ignoresCase: boolean;
    };

/** One test of one field. False when the field is not known. */
export interface Test extends FieldReference {
  readonly kind: 'test';
  readonly transforms: readonly Transform[];
  readonly operator: TestOperator;
  /** As the author wrote it, for explanations: `Image|endswith: /bash`. */
  readonly written: string;
  readonly place?: SourceLocation | undefined;
}

export type Condition =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** `label`: what the rule calls this part: a search of Sigma, a macro of Falco. */
  | {
      readonly kind: 'and' | 'or';
      readonly parts: readonly Condition[];
      readonly label?: string | undefined;
    }
  | { readonly kind: 'not'; readonly part: Condition; readonly label?: string | undefined }
  /** Decided when rules are put into the buckets of classes; costs nothing at an event. */
  | { readonly kind: 'class'; readonly classes: readonly EventClass[] }
  | Test;
