/** What value correlations compare: a number made of the entries of a group. */
import type { CorrelationRule } from '../ir/correlation.ts';
import type { Entry } from './group.ts';

/** The number; undefined when there is none, as the average of nothing. */
export function measure(rule: CorrelationRule, entries: readonly Entry[]): number | undefined {
  switch (rule.type) {
    case 'event_count':
      return entries.reduce((count, entry) => count + entry.count, 0);
    case 'value_count':
      return new Set(entries.map(({ value }) => value)).size;
    case 'value_sum':
      return sum(numbersOf(entries));
    case 'value_avg': {
      const numbers = numbersOf(entries);
      return numbers.length === 0 ? undefined : sum(numbers) / numbers.length;
    }
    case 'value_percentile':
      return percentile(numbersOf(entries), rule.percentile ?? 50);
    default:
      return undefined;
  }
}

function numbersOf(entries: readonly Entry[]): readonly number[] {
  return entries.map(({ value }) => Number(value)).filter(Number.isFinite);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** By linear interpolation between the two nearest ranks. */
function percentile(numbers: readonly number[], share: number): number | undefined {
  if (numbers.length === 0) return undefined;
  const sorted = [...numbers].sort((a, b) => a - b);
  const rank = (share / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? 0;
  const above = sorted[Math.ceil(rank)] ?? below;
  return below + (above - below) * (rank - Math.floor(rank));
}
