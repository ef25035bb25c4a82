/** What the answer of a collector means, as the specification of OTLP over HTTP says. */
import type { DeliveryOutcome } from '../../../model/delivery.ts';
import { mapOf, parseMap, textOf } from '../../json-members.ts';
import type { PostAnswer } from '../http/poster.ts';
import { outcomeOf } from '../webhook/outcome.ts';

/** Statuses about the address or the caller, not about what was sent: somebody will correct it. */
const CORRECTABLE = new Set([401, 403, 404, 405, 407, 408, 410, 425, 429]);

export interface OtlpOutcome {
  /** Of the request as a whole. */
  readonly outcome: DeliveryOutcome;
  /** Records that were refused of one that was taken, which does not say which. */
  readonly refused: number;
  readonly reason: string;
}

/** `count` is how many records were sent. */
export function otlpOutcome(answer: PostAnswer, count: number, nowMs: number): OtlpOutcome {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return ofPartialSuccess(body, count);
  const isAboutContent = status >= 400 && status < 500 && !CORRECTABLE.has(status);
  const reason = `status ${status}`;
  if (isAboutContent) return { outcome: { kind: 'rejected', reason }, refused: 0, reason };
  const outcome = outcomeOf({ status, retryAfter: headers['retry-after'], now: nowMs });
  // A collector has no word for that it wants nothing any more.
  const isGone = outcome.kind === 'gone';
  return { outcome: isGone ? { kind: 'retry', reason } : outcome, refused: 0, reason };
}

/** What was refused must not be sent again, says the specification. */
function ofPartialSuccess(body: string, count: number): OtlpOutcome {
  const partial = mapOf(parseMap(body)['partialSuccess']);
  // 64-bit numbers are texts in the JSON of protocol buffers.
  const number = Number(textOf(partial['rejectedLogRecords']));
  const refused = Number.isFinite(number) ? Math.max(0, number) : 0;
  const reason = textOf(partial['errorMessage']).slice(0, 500) || 'no reason was given';
  if (refused === 0) return { outcome: { kind: 'delivered' }, refused, reason: '' };
  if (refused >= count) return { outcome: { kind: 'rejected', reason }, refused, reason };
  return { outcome: { kind: 'delivered' }, refused, reason };
}
