/** Reads how often a Post action reports the same. */

import type { RateLimit } from '../../../model/plan.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { Report } from '../report.ts';
import { oneOf } from './field-types.ts';
import type { Fields } from './fields.ts';
import { readText } from './scalars.ts';
import type { FieldSpec } from './shape.ts';

const SCOPES: readonly RateLimit['scope'][] = ['thread', 'process', 'global'];

const PATTERN = /^([0-9]{1,10})([smhSMH]?)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
/** As many ms as the kernel side counts: 49 days. */
const INTERVAL_MS_MAX = 2 ** 32 - 1;

/** Fields of an action that are about its rate. */
export const RATE_LIMIT_FIELDS: Readonly<Record<'rateLimit' | 'rateLimitScope', FieldSpec>> = {
  rateLimit: {
    type: { kind: 'text', pattern: PATTERN.source },
    description:
      'For `Post`: reports the same arguments only once in this time, such as `5s`, `5m`, `5h`, ' +
      'or `5` for seconds.',
  },
  rateLimitScope: {
    type: oneOf(SCOPES),
    description:
      'Whether `rateLimit` counts for each thread (the default), for each process, or for all.',
  },
};

/** Undefined without a limit, or when it was reported. */
export function readRateLimit(fields: Fields, report: Report): RateLimit | undefined {
  const entry = fields.entries.get('rateLimit');
  const text = entry && readText(entry.value, report);
  const scope = readScope(fields, report);
  const isLimited = text !== undefined && text.value !== '' && !/^0+[smhSMH]?$/.test(text.value);
  if (!isLimited) {
    const lonely = fields.entries.get('rateLimitScope');
    if (lonely !== undefined && text === undefined) {
      const message = '`rateLimitScope` does nothing without `rateLimit`';
      report.error('POLICY_ACTION_PARAMETER', lonely.keySpan, { message });
    }
    return undefined;
  }
  const [, number = '', unit = ''] = PATTERN.exec(text.value) ?? [];
  if (number === '') {
    report.error('POLICY_VALUE_INVALID', text.span, {
      message: `${quote(text.value)} is not a time`,
      hint: 'write seconds, or a number with s, m or h, such as `5m`',
    });
    return undefined;
  }
  const ms = Number(number) * (UNIT_MS[unit.toLowerCase()] ?? 1000);
  return { intervalMs: Math.min(ms, INTERVAL_MS_MAX), scope: scope ?? 'thread' };
}

function readScope(fields: Fields, report: Report): RateLimit['scope'] | undefined {
  const entry = fields.entries.get('rateLimitScope');
  const text = entry && readText(entry.value, report);
  if (text === undefined || text.value === '') return undefined;
  const scope = SCOPES.find((name) => name === text.value);
  if (scope !== undefined) return scope;
  report.error('POLICY_VALUE_INVALID', text.span, {
    message: `there is no scope ${quote(text.value)} of a rate limit`,
    hint: suggest(text.value, SCOPES, `use one of ${SCOPES.join(', ')}`),
  });
  return undefined;
}
