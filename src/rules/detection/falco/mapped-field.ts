/** What fields of the language can stand for. */
import type { FieldReference, Transform } from '../ir/condition.ts';

/** What a field stands for. */
export type MappedField =
  | ({ readonly kind: 'field'; readonly transforms: readonly Transform[] } & FieldReference)
  /** One of two fields, by who began the connection. */
  | { readonly kind: 'side'; readonly outbound: FieldReference; readonly inbound: FieldReference }
  /** Either of them. */
  | { readonly kind: 'either'; readonly fields: readonly FieldReference[] }
  /** A number that is -1 when it is not known. */
  | ({ readonly kind: 'optional' } & FieldReference)
  /** Absent on the host, where the language says `host`. */
  | ({ readonly kind: 'container' } & FieldReference)
  /** Values are named differently here. */
  | ({
      readonly kind: 'renamed';
      readonly values: Readonly<Record<string, string>>;
    } & FieldReference)
  /** True when the list has the value. */
  | ({ readonly kind: 'member'; readonly value: string } & FieldReference)
  /** A number in other units: that of the event times the factor. */
  | ({ readonly kind: 'scaled'; readonly factor: number } & FieldReference)
  /** The same for all events. */
  | { readonly kind: 'constant'; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'event_type' }
  /** A kind of file or socket: of files the class tells, of sockets the family. */
  | { readonly kind: 'descriptor' }
  | { readonly kind: 'absent'; readonly reason: string };

/** A field of this engine. */
export type Name = FieldReference['field'];

/** A field by another name. */
export const field = (name: Name, ...transforms: readonly Transform[]): MappedField => {
  return { kind: 'field', field: name, transforms };
};
/** A field that events do not have. */
export const absent = (reason: string): MappedField => ({ kind: 'absent', reason });
/** A field that is the same for all events. */
export const constant = (...values: readonly (string | number | boolean)[]): MappedField => {
  return { kind: 'constant', values };
};
/** A field of any of several. */
export const either = (...names: readonly Name[]): MappedField => {
  return { kind: 'either', fields: names.map((name) => ({ field: name })) };
};

/** Said of fields that other systems read from where this one does not look. */
export const NOT_SEEN: MappedField = absent('events do not carry it');
