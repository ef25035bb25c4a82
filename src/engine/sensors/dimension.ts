/**
 * Dimensions: one structure per subject and kind of comparison that answers, in one lookup, which
 * selectors a value satisfies. Selectors of all policies share it.
 */
import type { Condition, DimensionKind, RowKey, Subject } from './condition.ts';
import { type SelectorSet, withSelector } from './selector-set.ts';

/** Cheapest first: the kernel leaves at the first dimension that lets no selector through. */
const KIND_ORDER: readonly DimensionKind[] = [
  'indexed',
  'scope',
  'number',
  'range',
  'address',
  'mask',
  'lineage',
  'text',
  'prefix',
  'postfix',
  'substring',
  'substring_folded',
];

const TEXT_KINDS: ReadonlySet<DimensionKind> = new Set([
  'text',
  'prefix',
  'postfix',
  'substring',
  'substring_folded',
]);

/**
 * When in a run a dimension is looked at: facts need no argument, texts a work area, and for what
 * was returned the call has to be over.
 */
export type Stage = 'fact' | 'number' | 'text' | 'return';

const STAGE_ORDER: readonly Stage[] = ['fact', 'number', 'text', 'return'];

/** A dimension being filled, then frozen into the rows of one generation. */
export interface Dimension {
  readonly kind: DimensionKind;
  readonly subject: Subject;
  /** RANGE: values are compared with a sign. */
  readonly isSigned: boolean;
  readonly rows: Map<RowKey, SelectorSet>;
  constrained: SelectorSet;
  negated: SelectorSet;
}

/** Finds or adds the dimension for a condition and enters the selector into its rows. */
export function enterCondition(
  dimensions: Dimension[],
  condition: Condition,
  selector: number,
): void {
  const bit = 1n << BigInt(selector);
  // A selector that looks at the same argument twice needs a second dimension: conditions of one
  // selector are ANDed, while rows of one dimension are ORed.
  let dimension = dimensions.find(
    (candidate) => isFor(candidate, condition) && (candidate.constrained & bit) === 0n,
  );
  if (dimension === undefined) {
    const { kind, subject, isSigned } = condition;
    dimension = { kind, subject, isSigned, rows: new Map(), constrained: 0n, negated: 0n };
    dimensions.push(dimension);
  }
  dimension.constrained |= bit;
  if (condition.isNegated) dimension.negated |= bit;
  for (const key of condition.keys) {
    dimension.rows.set(key, withSelector(dimension.rows.get(key), selector));
  }
}

function isFor({ kind, subject, isSigned }: Dimension, condition: Condition): boolean {
  if (kind !== condition.kind || isSigned !== condition.isSigned) return false;
  return isSameSubject(subject, condition.subject);
}

function isSameSubject(one: Subject, other: Subject): boolean {
  if (one.kind === 'fact') return other.kind === 'fact' && one.fact === other.fact;
  if (other.kind === 'fact' || one.argument !== other.argument) return false;
  if (one.kind === 'gained') return other.kind === 'gained' && one.after === other.after;
  if (one.kind === 'pair') {
    if (other.kind !== 'pair' || one.other !== other.other) return false;
    return one.relation === other.relation && one.bits === other.bits;
  }
  return other.kind === 'argument' && one.part === other.part;
}

/** In the order in which the kernel looks at them. */
export function orderDimensions(dimensions: readonly Dimension[]): readonly Dimension[] {
  return dimensions.toSorted(
    (a, b) =>
      STAGE_ORDER.indexOf(stageOf(a)) - STAGE_ORDER.indexOf(stageOf(b)) ||
      KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind),
  );
}

/** Whether a text is compared, and not a number. */
export function isOnText({ kind }: Dimension): boolean {
  return TEXT_KINDS.has(kind);
}

export function stageOf({ kind, subject }: Dimension): Stage {
  if (subject.kind === 'argument' && subject.isLate === true) return 'return';
  if (TEXT_KINDS.has(kind)) return 'text';
  // The type of a file is known with its path; the family of a local socket with its text.
  if (subject.kind === 'argument' && subject.part === 'file_type') return 'text';
  return subject.kind === 'fact' ? 'fact' : 'number';
}
