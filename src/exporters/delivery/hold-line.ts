/** Keeps the order of messages over an outage: what failed at the end of a batch waits as one. */
import type { Settlement } from '../store/additions.ts';

export interface HeldLine {
  readonly settlements: readonly Settlement[];
  /** Nothing is sent before it; 0 when the line goes on. */
  readonly untilMs: number;
}

/**
 * When all fail from some message on, the destination is away: they are due together, and whoever
 * comes after them waits too. When one fails and a later one is taken, it is the message that is
 * wrong, and it waits alone.
 */
export function holdLine(settlements: readonly Settlement[]): HeldLine {
  const first = settlements.findIndex(isFailed);
  const failed = first === -1 ? [] : settlements.slice(first);
  if (failed.length === 0 || !failed.every(isFailed)) return { settlements, untilMs: 0 };
  const untilMs = Math.max(...failed.map(({ dueMs }) => dueMs));
  const together = failed.map((settlement) => ({ ...settlement, dueMs: untilMs }));
  return { settlements: [...settlements.slice(0, first), ...together], untilMs };
}

function isFailed({ outcome, next }: Settlement): boolean {
  return outcome === 'retry' && next === 'later';
}
