/** Words of the user in messages. */
import { findNearest } from '../../model/nearest.ts';

const QUOTED_LENGTH_MAX = 80;

/** Text of the user inside a message: delimited and bounded. */
export function quote(text: string): string {
  const shown = text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX)}…` : text;
  return `\`${shown}\``;
}

/** A hint that names the nearest candidate, or the fallback when none is near. */
export function suggest(
  word: string,
  candidates: Iterable<string>,
  fallback?: string,
): string | undefined {
  const nearest = findNearest(word, candidates);
  return nearest === undefined ? fallback : `did you mean ${quote(nearest)}?`;
}
