/** What a detector is. */
import type { EventClass } from '../../../../model/event-class.ts';
import type { FindingLevel } from '../../../../model/finding.ts';
import type { DetectorEvent, DetectorField, Emit } from './event.ts';
import type { DetectorState, StateDeclaration } from './table.ts';

/** A detector. */
export interface Detector<
  Input extends EventClass = EventClass,
  Field extends DetectorField = DetectorField,
  State extends StateDeclaration = StateDeclaration,
> {
  /** Unique among all rules; letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  readonly title: string;
  readonly level: FindingLevel;
  readonly description: string;
  /** Techniques and tactics of ATT&CK by their ids: `T1071`, `TA0011`. */
  readonly attack: readonly string[];
  readonly falsePositives: readonly string[];
  /** What to do about a finding. */
  readonly runbook: string;
  /** Changes with the detector: what was remembered by another version is forgotten. */
  readonly version: string;
  /** stable unless said otherwise. */
  readonly status?: string;
  readonly tags?: readonly string[];
  /** Classes of events it is given. */
  readonly inputs: readonly Input[];
  /** Fields it reads; no others are handed over. */
  readonly fields: readonly Field[];
  /** Of these classes, events in which a field has one of these values; of other inputs, all. */
  readonly only?: {
    readonly [Class in NoInfer<Input>]?: {
      readonly [Name in NoInfer<Field>]?: readonly (string | number | boolean)[];
    };
  };
  /** How many findings go out, after ten times as many at once; `Infinity`: all of them. */
  readonly findingsPerSecond?: number;
  readonly state?: State;
  /** Called for one event after the other. Has to return at once; must not wait for anything. */
  detect(event: DetectorEvent<Input, Field>, state: DetectorState<State>, emit: Emit): void;
}

/** Gives a definition its types. */
export function defineDetector<
  const Input extends EventClass,
  const Field extends DetectorField,
  State extends StateDeclaration = Record<never, never>,
>(detector: Detector<Input, Field, State>): Detector<Input, Field, State> {
  return detector;
}
