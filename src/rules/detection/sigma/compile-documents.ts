/** Rules first, then filters, which change them, then correlations, which need them. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import type { CorrelationRule } from '../ir/correlation.ts';
import type { DetectionRule, EventRule } from '../ir/rule.ts';
import { entriesOf, textsOf } from './context.ts';
import { generates, type KnownRule, readCorrelation } from './correlation.ts';
import { readDetection } from './detection.ts';
import type { FieldMapping } from './field-mapping.ts';
import { type Logsource, readLogsource } from './logsource.ts';
import { idOf, readHead, readShownFields, type SigmaDocument } from './rule-head.ts';
import type { Placeholders } from './values.ts';

/** Rules that ask for it say which events they are about. */
const CLASS_FIELD = 'event.class';

interface ReadRule {
  readonly rule: EventRule;
  readonly mapping: FieldMapping;
  readonly logsource: Logsource;
}

interface ReadFilter {
  readonly document: SigmaDocument;
  readonly condition: Condition;
  /** Undefined: all rules about the same events. */
  readonly rules: ReadonlySet<string> | undefined;
  readonly logsource: Logsource;
}

/**
 * Compiles documents; those with an error are left out, and those that need them. Rules come in the
 * order of their documents.
 */
export function compileDocuments(
  documents: readonly SigmaDocument[],
  placeholders: Placeholders,
): readonly DetectionRule[] {
  const kinds = sortDocuments(documents);
  const read = kinds.rules.flatMap((document) => readRule(document, placeholders));
  const filters = kinds.filters.flatMap((document) => readFilter(document, placeholders));
  const known = nameRules(read, kinds.correlations);
  checkFilters(filters, read);
  const rules = read.map((each) => applyFilters(each, filters));
  const correlations = readCorrelations(kinds.correlations, known);
  const order = new Map(documents.map((document, at) => [idOf(document), at]));
  const place = ({ id }: DetectionRule): number => order.get(id) ?? 0;
  const all = silenceParts(rules, correlations, kinds.correlations);
  return all.toSorted((a, b) => place(a) - place(b));
}

interface Sorted {
  readonly rules: readonly SigmaDocument[];
  readonly correlations: readonly (readonly [SigmaDocument, MappingEntry])[];
  readonly filters: readonly SigmaDocument[];
}

function sortDocuments(documents: readonly SigmaDocument[]): Sorted {
  const rules: SigmaDocument[] = [];
  const filters: SigmaDocument[] = [];
  const correlations: (readonly [SigmaDocument, MappingEntry])[] = [];
  for (const document of documents) {
    const { entries, node, report } = document;
    const correlation = entries.get('correlation');
    if (correlation !== undefined) correlations.push([document, correlation]);
    else if (entries.has('filter')) filters.push(document);
    else if (entries.has('detection')) rules.push(document);
    else {
      report.error('SIGMA_DOCUMENT_INVALID', node.span, {
        message: 'the document has neither `detection` nor `correlation` nor `filter`',
        hint: suggest('detection', entries.keys()),
      });
    }
  }
  return { rules, correlations, filters };
}

function readRule(document: SigmaDocument, placeholders: Placeholders): readonly ReadRule[] {
  const { entries, node, report } = document;
  const detection = entries.get('detection');
  const head = readHead(document);
  const namesClass = document.text.slice(node.span.start, node.span.end).includes(CLASS_FIELD);
  const place = { at: node.span, report, namesClass };
  const logsource = readLogsource(entries.get('logsource'), place);
  if (detection === undefined || logsource === undefined) return [];
  const own = readDetection(detection, { logsource, placeholders, report });
  if (report.hasFailed) return [];
  const condition: Condition = { kind: 'and', parts: [logsource.condition, own] };
  const shownFields = readShownFields(document, logsource);
  const rule: EventRule = { ...head, kind: 'event', condition, shownFields };
  return [{ rule, mapping: logsource.mapping, logsource }];
}

function readFilter(document: SigmaDocument, placeholders: Placeholders): readonly ReadFilter[] {
  const { entries, node, report } = document;
  const filter = entries.get('filter');
  const place = { at: node.span, report, namesClass: false };
  const logsource = readLogsource(entries.get('logsource'), place);
  if (filter === undefined || logsource === undefined) return [];
  const condition = readDetection(filter, { logsource, placeholders, report });
  const parts = entriesOf(filter.value, '`filter`', report);
  if (report.hasFailed || parts === undefined) return [];
  const names = textsOf(parts.get('rules'));
  const isForAll = names.length === 0 || names.includes('any');
  return [{ document, condition, logsource, rules: isForAll ? undefined : new Set(names) }];
}

function checkFilters(filters: readonly ReadFilter[], rules: readonly ReadRule[]): void {
  const names = rules.flatMap(({ rule }) => namesOf(rule));
  for (const { document, rules: wanted } of filters) {
    for (const name of wanted ?? []) {
      if (names.includes(name)) continue;
      const at = document.entries.get('filter')?.keySpan ?? document.node.span;
      // The rule may be one that this sensor has no use for: the filter is not wrong for that.
      document.report.warning('SIGMA_RULE_UNKNOWN', at, {
        message: `no rule that is loaded is called ${quote(name)}`,
        hint: suggest(name, names),
      });
    }
  }
}

function namesOf({ id, name, title }: EventRule): readonly string[] {
  return [id, title, ...(name === undefined ? [] : [name])];
}

function applyFilters(read: ReadRule, filters: readonly ReadFilter[]): ReadRule {
  const names = namesOf(read.rule);
  const mine = filters.filter(({ rules, logsource }) =>
    rules === undefined
      ? logsource.mapping === read.logsource.mapping
      : names.some((name) => rules.has(name)),
  );
  if (mine.length === 0) return read;
  const parts = [read.rule.condition, ...mine.map(({ condition }) => condition)];
  return { ...read, rule: { ...read.rule, condition: { kind: 'and', parts } } };
}

function nameRules(
  rules: readonly ReadRule[],
  correlations: Sorted['correlations'],
): ReadonlyMap<string, KnownRule> {
  const known = new Map<string, KnownRule>();
  for (const { rule, mapping } of rules) {
    for (const name of namesOf(rule)) known.set(name, { id: rule.id, mapping });
  }
  for (const [document] of correlations) {
    const id = idOf(document);
    for (const name of ['id', 'name', 'title'].flatMap((key) =>
      textsOf(document.entries.get(key)),
    )) {
      known.set(name, { id });
    }
  }
  return known;
}

function readCorrelations(
  documents: Sorted['correlations'],
  known: ReadonlyMap<string, KnownRule>,
): readonly CorrelationRule[] {
  const read = documents.flatMap(([document, at]) => {
    const rule = readCorrelation(readHead(document), at, { known, report: document.report });
    return rule === undefined || document.report.hasFailed ? [] : [{ rule, document, at }];
  });
  const byId = new Map(read.map(({ rule }) => [rule.id, rule]));
  return read.flatMap(({ rule, document, at }) => {
    if (!needsItself(rule, byId)) return [rule];
    const message = `the correlation ${quote(rule.title)} needs itself`;
    document.report.error('SIGMA_CORRELATION_CYCLE', at.keySpan, { message });
    return [];
  });
}

function needsItself(rule: CorrelationRule, all: ReadonlyMap<string, CorrelationRule>): boolean {
  const seen = new Set<string>();
  const waiting = [...rule.rules];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === rule.id) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(all.get(id)?.rules ?? []));
  }
  return false;
}

/** Rules that correlations are made of give no findings of their own, unless one asks for it. */
function silenceParts(
  rules: readonly ReadRule[],
  correlations: readonly CorrelationRule[],
  documents: Sorted['correlations'],
): readonly DetectionRule[] {
  const generating = new Set(
    documents.filter(([, at]) => generates(at)).map(([document]) => idOf(document)),
  );
  const used = new Set(correlations.flatMap((each) => each.rules));
  const shown = new Set(
    correlations.filter(({ id }) => generating.has(id)).flatMap((each) => each.rules),
  );
  const emits = (id: string): boolean => !used.has(id) || shown.has(id);
  return [
    ...rules.map(({ rule }) => ({ ...rule, emits: emits(rule.id) })),
    ...correlations.map((rule) => ({ ...rule, emits: emits(rule.id) })),
  ];
}
