/** Takes secrets out by expression: the redaction filters of Tetragon. */

import { ConfigPlace } from '../../model/config-place.ts';
import type { Compiled, ConfigPath } from '../../model/config-problem.ts';
import { mapOf, textOf } from '../json-members.ts';
import { listPlaces } from './filter/event-filter.ts';
import type { FilterSeams, TextPattern } from './filter/filter-seams.ts';
import { REDACTED } from './redact-words.ts';

/**
 * Members that hold what programs were given, in events, findings and alerts: texts in them may
 * repeat the arguments of a process.
 */
const TEXTS = new Set([
  ...['args', 'data', 'facts', 'fields', 'group', 'labels', 'message', 'value'],
]);

interface RedactFilter {
  /** None is every program. */
  readonly binaries: readonly TextPattern[];
  readonly secrets: readonly TextPattern[];
}

/**
 * Items are `{binary_regex, redact}`. What the groups of an expression capture is taken out of
 * arguments and environments of the programs that match; and, when any process of a message does,
 * out of the texts that repeat them.
 */
export function compileRedactFilters(
  value: unknown,
  path: ConfigPath,
  seams: FilterSeams,
): Compiled<(body: string) => string> {
  const place = new ConfigPlace(value, path);
  const filters = listPlaces(place).map((one) => compileFilter(one, seams));
  return place.result(() => (body) => redactBody(body, filters));
}

function compileFilter(place: ConfigPlace, seams: FilterSeams): RedactFilter {
  place.required().expectKeys(['binary_regex', 'redact']);
  const binaries = compilePatterns(place.at('binary_regex'), seams);
  return { binaries, secrets: compilePatterns(place.at('redact').required(), seams) };
}

function compilePatterns(
  place: ConfigPlace,
  { compilePattern }: FilterSeams,
): readonly TextPattern[] {
  return place.items().flatMap((item) => {
    const text = item.requiredText();
    const pattern = text === '' ? [] : compilePattern(text);
    if (typeof pattern !== 'string') return pattern;
    item.report('CONFIG_VALUE_INVALID', `it is no expression of RE2: ${pattern}`);
    return [];
  });
}

function redactBody(body: string, filters: readonly RedactFilter[]): string {
  if (filters.length === 0) return body;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return body;
  }
  const binaries = binariesOf(value);
  const matching = filters.filter((filter) => binaries.some((binary) => isFor(filter, binary)));
  const everywhere = filters.filter((filter) => filter.binaries.length === 0);
  const texts = new Set([...matching, ...everywhere]);
  const changes = { count: 0 };
  const result = redactValue(value, { filters, texts: [...texts], isText: false, changes });
  return changes.count === 0 ? body : JSON.stringify(result);
}

function isFor({ binaries }: RedactFilter, binary: string): boolean {
  return binaries.length === 0 || binaries.some((pattern) => pattern.test(binary));
}

function binariesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(binariesOf);
  if (typeof value !== 'object' || value === null) return [];
  const own = isProcess(value) ? [textOf(mapOf(value)['binary'])] : [];
  return [...own, ...Object.values(value).flatMap(binariesOf)];
}

function isProcess(value: object): boolean {
  const isProgram = 'binary' in value && typeof value.binary === 'string';
  return isProgram && ('exec_id' in value || 'pid' in value);
}

interface Place {
  readonly filters: readonly RedactFilter[];
  /** Those that texts outside of processes are for. */
  readonly texts: readonly RedactFilter[];
  readonly isText: boolean;
  /** A body that nothing was taken out of stays as it was written. */
  readonly changes: { count: number };
}

function redactValue(value: unknown, place: Place): unknown {
  if (typeof value === 'string') return place.isText ? redactText(value, place) : value;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, place));
  if (typeof value !== 'object' || value === null) return value;
  if (isProcess(value)) return redactProcess(value, place);
  return mapMembers(value, (name, member) =>
    redactValue(member, { ...place, isText: place.isText || TEXTS.has(name) }),
  );
}

function redactProcess(value: object, place: Place): unknown {
  const binary = textOf(mapOf(value)['binary']);
  const own = place.filters.filter((filter) => isFor(filter, binary));
  return mapMembers(value, (name, member) => {
    const isGiven = name === 'arguments' || name === 'environment_variables';
    return redactValue(member, { ...place, texts: own, isText: isGiven });
  });
}

function mapMembers(value: object, map: (name: string, member: unknown) => unknown): object {
  const members = Object.entries(value).map(([name, member]) => [name, map(name, member)] as const);
  return Object.fromEntries(members);
}

function redactText(text: string, { texts, changes }: Place): string {
  const ranges = texts.flatMap(({ secrets }) =>
    secrets.flatMap((pattern) => pattern.captures(text)),
  );
  if (ranges.length === 0) return text;
  changes.count += 1;
  let result = '';
  let from = 0;
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (end <= from || start === end) continue;
    // One that overlaps the one before only makes it longer.
    if (start >= from) result += `${text.slice(from, start)}${REDACTED}`;
    from = end;
  }
  return result + text.slice(from);
}
