/** How fast things are written to an API server that many nodes write to. */
import type { ApiFailure } from './policy-objects.ts';

export interface Pace {
  /** Between two requests of this node. */
  readonly intervalMs: number;
  /** Nodes wait for a random part of it. */
  readonly spreadMs: number;
  /** At least between two writes that only change counts. */
  readonly countsMs: number;
  /** After the last entry, before the summary. */
  readonly summaryMs: number;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

export const DEFAULT_PACE: Pace = {
  intervalMs: 200,
  spreadMs: 2000,
  countsMs: 60_000,
  summaryMs: 2000,
  retryMinMs: 1000,
  retryMaxMs: 120_000,
};

/** Twice as long for each attempt, half of it by chance; what the server asks for at least. */
export function retryDelayMs(
  attempts: number,
  { retryAfterMs }: Pick<ApiFailure, 'retryAfterMs'>,
  {
    retryMinMs,
    retryMaxMs,
    random,
  }: Pick<Pace, 'retryMinMs' | 'retryMaxMs'> & {
    readonly random: number;
  },
): number {
  const fullMs = Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(attempts - 1, 30));
  return Math.max(fullMs * (0.5 + random / 2), Math.min(retryAfterMs, retryMaxMs));
}
