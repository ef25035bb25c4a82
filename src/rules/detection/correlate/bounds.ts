/** Whether a number is within the bounds of a correlation. */
import type { CorrelationBounds } from '../ir/correlation.ts';

/** All bounds that are given have to hold. */
export function isWithin(value: number, bounds: CorrelationBounds): boolean {
  const { equal, notEqual, greater, greaterOrEqual, less, lessOrEqual } = bounds;
  return (
    (equal === undefined || value === equal) &&
    (notEqual === undefined || value !== notEqual) &&
    (greater === undefined || value > greater) &&
    (greaterOrEqual === undefined || value >= greaterOrEqual) &&
    (less === undefined || value < less) &&
    (lessOrEqual === undefined || value <= lessOrEqual)
  );
}

/**
 * Whether more events can take a count out of the bounds again. If not, the bounds are decided as
 * soon as they hold; else only at the end of the span.
 */
export function canBeLeft({ equal, notEqual, less, lessOrEqual }: CorrelationBounds): boolean {
  return [equal, notEqual, less, lessOrEqual].some((bound) => bound !== undefined);
}
