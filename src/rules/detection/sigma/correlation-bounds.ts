/** Numbers in the condition of a correlation. */
import { quote, suggest } from '../../syntax/quote.ts';
import { isWithin } from '../correlate/bounds.ts';
import type { CorrelationBounds, CorrelationType } from '../ir/correlation.ts';
import { type Entries, optionalText, type RuleReport } from './context.ts';

const BOUNDS: Readonly<Record<string, keyof CorrelationBounds>> = {
  eq: 'equal',
  neq: 'notEqual',
  gt: 'greater',
  gte: 'greaterOrEqual',
  lt: 'less',
  lte: 'lessOrEqual',
};

/** What stands beside the bounds. */
const OTHERS = ['field', 'percentile'];

/** The middle, as most people mean who do not say which. */
const PERCENTILE_DEFAULT = 50;

/** Whether the key is one of a condition of a correlation. */
export function isBound(name: string): boolean {
  return Object.hasOwn(BOUNDS, name);
}

/** Reads the bounds; what is wrong is reported. */
export function readBounds(parts: Entries, report: RuleReport): CorrelationBounds {
  const bounds: Partial<Record<keyof CorrelationBounds, number>> = {};
  for (const [name, entry] of parts) {
    if (OTHERS.includes(name)) continue;
    const bound = isBound(name) ? BOUNDS[name] : undefined;
    const number = readNumber(optionalText(entry));
    if (bound === undefined) {
      report.error('SIGMA_VALUE_INVALID', entry.keySpan, {
        message: `${quote(name)} is no bound of a condition`,
        hint: suggest(name, Object.keys(BOUNDS)),
      });
    } else if (number !== undefined) bounds[bound] = number;
    else {
      const written = entry.value.kind === 'scalar' ? `, not ${quote(entry.value.text)}` : '';
      const message = `${quote(name)} is a number${written}`;
      report.error('SIGMA_VALUE_INVALID', entry.value.span, { message });
    }
  }
  return bounds;
}

/** Reads which percentile is meant, 0 to 100. */
export function readPercentile(parts: Entries, report: RuleReport): number {
  const entry = parts.get('percentile');
  if (entry === undefined) return PERCENTILE_DEFAULT;
  const number = readNumber(optionalText(entry));
  if (number !== undefined && number >= 0 && number <= 100) return number;
  const message = 'a percentile is a number from 0 to 100';
  report.error('SIGMA_VALUE_INVALID', entry.value.span, { message });
  return PERCENTILE_DEFAULT;
}

/**
 * Whether anything can be within the bounds. They change at the numbers that they name only, so
 * that these, their neighbours and what is half-way between two of them stand for all others.
 */
export function canHold(bounds: CorrelationBounds, type: CorrelationType): boolean {
  const named = Object.values(bounds);
  const isCount = !type.startsWith('value_') || type === 'value_count';
  // Groups begin with a match, which may lack the field whose values are counted.
  const least = type === 'value_count' ? 0 : 1;
  const points = isCount
    ? [least, ...named.flatMap((bound) => [-1, 0, 1, 2].map((by) => Math.floor(bound) + by))]
    : named.flatMap((bound) => [bound - 1, bound + 1, ...named.map((b) => (b + bound) / 2)]);
  return points.some((point) => (!isCount || point >= least) && isWithin(point, bounds));
}

function readNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
