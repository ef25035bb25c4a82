/** The word somebody meant who typed another one. */

/** More edits than this make another word, not a typing error. */
const EDITS_MAX = 2;

/** Longer words are not compared: the cost grows with the square. */
const LENGTH_MAX = 40;

/** The candidate with the fewest edits: at most 2, and fewer than half of the letters. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 2 || word.length > LENGTH_MAX) return undefined;
  const limit = Math.min(EDITS_MAX, Math.max(1, Math.floor((word.length - 1) / 2)));
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of candidates) {
    const edits = countEdits(word, name);
    if (edits <= limit && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** Letters to insert, delete, replace or swap with their neighbour. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      next.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = next;
  }
  return last[to.length] ?? 0;
}
