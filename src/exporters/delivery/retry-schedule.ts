/** When a message is tried again. */

export interface RetrySchedule {
  /** Before the second try, the third, and so on. */
  readonly delaysMs: readonly number[];
  /** The last delay goes on for ever; without it the message is given up after it. */
  readonly isEndless: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What Standard Webhooks recommends: about three days. */
export const WEBHOOK_SCHEDULE: RetrySchedule = {
  delaysMs: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
  isEndless: false,
};

/** For a connection, whose outages end some time. */
export const CONNECTION_SCHEDULE: RetrySchedule = {
  delaysMs: [0.5, 1, 2, 4, 8, 15, 30].map((seconds) => seconds * SECOND),
  isEndless: true,
};

/** Half of a delay is left to chance upwards, so that many agents do not come back at once. */
const JITTER = 0.5;

/** ms until the next try after so many failed ones; undefined when it is to be given up. */
export function delayAfter(
  schedule: RetrySchedule,
  attempts: number,
  random: number,
): number | undefined {
  const { delaysMs, isEndless } = schedule;
  const last = isEndless ? delaysMs.at(-1) : undefined;
  const delay = delaysMs[attempts - 1] ?? last;
  return delay === undefined ? undefined : Math.round(delay * (1 + JITTER * random));
}
