/** Conditions as the kernel side can check them, joined by `and` and `or`. */

import type { NumberPair } from '../../../model/number-pair.ts';
import type { NumberRange } from '../../../model/plan.ts';
import { complement, type RangeSet } from './range-set.ts';

/** How a text is compared. */
export type TextTest = 'Equal' | 'Prefix' | 'Postfix' | 'SubString';

/** One condition on one argument. */
export type Literal =
  | {
      readonly kind: 'range';
      readonly argument: number;
      readonly set: RangeSet;
      /** All that the argument can be. */
      readonly domain: NumberRange;
      readonly isSigned: boolean;
    }
  /** Some bit of the mask is set; none when negated. */
  | {
      readonly kind: 'bits';
      readonly argument: number;
      readonly mask: bigint;
      readonly isNegated: boolean;
    }
  /** What two arguments are together is one of the values. */
  | {
      readonly kind: 'pair';
      readonly argument: number;
      readonly pair: NumberPair;
      readonly values: readonly bigint[];
      readonly isNegated: boolean;
    }
  /** One of the values; none when negated. */
  | {
      readonly kind: 'text';
      readonly argument: number;
      readonly test: TextTest;
      readonly values: readonly string[];
      readonly isNegated: boolean;
    };

export type Formula =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] };

export function constant(holds: boolean): Formula {
  return { kind: 'constant', holds };
}

export function literal(of: Literal): Formula {
  return { kind: 'literal', literal: of };
}

export function all(...parts: readonly Formula[]): Formula {
  return { kind: 'and', parts: flat('and', parts) };
}

export function any(...parts: readonly Formula[]): Formula {
  return { kind: 'or', parts: flat('or', parts) };
}

/** A chain of one operator is one formula, however long. */
function flat(kind: 'and' | 'or', parts: readonly Formula[]): readonly Formula[] {
  return parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
}

/** Holds when the formula does not. */
export function negate(formula: Formula): Formula {
  switch (formula.kind) {
    case 'constant':
      return constant(!formula.holds);
    case 'literal':
      return literal(negateLiteral(formula.literal));
    case 'and':
      return any(...formula.parts.map(negate));
    case 'or':
      return all(...formula.parts.map(negate));
  }
}

function negateLiteral(of: Literal): Literal {
  if (of.kind === 'range') return { ...of, set: complement(of.set, of.domain) };
  return { ...of, isNegated: !of.isNegated };
}
