/** What the answer of a receiver means. */
import type { DeliveryOutcome } from '../../../model/delivery.ts';

const GONE = 410;
const TOO_LARGE = 413;
/** A receiver cannot put messages off for longer than they would be tried anyway. */
const RETRY_AFTER_MAX_MS = 86_400_000;

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** ms since 1970. */
  readonly now: number;
}

/** Only 2xx is success. Whatever else a receiver says may be corrected until the tries end. */
export function outcomeOf({ status, retryAfter, now }: Answer): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `status ${status}`;
  if (status === GONE) return { kind: 'gone', reason };
  if (status === TOO_LARGE) return { kind: 'rejected', reason };
  const afterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now);
  return afterMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, afterMs };
}

/** Seconds, or a date. Undefined for what is neither. */
function parseRetryAfter(text: string, now: number): number | undefined {
  const isSeconds = /^\d{1,9}$/.test(text);
  const ms = isSeconds ? Number(text) * 1000 : Date.parse(text) - now;
  if (Number.isNaN(ms)) return undefined;
  return Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS);
}
