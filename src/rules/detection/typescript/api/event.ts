/** What detectors are given, and what they report. */
import type { EventClass } from '../../../../model/event-class.ts';
import type { FieldName, FieldValueOf, KeyedFieldName } from '../../fields/field-table.ts';

/** A field, or one value of a field that takes a key: `k8s.pod.label[app]`. */
export type DetectorField = FieldName | `${KeyedFieldName}[${string}]`;

/** Type of what a field has when it is known. */
export type DetectorValue<Field extends DetectorField> = Field extends FieldName
  ? FieldValueOf<Field>
  : Field extends `ancestors.pid[${string}]`
    ? number
    : string;

/** An event, as far as the detector declared what it reads. */
export interface DetectorEvent<
  Input extends EventClass = EventClass,
  Field extends DetectorField = DetectorField,
> {
  readonly class: Input;
  /** Milliseconds since the machine was started: the only clock a detector should have. */
  readonly timeMs: number;
  /** Undefined when it is not known. Throws when the field is not declared. */
  value<Name extends Field>(field: Name): DetectorValue<Name> | undefined;
}

/** What a finding says, besides what the definition says. */
export interface Emission {
  /** Absent: the title of the detector. */
  readonly message?: string;
  /** Shown with the finding. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
  /** Events that led to it; absent: this one. */
  readonly count?: number;
}

/** Reports the event that is looked at. One finding for each event; floods are cut and counted. */
export type Emit = (emission?: Emission) => void;
