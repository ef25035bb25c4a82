/** How many findings of one rule go out each second, as authors and administrators write it. */

/** More than any machine makes; and a number that is no mistake of a unit. */
const RATE_MAX = 1_000_000;

/** What a text has to be. */
export const FINDING_RATE_HINT: string =
  'a number above 0 and up to 1,000,000, as 10 or 0.1, or `none`: nothing is left out';

/** Infinity: all go out. Undefined when the text is no rate. */
export function readFindingRate(text: string): number | undefined {
  if (text === 'none') return Number.POSITIVE_INFINITY;
  const rate = /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  return rate > 0 && rate <= RATE_MAX ? rate : undefined;
}
