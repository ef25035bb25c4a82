/** Hints that name what a user probably meant. */

import { findNearest } from '../../../model/nearest.ts';
import { quote } from './context.ts';

/** A hint that names the nearest candidate, or the fallback when none is near. */
export function suggest(
  word: string,
  candidates: Iterable<string>,
  fallback?: string,
): string | undefined {
  const nearest = findNearest(word, candidates);
  return nearest === undefined ? fallback : `did you mean ${quote(nearest)}?`;
}
