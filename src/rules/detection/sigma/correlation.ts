/** Correlations: rules about matches of other rules. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type {
  CorrelationBounds,
  CorrelationRule,
  CorrelationType,
  RuleExpression,
} from '../ir/correlation.ts';
import type { RuleHead } from '../ir/rule.ts';
import { type Entries, entriesOf, optionalText, type RuleReport, textsOf } from './context.ts';
import { canHold, readBounds, readPercentile } from './correlation-bounds.ts';
import { readKeys } from './correlation-keys.ts';
import type { KnownRule, KnownRules } from './known-rules.ts';
import { readRuleExpression } from './rule-expression.ts';

interface TypeOfRule {
  readonly type: CorrelationType;
  /** Of a type that is a percentile by another name. */
  readonly percentile?: number;
}

const TYPES: Readonly<Record<string, TypeOfRule>> = {
  event_count: { type: 'event_count' },
  value_count: { type: 'value_count' },
  value_sum: { type: 'value_sum' },
  value_avg: { type: 'value_avg' },
  value_percentile: { type: 'value_percentile' },
  value_median: { type: 'value_percentile', percentile: 50 },
  value_min: { type: 'value_percentile', percentile: 0 },
  value_max: { type: 'value_percentile', percentile: 100 },
  temporal: { type: 'temporal' },
  temporal_ordered: { type: 'temporal_ordered' },
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

/** What reading one correlation takes. */
export interface CorrelationContext {
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
  const context: CorrelationContext = { entries, at, rules, known, report };
  checkGenerate(entries.get('generate'), report);
  const condition = readCondition(type, context);
  const groupBy = readKeys(entries.get('group-by'), context);
  if (condition === undefined || report.hasFailed) return undefined;
  const ids = rules.map(({ id }) => id);
  return { ...head, kind: 'correlation', ...type, rules: ids, groupBy, timespanNs, ...condition };
}

/** Whether the rules that a correlation names are to give findings themselves. */
export function generates(at: MappingEntry): boolean {
  if (at.value.kind !== 'mapping') return false;
  const entry = at.value.entries.find(({ key }) => key === 'generate');
  return /^true$/i.test(optionalText(entry));
}

/** What is neither would silently be false. */
function checkGenerate(entry: MappingEntry | undefined, report: RuleReport): void {
  if (entry === undefined || /^(true|false)$/i.test(optionalText(entry))) return;
  report.error('SIGMA_VALUE_INVALID', entry.value.span, {
    message: '`generate` is true or false',
  });
}

function readType(entries: Entries, at: MappingEntry, report: RuleReport): TypeOfRule | undefined {
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
        hint: known.suggest(name),
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

/** A condition with bounds, as it is written and as it is read. */
interface BoundsEntry {
  readonly entry: MappingEntry;
  readonly parts: Entries;
  readonly bounds: CorrelationBounds;
}

function readCondition(kind: TypeOfRule, context: CorrelationContext): ConditionPart | undefined {
  const { entries, at, report } = context;
  const isTemporal = kind.type === 'temporal' || kind.type === 'temporal_ordered';
  const entry = entries.get('condition');
  if (entry === undefined && isTemporal) return { bounds: {}, values: [] };
  if (entry === undefined) {
    const message = 'a correlation needs a `condition`';
    report.error('SIGMA_FIELD_MISSING', at.keySpan, { message });
    return undefined;
  }
  if (entry.value.kind === 'scalar' && isTemporal) return readExpression(kind, entry, context);
  const parts = entriesOf(entry.value, `the condition of ${quote(kind.type)}`, report);
  if (parts === undefined) return undefined;
  const bounds = readBounds(parts, report);
  const given = Object.values(bounds);
  if (given.length === 0) {
    const message = 'a condition needs one of gt, gte, lt, lte, eq, neq';
    if (!report.hasFailed) report.error('SIGMA_FIELD_MISSING', entry.keySpan, { message });
    return undefined;
  }
  if (!canHold(bounds, kind.type)) {
    const message = 'nothing is ever within these bounds';
    report.error('SIGMA_VALUE_INVALID', entry.value.span, { message });
    return undefined;
  }
  const count = new Set(context.rules.map(({ id }) => id)).size;
  if (kind.type === 'temporal_ordered' && given.some((bound) => bound !== count)) {
    return refuseOrder(entry, report);
  }
  return readValues(kind, { entry, parts, bounds }, context);
}

/** What is counted, and how; only some types count values. */
function readValues(
  { type, percentile }: TypeOfRule,
  { entry, parts, bounds }: BoundsEntry,
  context: CorrelationContext,
): ConditionPart | undefined {
  const { report } = context;
  const field = parts.get('field');
  if (!type.startsWith('value_')) {
    if (field === undefined) return { bounds, values: [] };
    const message = `${quote(type)} counts matches, not values of a field`;
    report.error('SIGMA_VALUE_INVALID', field.keySpan, { message });
    return undefined;
  }
  if (field === undefined) {
    const message = `a condition of ${quote(type)} needs a \`field\``;
    report.error('SIGMA_FIELD_MISSING', entry.keySpan, { message });
    return undefined;
  }
  const values = readKeys(field, context);
  if (type !== 'value_percentile') return { bounds, values };
  return { bounds, values, percentile: percentile ?? readPercentile(parts, report) };
}

/** Which rules have to be seen, as a boolean over their names. */
function readExpression(
  { type }: TypeOfRule,
  entry: MappingEntry,
  context: CorrelationContext,
): ConditionPart | undefined {
  if (entry.value.kind !== 'scalar') return undefined;
  const condition = readRuleExpression(entry.value, context);
  if (condition === undefined) return undefined;
  if (type !== 'temporal_ordered') return { bounds: {}, values: [], condition };
  const ids = new Set(context.rules.map(({ id }) => id));
  if (!asksForAll(condition, ids)) return refuseOrder(entry, context.report);
  return { bounds: {}, values: [] };
}

/** An order has no gaps: all rules are seen, one after the other. */
function refuseOrder({ value }: MappingEntry, report: RuleReport): undefined {
  report.error('SIGMA_CONDITION_UNSUPPORTED', value.span, {
    message: '`temporal_ordered` needs all of its rules, and its condition cannot ask for others',
    hint: 'leave the condition out, or use `temporal`',
  });
  return undefined;
}

function asksForAll(condition: RuleExpression, ids: ReadonlySet<string>): boolean {
  const asked = new Set<string>();
  const collect = (expression: RuleExpression): boolean => {
    if (expression.kind === 'rule') asked.add(expression.id);
    return (
      expression.kind === 'rule' || (expression.kind === 'and' && expression.parts.every(collect))
    );
  };
  return collect(condition) && [...ids].every((id) => asked.has(id));
}
