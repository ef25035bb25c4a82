/** Sees which numbers of a node never came, although later ones did. */

/** Numbers of one series of one node. */
export interface NumberRange {
  readonly node: string;
  readonly series: string;
  readonly first: number;
  readonly last: number;
}

/** Series that are remembered; those that were heard of longest ago go first. */
const SERIES_MAX = 4096;
/** Numbers that are missing in the middle of a series; the oldest count as lost for good. */
const HOLES_MAX = 256;

interface Series {
  /** The largest number that is known. */
  last: number;
  holes: Hole[];
}

/** Messages may come more than once and in another order, so that a hole is not yet a gap. */
export class GapTracker {
  readonly #series = new Map<string, Series>();

  /** From what `save` returned; whatever is not of that shape is left out. */
  static load(text: string): GapTracker {
    const tracker = new GapTracker();
    try {
      const saved: unknown = JSON.parse(text);
      if (!Array.isArray(saved)) return tracker;
      for (const entry of saved as readonly unknown[]) tracker.#loadOne(entry);
    } catch {
      // Nothing was saved yet.
    }
    return tracker;
  }

  save(): string {
    return JSON.stringify([...this.#series]);
  }

  /** Takes the numbers of a message; what is missing before them may still come. */
  take({ node, series, first, last }: NumberRange, nowMs: number): void {
    const key = JSON.stringify([node, series]);
    const known = this.#series.get(key);
    this.#series.delete(key);
    if (known === undefined) {
      this.#series.set(key, { last, holes: [] });
      this.#forgetOldest();
      return;
    }
    this.#series.set(key, known);
    known.holes = known.holes.flatMap((hole) => without(hole, { first, last }));
    if (first > known.last + 1) {
      const hole = { first: known.last + 1, last: first - 1, sinceMs: nowMs, isTold: false };
      known.holes = [...known.holes, hole].slice(-HOLES_MAX);
    }
    known.last = Math.max(known.last, last);
  }

  /** What has been missing since before that time; each is told once. */
  overdue(beforeMs: number): readonly NumberRange[] {
    return [...this.#series].flatMap(([key, { holes }]) => {
      const [node = '', series = ''] = JSON.parse(key) as readonly string[];
      return holes.flatMap((hole) => {
        if (hole.isTold || hole.sinceMs > beforeMs) return [];
        hole.isTold = true;
        return { node, series, first: hole.first, last: hole.last };
      });
    });
  }

  #forgetOldest(): void {
    const [oldest] = this.#series.keys();
    if (this.#series.size > SERIES_MAX && oldest !== undefined) this.#series.delete(oldest);
  }

  #loadOne(entry: unknown): void {
    if (!Array.isArray(entry)) return;
    const [key, value] = entry as readonly unknown[];
    if (typeof key !== 'string' || typeof value !== 'object' || value === null) return;
    const { last, holes }: { last?: unknown; holes?: unknown } = value;
    if (typeof last !== 'number' || !Array.isArray(holes)) return;
    this.#series.set(key, { last, holes: holes.filter(isHole) });
  }
}

interface Hole {
  readonly first: number;
  readonly last: number;
  readonly sinceMs: number;
  isTold: boolean;
}

function isHole(value: unknown): value is Hole {
  if (typeof value !== 'object' || value === null) return false;
  const { first, last, sinceMs, isTold }: Partial<Record<keyof Hole, unknown>> = { ...value };
  const numbers = [first, last, sinceMs];
  return numbers.every((number) => typeof number === 'number') && typeof isTold === 'boolean';
}

function without(hole: Hole, taken: Pick<Hole, 'first' | 'last'>): readonly Hole[] {
  if (taken.last < hole.first || taken.first > hole.last) return [hole];
  const before = { ...hole, last: taken.first - 1 };
  const after = { ...hole, first: taken.last + 1 };
  return [before, after].filter(({ first, last }) => first <= last);
}
