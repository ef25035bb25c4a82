/** Random choices that are the same for the same seed. */

/** A number from 0 up to, but not including, the bound. */
export type Random = (below: number) => number;

/** Numerical Recipes' generator. */
export function aRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function one<T>(random: Random, from: readonly T[]): T {
  const item = from[random(from.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

/** One to `max` of them, perhaps some more than once. */
export function some<T>(random: Random, from: readonly T[], max: number): readonly T[] {
  return Array.from({ length: 1 + random(max) }, () => one(random, from));
}
