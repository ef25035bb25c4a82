/**
 * The table of fields: what an object may have, of which type, and what to tell people about it.
 * The checker reads mappings against it, and `warder schema` prints it.
 */

/** What a field holds. Scalars may be quoted or not: a number is the text it is written as. */
export type FieldType =
  | { readonly kind: 'text'; readonly choices?: readonly string[]; readonly pattern?: string }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  /** Names of the user's own, as labels have. */
  | { readonly kind: 'map'; readonly of: FieldType }
  | {
      readonly kind: 'list';
      readonly of: FieldType;
      readonly min?: number;
      readonly max: number;
    }
  | { readonly kind: 'object'; readonly shape: Shape }
  /** Whatever an API server writes there; nobody looks at it. */
  | { readonly kind: 'ignored' };

/** One field. */
export interface FieldSpec {
  readonly type: FieldType;
  /** Sentences for somebody who has not read the reference. */
  readonly description: string;
  readonly isRequired?: true;
}

/** The fields of one kind of object. */
export interface Shape {
  /** For messages: `a selector`. */
  readonly name: string;
  /** By name, in the order in which people write them. */
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Of these, one at least has to be there. */
  readonly needsOneOf?: readonly string[];
  /** Fields that exist in the language and that this version does not implement. */
  readonly unsupported: readonly string[];
}

/** Names of the fields that are supported. */
export function fieldNames(shape: Shape): readonly string[] {
  return Object.keys(shape.fields);
}
