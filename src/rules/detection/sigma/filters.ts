/** Filters: documents that take events out of rules of others. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import { entriesOf, itemsOf, textsOf } from './context.ts';
import { readDetection } from './detection.ts';
import type { SigmaDocument } from './documents.ts';
import type { ReadRule } from './event-rule.ts';
import { covers, type Logsource, type LogsourceNames, readFilterNames } from './logsource.ts';
import { versionOf } from './rule-head.ts';
import type { Placeholders } from './values.ts';

/** Key of a filter that names the rules it is for. */
const RULES = 'rules';

interface Filter {
  readonly document: SigmaDocument;
  readonly entry: MappingEntry;
  readonly names: LogsourceNames;
  /** Undefined: all rules about the same events. */
  readonly rules: ReadonlySet<string> | undefined;
}

/** Names by which others refer to a rule. */
function namesOf({ rule }: ReadRule): readonly string[] {
  return [rule.id, rule.title, ...(rule.name === undefined ? [] : [rule.name])];
}

/** Adds conditions of filters to the rules that they are for. One with an error hides nothing. */
export function applyFilters(
  rules: readonly ReadRule[],
  documents: readonly SigmaDocument[],
  placeholders: Placeholders,
): readonly ReadRule[] {
  const filters = documents.flatMap(readFilter);
  if (filters.length === 0) return rules;
  const named = nameRules(rules);
  for (const filter of filters) checkNames(filter, named);
  const compiled = filters.map((filter) => compileFilter(filter, rules, placeholders));
  return rules.map((each) => {
    const mine = compiled.flatMap((conditions, at) => {
      const filter = filters[at];
      const condition = conditions.get(each.logsource.mapping);
      const isMine = filter !== undefined && isFor(filter, each);
      return isMine && condition !== undefined ? [{ filter, condition }] : [];
    });
    if (mine.length === 0) return each;
    const { rule, source } = each;
    const parts = [rule.condition, ...mine.map(({ condition }) => condition)];
    const version = versionOf(source, ...mine.map(({ filter }) => filter.document.source));
    return { ...each, rule: { ...rule, version, condition: { kind: 'and', parts } } };
  });
}

function isFor({ names, rules }: Filter, rule: ReadRule): boolean {
  if (!covers(names, rule.logsource.names)) return false;
  return rules === undefined || namesOf(rule).some((name) => rules.has(name));
}

function readFilter(document: SigmaDocument): readonly Filter[] {
  const { entries, node, report } = document;
  const entry = entries.get('filter');
  const names = readFilterNames(entries.get('logsource'), node.span, report);
  if (entry === undefined || names === undefined) return [];
  const parts = entriesOf(entry.value, '`filter`', report);
  if (parts === undefined) return [];
  const written = textsOf(parts.get(RULES));
  if (written.length === 0) {
    report.error('SIGMA_FIELD_MISSING', parts.get(RULES)?.keySpan ?? entry.keySpan, {
      message: 'a filter needs `rules`: names of rules, or `any`',
    });
    return [];
  }
  const rules = written.includes('any') ? undefined : new Set(written);
  checkDirection(parts.get('condition'), document);
  return [{ document, entry, names, rules }];
}

/** Events that a filter does not match are hidden: mostly those that it matches are meant. */
function checkDirection(condition: MappingEntry | undefined, { report }: SigmaDocument): void {
  if (condition === undefined) return;
  const nodes = itemsOf(condition.value);
  // What is no condition is refused where it is read.
  const texts = nodes.flatMap((node) => (node.kind === 'scalar' ? [node.text] : []));
  if (texts.length < nodes.length) return;
  if (texts.some((text) => /(^|[\s(])not\s/i.test(text))) return;
  report.warning('SIGMA_FILTER_NOT_NEGATED', condition.value.span, {
    message: 'only events that match this condition are left of the rules',
    hint: 'write `not selection` to take out those that match it',
  });
}

/** By id, by name and by title. */
function nameRules(rules: readonly ReadRule[]): ReadonlyMap<string, readonly ReadRule[]> {
  const named = new Map<string, ReadRule[]>();
  for (const rule of rules) {
    for (const name of namesOf(rule)) {
      const found = named.get(name);
      if (found === undefined) named.set(name, [rule]);
      else found.push(rule);
    }
  }
  return named;
}

function checkNames(
  { document, entry, names, rules: wanted }: Filter,
  rules: ReadonlyMap<string, readonly ReadRule[]>,
): void {
  for (const name of wanted ?? []) {
    const named = rules.get(name) ?? [];
    if (named.some((rule) => covers(names, rule.logsource.names))) continue;
    // The rule may be one that this sensor has no use for: the filter is not wrong for that.
    const message =
      named.length === 0
        ? `no rule that is loaded is called ${quote(name)}`
        : `the rule ${quote(name)} is of another logsource than the filter`;
    document.report.warning('SIGMA_RULE_UNKNOWN', entry.keySpan, {
      message,
      hint: named.length === 0 ? suggest(name, rules.keys()) : undefined,
    });
  }
}

/** The condition for each kind of events that the filter is for: their fields differ. */
function compileFilter(
  filter: Filter,
  rules: readonly ReadRule[],
  placeholders: Placeholders,
): ReadonlyMap<Logsource['mapping'], Condition> {
  const conditions = new Map<Logsource['mapping'], Condition>();
  const seen = new Set<Logsource['mapping']>();
  for (const rule of rules) {
    const { logsource } = rule;
    if (seen.has(logsource.mapping) || !isFor(filter, rule)) continue;
    seen.add(logsource.mapping);
    const report = filter.document.report.again();
    const context = { logsource, placeholders, report, reserved: [RULES] };
    const condition = readDetection(filter.entry, context);
    report.settle(true);
    if (!report.hasFailed) conditions.set(logsource.mapping, condition);
  }
  return conditions;
}
