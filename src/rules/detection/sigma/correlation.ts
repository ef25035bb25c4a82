/** Correlations: rules about matches of other rules. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { FieldReference } from '../ir/condition.ts';
import type {
  CorrelationBounds,
  CorrelationRule,
  CorrelationType,
  GroupKey,
} from '../ir/correlation.ts';
import type { RuleHead } from '../ir/rule.ts';
import { type Entries, entriesOf, optionalText, type RuleReport, textsOf } from './context.ts';
import { type FieldMapping, mapField } from './field-mapping.ts';
import { readRuleExpression } from './rule-expression.ts';

/** What correlations know of the rules that they name. */
export interface KnownRule {
  readonly id: string;
  /** Absent for correlations, whose fields are those of their groups. */
  readonly mapping?: FieldMapping | undefined;
}

/** By id, by name and by title. */
export type KnownRules = ReadonlyMap<string, KnownRule>;

const TYPES: Readonly<Record<string, CorrelationType>> = {
  event_count: 'event_count',
  value_count: 'value_count',
  value_sum: 'value_sum',
  value_avg: 'value_avg',
  value_percentile: 'value_percentile',
  value_median: 'value_percentile',
  temporal: 'temporal',
  temporal_ordered: 'temporal_ordered',
};

const BOUNDS: Readonly<Record<string, keyof CorrelationBounds>> = {
  eq: 'equal',
  neq: 'notEqual',
  gt: 'greater',
  gte: 'greaterOrEqual',
  lt: 'less',
  lte: 'lessOrEqual',
};

/** Nanoseconds of one unit; a month is 30 days and a year 365. */
const UNITS: Readonly<Record<string, bigint>> = {
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
  M: 2_592_000_000_000_000n,
  y: 31_536_000_000_000_000n,
};

interface Context {
  readonly entries: Entries;
  readonly at: MappingEntry;
  readonly rules: readonly KnownRule[];
  readonly known: KnownRules;
  readonly report: RuleReport;
}

/** Reads the correlation of a document; undefined after a report. */
export function readCorrelation(
  head: RuleHead,
  at: MappingEntry,
  about: { readonly known: KnownRules; readonly report: RuleReport },
): CorrelationRule | undefined {
  const { known, report } = about;
  const entries = entriesOf(at.value, '`correlation`', report);
  if (entries === undefined) return undefined;
  const type = readType(entries, at, report);
  const rules = readRules(entries, at, about);
  const timespanNs = readTimespan(entries, at, report);
  if (type === undefined || rules === undefined || timespanNs === undefined) return undefined;
  const context: Context = { entries, at, rules, known, report };
  const condition = readBounds(type, context);
  if (condition === undefined) return undefined;
  return {
    ...head,
    kind: 'correlation',
    type,
    rules: rules.map(({ id }) => id),
    groupBy: textsOf(entries.get('group-by')).flatMap((name) => readKey(name, context)),
    timespanNs,
    ...condition,
  };
}

/** Whether the rules that a correlation names are to give findings themselves. */
export function generates(at: MappingEntry): boolean {
  if (at.value.kind !== 'mapping') return false;
  const entry = at.value.entries.find(({ key }) => key === 'generate');
  return /^true$/i.test(optionalText(entry));
}

function readType(
  entries: Entries,
  at: MappingEntry,
  report: RuleReport,
): CorrelationType | undefined {
  const entry = entries.get('type');
  const written = optionalText(entry);
  if (Object.hasOwn(TYPES, written)) return TYPES[written];
  report.error('SIGMA_VALUE_INVALID', entry?.value.span ?? at.keySpan, {
    message: `${quote(written)} is no type of correlation`,
    hint: suggest(written, Object.keys(TYPES), `types: ${Object.keys(TYPES).join(', ')}`),
  });
  return undefined;
}

function readRules(
  entries: Entries,
  at: MappingEntry,
  { known, report }: { readonly known: KnownRules; readonly report: RuleReport },
): readonly KnownRule[] | undefined {
  const entry = entries.get('rules');
  const names = textsOf(entry);
  if (names.length === 0) {
    report.error('SIGMA_FIELD_MISSING', at.keySpan, { message: 'a correlation needs `rules`' });
    return undefined;
  }
  const rules: KnownRule[] = [];
  for (const name of names) {
    const rule = known.get(name);
    if (rule !== undefined) rules.push(rule);
    else {
      report.error('SIGMA_RULE_UNKNOWN', entry?.value.span ?? at.keySpan, {
        message: `no rule that is loaded is called ${quote(name)}`,
        hint: suggest(name, known.keys()),
      });
    }
  }
  return rules.length === names.length ? rules : undefined;
}

function readTimespan(entries: Entries, at: MappingEntry, report: RuleReport): bigint | undefined {
  const entry = entries.get('timespan') ?? entries.get('timeframe');
  const [, count, unit = ''] = /^(\d{1,9})([smhdwMy])$/.exec(optionalText(entry)) ?? [];
  const factor = UNITS[unit];
  if (count !== undefined && factor !== undefined && Number(count) > 0) {
    return BigInt(count) * factor;
  }
  report.error('SIGMA_VALUE_INVALID', entry?.value.span ?? at.keySpan, {
    message: 'a correlation needs a `timespan` such as `30s`, `5m`, `1h` or `1d`',
  });
  return undefined;
}

type ConditionPart = Pick<CorrelationRule, 'bounds' | 'values' | 'percentile' | 'condition'>;

function readBounds(type: CorrelationType, context: Context): ConditionPart | undefined {
  const { entries, at, report } = context;
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  const entry = entries.get('condition');
  if (entry === undefined && isTemporal) return { bounds: {}, values: [] };
  if (entry === undefined) {
    report.error('SIGMA_FIELD_MISSING', at.keySpan, {
      message: 'a correlation needs a `condition`',
    });
    return undefined;
  }
  if (entry.value.kind === 'scalar') {
    const condition = readRuleExpression(entry.value, context);
    return condition && { bounds: {}, values: [], condition };
  }
  const parts = entriesOf(entry.value, 'a condition', report);
  if (parts === undefined) return undefined;
  const bounds = readNumbers(parts, report);
  if (Object.keys(bounds).length === 0 && !isTemporal) {
    const message = 'a condition needs one of gt, gte, lt, lte, eq, neq';
    report.error('SIGMA_FIELD_MISSING', entry.keySpan, { message });
    return undefined;
  }
  // For rules in one span the number is that of rules that were seen; all of them by default.
  const values = textsOf(parts.get('field')).flatMap((name) => readKey(name, context));
  if (type.startsWith('value_') && values.length === 0) {
    const message = `a condition of ${quote(type)} needs a \`field\``;
    report.error('SIGMA_FIELD_MISSING', entry.keySpan, { message });
    return undefined;
  }
  const percentile = type === 'value_percentile' ? readPercentile(parts) : undefined;
  return { bounds, values, percentile };
}

function readPercentile(parts: Entries): number {
  const number = Number(optionalText(parts.get('percentile')) || '50');
  return number >= 0 && number <= 100 ? number : 50;
}

function readNumbers(parts: Entries, report: RuleReport): CorrelationBounds {
  const bounds: Partial<Record<keyof CorrelationBounds, number>> = {};
  for (const [name, entry] of parts) {
    if (name === 'field' || name === 'percentile') continue;
    const bound = Object.hasOwn(BOUNDS, name) ? BOUNDS[name] : undefined;
    const text = optionalText(entry);
    if (bound === undefined) {
      report.error('SIGMA_VALUE_INVALID', entry.keySpan, {
        message: `${quote(name)} is no bound of a condition`,
        hint: suggest(name, Object.keys(BOUNDS)),
      });
    } else if (/^-?\d+(\.\d+)?$/.test(text)) bounds[bound] = Number(text);
    else {
      report.error('SIGMA_VALUE_INVALID', entry.value.span, {
        message: `${quote(text)} is no number`,
      });
    }
  }
  return bounds;
}

/** A field of a group, by alias or by the name it has in the rules. */
function readKey(written: string, context: Context): readonly GroupKey[] {
  const { entries, report, rules, at } = context;
  const aliases = entries.get('aliases');
  const all = aliases && entriesOf(aliases.value, '`aliases`', report);
  const alias = all?.get(written);
  const ofRule = alias && entriesOf(alias.value, `the alias ${quote(written)}`, report);
  const fields = new Map<string, FieldReference>();
  for (const { id, mapping } of rules) {
    if (mapping === undefined) continue;
    const name = ofRule === undefined ? written : aliasOf(ofRule, id, context);
    const mapped = name === undefined ? undefined : mapField(name, mapping);
    if (mapped?.kind === 'field') fields.set(id, { field: mapped.field, key: mapped.key });
    else {
      report.error('SIGMA_EVENT_FIELD_UNSUPPORTED', alias?.keySpan ?? at.keySpan, {
        message: `events of ${quote(id)} have no field ${quote(name ?? written)}`,
      });
    }
  }
  return [{ written, fields }];
}

/** Aliases name rules as correlations do, by id or by name. */
function aliasOf(ofRule: Entries, id: string, { known }: Context): string | undefined {
  for (const [name, entry] of ofRule) {
    if (name === id || known.get(name)?.id === id) return optionalText(entry);
  }
  return undefined;
}
