/** Reads routes, rate limits and redaction from a configuration. */

import { ConfigPlace } from '../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../model/config-problem.ts';
import { MESSAGE_KINDS, type MessageKind } from '../../model/delivery.ts';
import { FINDING_LEVELS } from '../../model/finding.ts';
import type { FilterSeams } from './filter/filter-seams.ts';
import type { RateLimit } from './rate-limit.ts';
import { createRedaction } from './redact.ts';
import { compileRedactFilters } from './redact-filters.ts';
import type { Route } from './select.ts';

const MESSAGES = { min: 1, max: 10_000_000 };
const WINDOW = { min: 1000, max: 86_400_000 };
const WINDOW_MS = 60_000;

/** `{kinds, severity, namespaces, rules}`. */
export function compileRoute(value: unknown, path: ConfigPath): Compiled<Route> {
  const place = new ConfigPlace(value, path);
  place.expectKeys(['kinds', 'severity', 'namespaces', 'rules']);
  const route = {
    kinds: place.at('kinds').someOf(MESSAGE_KINDS),
    severityMin: place.at('severity').oneOf(FINDING_LEVELS),
    namespaces: place.at('namespaces').texts(),
    rules: place.at('rules').texts(),
  };
  return place.result(() => route);
}

export type RateLimits = Readonly<Partial<Record<MessageKind, RateLimit>>>;

/** By the kind of messages: `{messages, per}`. */
export function compileRateLimits(value: unknown, path: ConfigPath): Compiled<RateLimits> {
  const place = new ConfigPlace(value, path);
  place.expectKeys(MESSAGE_KINDS);
  const given = MESSAGE_KINDS.filter((kind) => !place.at(kind).isAbsent);
  const limits = given.map((kind) => {
    const limit = place.at(kind);
    limit.expectKeys(['messages', 'per']);
    const messagesMax = limit.at('messages').required().integer(MESSAGES) ?? 1;
    const windowMs = limit.at('per').durationMs(WINDOW) ?? WINDOW_MS;
    return [kind, { messagesMax, windowMs }] as const;
  });
  return place.result(() => Object.fromEntries(limits));
}

/** `{members, words, filters}`. The function takes what they name out of bodies of messages. */
export function compileRedaction(
  value: unknown,
  path: ConfigPath,
  seams: FilterSeams,
): Compiled<(body: string) => string> {
  const place = new ConfigPlace(value, path);
  place.expectKeys(['members', 'words', 'filters']);
  const members = place.at('members').texts() ?? [];
  const words = place.at('words').texts() ?? [];
  const filters = place.at('filters');
  const byFilter = place.take(compileRedactFilters(filters.value, filters.path, seams));
  return place.result(() => {
    const byName = createRedaction({ members, words });
    return (body) => byFilter?.(byName(body)) ?? byName(body);
  });
}
