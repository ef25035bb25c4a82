/** Parts of times, for rules about hours and days. */
import { assertNever } from '../../../model/errors.ts';
import type { TimePart } from '../ir/condition.ts';

const DAY_MS = 86_400_000;

/** Of milliseconds since the Unix epoch, in UTC; undefined for what is no time. */
export function timePart(epochMs: number, part: TimePart): number | undefined {
  const time = new Date(epochMs);
  if (Number.isNaN(time.getTime())) return undefined;
  switch (part) {
    case 'minute':
      return time.getUTCMinutes();
    case 'hour':
      return time.getUTCHours();
    case 'day':
      return time.getUTCDate();
    case 'week':
      return weekOf(time);
    case 'month':
      return time.getUTCMonth() + 1;
    case 'year':
      return time.getUTCFullYear();
    default:
      return assertNever(part);
  }
}

/** A week belongs to the year of its Thursday, and is counted from the first of that year. */
function weekOf(time: Date): number {
  const weekday = (time.getUTCDay() + 6) % 7;
  const thursday = new Date(time.getTime() + (3 - weekday) * DAY_MS);
  const newYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - newYear) / (7 * DAY_MS)) + 1;
}
