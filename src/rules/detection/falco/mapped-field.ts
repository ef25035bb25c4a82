/** What fields of the language can stand for. */
import type { EventClass } from '../../../model/event-class.ts';
import type { Condition, FieldReference, Transform } from '../ir/condition.ts';

/** A field of this engine. */
export type Name = FieldReference['field'];

/** What a field stands for. */
export type MappedField =
  | ({ readonly kind: 'field'; readonly transforms: readonly Transform[] } & FieldReference)
  /** The language has a value where here the field is not known; `isCut`: ids may be short. */
  | ({
      readonly kind: 'fallback';
      readonly value: string;
      readonly isCut?: boolean;
    } & FieldReference)
  /** A number in other units: that of the event times the factor. */
  | ({ readonly kind: 'scaled'; readonly factor: number } & FieldReference)
  /** Values are names of conditions. Tests in them get their text from the comparison. */
  | {
      readonly kind: 'table';
      readonly rows: Readonly<Record<string, Condition>>;
      readonly exists?: Condition;
      readonly shown?: FieldReference;
    }
  /** A number, which is written as a number or as a name. */
  | {
      readonly kind: 'number_or_name';
      readonly field: Name;
      readonly names: Readonly<Record<string, number>>;
      /** A field with the name, for names that the table does not have. */
      readonly named?: Name;
    }
  /** One text, and for `intersects` the parts of it. */
  | { readonly kind: 'text_or_list'; readonly field: Name; readonly list: Name }
  /** A path, or the text that sockets have instead. */
  | { readonly kind: 'path_or_ends'; readonly field: Name; readonly ends: Name }
  | { readonly kind: 'either'; readonly parts: readonly MappedField[] }
  | { readonly kind: 'guarded'; readonly guard: Condition; readonly part: MappedField }
  /** The same for all events, but for what outputs show. */
  | {
      readonly kind: 'constant';
      readonly values: readonly (string | number)[];
      readonly shown?: FieldReference;
    }
  | { readonly kind: 'event_type' }
  /** Said by rules, and of no meaning any more. */
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** A field by another name. */
export const field = (name: Name, ...transforms: readonly Transform[]): MappedField => {
  return { kind: 'field', field: name, transforms };
};

/** A field that events do not have. */
export const absent = (reason: string): MappedField => ({ kind: 'absent', reason });

/** Fields that events do not have, for the same reason. */
export function allAbsent(
  reason: string,
  names: readonly string[],
): Readonly<Record<string, MappedField>> {
  return Object.fromEntries(names.map((name) => [name, absent(reason)]));
}

/** A field of any of several. */
export const either = (...parts: readonly MappedField[]): MappedField => ({
  kind: 'either',
  parts,
});

/** True when the field has one of the texts. */
export const holds = (name: Name, ...texts: readonly string[]): Condition => {
  return {
    ...{ kind: 'test', field: name, transforms: [], written: '' },
    operator: { kind: 'equals', texts, ignoresCase: false },
  };
};

/** True for events of these classes. */
export const ofClass = (...classes: readonly EventClass[]): Condition => ({
  kind: 'class',
  classes,
});
