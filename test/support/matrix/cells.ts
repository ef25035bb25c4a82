/**
 * The matrix of what policies can compare: every section with every argument type and every
 * operator that the checker lets through for the type, or that the type is read when there is none.
 * Types and operators come from the checker itself, so that a new one is an empty cell until a
 * trigger is there for it.
 */
import { absenceOf } from './absences.ts';
import {
  argumentOperators,
  argumentTypes,
  whyOperatorRefused,
  whyTypeRefused,
} from './refusals.ts';
import { SECTIONS, type Section } from './sections.ts';
import type { Trigger } from './trigger.ts';
import { TRIGGERS } from './triggers.ts';
import { READ, type Samples, samplesOf } from './values.ts';

/** One operator on one type in one section. */
export interface Cell {
  readonly section: Section;
  readonly type: string;
  readonly operator: string;
}

/** What is done about a cell. */
export type CellState =
  | { readonly kind: 'proven'; readonly trigger: Trigger; readonly samples: Samples }
  /** The checker refuses the type in the section. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No hook of the section passes one. */
  | { readonly kind: 'absent'; readonly reason: string }
  /** Somebody has to write a trigger, or values for the operator. */
  | { readonly kind: 'missing' };

/** Every cell whose operator applies to its type; a type without operators is read. */
export function allCells(): readonly (Cell & { readonly state: CellState })[] {
  const pairs = argumentTypes().flatMap((type) => {
    const operators = argumentOperators().filter(
      (operator) => whyOperatorRefused(type, operator) === undefined,
    );
    return (operators.length > 0 ? operators : [READ]).map((operator) => ({ type, operator }));
  });
  return SECTIONS.flatMap((section) =>
    pairs.map((pair) => ({ section, ...pair, state: stateOf({ section, ...pair }) })),
  );
}

function stateOf({ section, type, operator }: Cell): CellState {
  const refusal = whyTypeRefused(section, type);
  if (refusal !== undefined) return { kind: 'refused', reason: refusal };
  const absence = absenceOf(section, type);
  if (absence !== undefined) return { kind: 'absent', reason: absence.reason };
  const trigger = TRIGGERS.find((one) => one.section === section && one.types.includes(type));
  const samples = trigger && samplesOf(trigger.subject, operator);
  return trigger && samples ? { kind: 'proven', trigger, samples } : { kind: 'missing' };
}
