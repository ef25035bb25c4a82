/** Makes findings of matches: who, what, and why the rule thinks so. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Finding, FindingRule, MatchedTest } from '../../../model/finding.ts';
import type { RuleMatch } from '../correlate/match.ts';
import { explainCondition, matchedTests, nameOf } from '../evaluate/explain.ts';
import { transform, valuesOf } from '../evaluate/run-operator.ts';
import type { FieldSource } from '../fields/field-value.ts';
import type { FieldReference } from '../ir/condition.ts';
import type { CorrelationRule } from '../ir/correlation.ts';
import type { EventRule, OutputPart, RuleHead } from '../ir/rule.ts';

/** What stands for a field that is not known. */
const NOT_KNOWN = '<NA>';

const NS_PER_US = 1000n;

/** An event that a rule matched. */
export interface EventMatch {
  readonly rule: EventRule;
  readonly event: DetectionEvent;
  readonly source: FieldSource;
  /** `node/boot`. */
  readonly origin: string;
}

/** The finding of a rule about one event. */
export function describeEvent({ rule, event, source, origin }: EventMatch): Finding {
  return {
    id: `${origin}/${event.sequence}/${rule.id}`,
    rule: describeRule(rule),
    message: renderMessage(rule, source),
    timeNs: event.timeNs,
    matched: matchedTests(explainCondition(rule.condition, source)),
    fields: readFields(rule.shownFields, source),
    evidence: [event],
    count: 1,
  };
}

/** A correlation that came about. */
export interface CorrelationMatch {
  readonly rule: CorrelationRule;
  readonly match: RuleMatch;
  readonly origin: string;
  readonly fieldsOf: (event: DetectionEvent) => FieldSource;
}

/** The finding of a correlation: named after the event that completed it. */
export function describeCorrelation(about: CorrelationMatch): Finding {
  const { rule, match, origin, fieldsOf } = about;
  const last = match.events.at(-1);
  const source = last && fieldsOf(last);
  const sequence = last?.sequence ?? 0;
  return {
    id: `${origin}/${sequence}/${rule.id}`,
    rule: describeRule(rule),
    message: source === undefined ? rule.title : renderMessage(rule, source),
    timeNs: last?.timeNs ?? BigInt(match.timeUs) * NS_PER_US,
    matched: describeGroup(match),
    fields: source === undefined ? {} : readFields(rule.shownFields, source),
    evidence: match.events,
    count: match.count,
    group: match.group,
  };
}

function describeGroup({ group }: RuleMatch): readonly MatchedTest[] {
  return Object.entries(group ?? {}).map(([field, value]) => {
    return { written: `group-by ${field}`, field, value };
  });
}

function describeRule(rule: RuleHead): FindingRule {
  const { id, title, version, language, level, status, tags, attack, runbook, respond } = rule;
  return { id, title, version, language, level, status, tags, attack, runbook, respond };
}

/** A field as text, several values separated by commas; undefined when it is not known. */
export function textOfField(source: FieldSource, reference: FieldReference): string | undefined {
  const values = valuesOf(source.value(reference.field, reference.key));
  return values.length === 0 ? undefined : values.join(', ');
}

function renderMessage({ output, title }: RuleHead, source: FieldSource): string {
  if (output.length === 0) return title;
  return output.map((part) => renderPart(part, source)).join('');
}

function renderPart(part: OutputPart, source: FieldSource): string {
  if (part.kind === 'text') return part.text;
  const { field, key, instead, otherwise = NOT_KNOWN } = part;
  const found = valuesOf(source.value(field, key));
  const values =
    found.length > 0 || instead === undefined ? found : valuesOf(source.value(instead));
  const shown = values.flatMap((value) => showValue(value, part));
  return shown.length === 0 ? otherwise : shown.join(', ');
}

type Value = ReturnType<typeof valuesOf>[number];

function showValue(
  value: Value,
  { transforms = [], factor = 1 }: Extract<OutputPart, { kind: 'field' }>,
): readonly Value[] {
  const scaled = typeof value === 'number' ? value * factor : value;
  const shown = transform(scaled, transforms);
  return shown === undefined ? [] : [shown];
}

function readFields(
  references: readonly FieldReference[],
  source: FieldSource,
): Readonly<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null);
  for (const reference of references) {
    const text = textOfField(source, reference);
    if (text !== undefined) fields[nameOf(reference)] = text;
  }
  return fields;
}
