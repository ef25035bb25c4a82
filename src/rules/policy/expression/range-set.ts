/** Sets of numbers as sorted ranges that do not touch. */

import type { NumberRange } from '../../../model/plan.ts';

/** Sorted, apart from each other, both ends included. */
export type RangeSet = readonly NumberRange[];

/** What is in one of the sets. */
export function unite(...sets: readonly RangeSet[]): RangeSet {
  const sorted = sets.flat().sort((a, b) => (a.min < b.min ? -1 : a.min > b.min ? 1 : 0));
  const united: NumberRange[] = [];
  for (const range of sorted) {
    const last = united.at(-1);
    if (last === undefined || range.min > last.max + 1n) united.push(range);
    else if (range.max > last.max) united[united.length - 1] = { min: last.min, max: range.max };
  }
  return united;
}

/** What of `domain` is not in the set. */
export function complement(set: RangeSet, domain: NumberRange): RangeSet {
  const rest: NumberRange[] = [];
  let min = domain.min;
  for (const range of set) {
    if (range.min > min) rest.push({ min, max: range.min - 1n });
    if (range.max >= min) min = range.max + 1n;
  }
  if (min <= domain.max) rest.push({ min, max: domain.max });
  return rest.filter((range) => range.min <= domain.max);
}

/** What is in both. */
export function intersect(one: RangeSet, other: RangeSet): RangeSet {
  return one.flatMap((a) =>
    other.flatMap((b) => {
      const { min } = a.min > b.min ? a : b;
      const { max } = a.max < b.max ? a : b;
      return min <= max ? [{ min, max }] : [];
    }),
  );
}
