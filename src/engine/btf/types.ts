/** What a type looks like: the BTF format as plain data. */

/** In the order of the format: the position is the number of the kind. */
export const BTF_KINDS = [
  'void',
  'int',
  'pointer',
  'array',
  'struct',
  'union',
  'enum',
  'forward',
  'typedef',
  'volatile',
  'const',
  'restrict',
  'function',
  'prototype',
  'variable',
  'section',
  'float',
  'declTag',
  'typeTag',
  'enum64',
] as const;

/** One of BTF_KINDS. */
export type BtfKind = (typeof BTF_KINDS)[number];

/** A member of a struct or union; `bitfieldBits` is 0 for anything that is not a bit field. */
export interface BtfMember {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  readonly offsetBits: number;
  readonly bitfieldBits: number;
  readonly typeId: number;
}

/** A value of an enum; exact up to 2^53. */
export interface BtfEnumValue {
  readonly name: string;
  readonly value: number;
}

/** A parameter of a prototype; type 0 in the last place means that more may follow. */
export interface BtfParameter {
  readonly name: string;
  readonly typeId: number;
}

/** A variable of a section. */
export interface BtfPlace {
  readonly typeId: number;
  readonly offset: number;
  readonly size: number;
}

/** One type; which of the optional parts are there follows from `kind`. */
export interface BtfType {
  readonly id: number;
  readonly kind: BtfKind;
  /** Empty for an anonymous type. */
  readonly name: string;
  /** Bytes: int, float, struct, union, enum, enum64, section. */
  readonly size?: number;
  /**
   * What a pointer, typedef, qualifier, tag, variable or function refers to; what a prototype
   * returns.
   */
  readonly typeId?: number;
  readonly members?: readonly BtfMember[];
  readonly parameters?: readonly BtfParameter[];
  readonly values?: readonly BtfEnumValue[];
  readonly places?: readonly BtfPlace[];
  readonly array?: { readonly typeId: number; readonly length: number };
  /** int, enum, enum64. */
  readonly isSigned?: boolean;
  /** int. */
  readonly isBoolean?: boolean;
  /** forward: a union, not a struct. */
  readonly isUnion?: boolean;
}
