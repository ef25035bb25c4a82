/** Searches of a rule to conditions: maps, lists of maps, lists of values, keywords. */
import { quote, suggest } from '../../syntax/quote.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import type { Condition } from '../ir/condition.ts';
import { type AuditHints, auditMapping } from './audit-mapping.ts';
import { readChoices, readRenamed } from './choices.ts';
import { itemsOf, type RuleReport } from './context.ts';
import {
  type FieldMapping,
  type FieldPlace,
  keyProblem,
  type MappedField,
  mapField,
} from './field-mapping.ts';
import { type EntryContext, testValues } from './field-tests.ts';
import { readKeywords } from './keywords.ts';
import type { Logsource } from './logsource.ts';
import { readModifiers } from './modifiers.ts';
import type { Placeholders } from './values.ts';

/** What reading a search takes. */
export interface SearchContext {
  readonly logsource: Logsource;
  readonly placeholders: Placeholders;
  readonly report: RuleReport;
  readonly hints: AuditHints;
}

const NEVER: Condition = { kind: 'constant', value: false };

/** Reads one search; what is wrong is reported, and then the result is of no use. */
export function readSearch(node: YamlNode, context: SearchContext): Condition {
  const { report } = context;
  if (node.kind === 'scalar') return readKeywords([node], undefined, context);
  if (node.kind === 'mapping') {
    if (node.entries.length > 0) return readMap(node.entries, context);
    return refuse(node, 'a map without fields matches everything', report);
  }
  if (node.items.length === 0) return refuse(node, 'an empty list matches nothing', report);
  const words = node.items.filter((item) => item.kind === 'scalar');
  const others = node.items.filter((item) => item.kind !== 'scalar');
  const parts = others.map((item) => readSearch(item, context));
  if (words.length > 0) parts.push(readKeywords(words, undefined, context));
  return any(parts);
}

function refuse(node: YamlNode, message: string, report: RuleReport): Condition {
  report.error('SIGMA_VALUE_INVALID', node.span, { message });
  return NEVER;
}

function all(parts: readonly Condition[]): Condition {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', parts };
}

function any(parts: readonly Condition[]): Condition {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', parts };
}

function readMap(entries: readonly MappingEntry[], context: SearchContext): Condition {
  const { logsource, hints } = context;
  const mapping = logsource.isAudit ? auditMapping(entries, hints) : logsource.mapping;
  return all(entries.map((entry) => readEntry(entry, mapping, context)));
}

function readEntry(entry: MappingEntry, mapping: FieldMapping, context: SearchContext): Condition {
  const [name = '', ...names] = entry.key.split('|');
  const { report, placeholders } = context;
  const modifiers = readModifiers(names, entry.keySpan, report);
  if (modifiers === undefined) return NEVER;
  if (entry.value.kind === 'sequence' && entry.value.items.length === 0) {
    return refuse(entry.value, `${quote(entry.key)} has no values`, report);
  }
  // A key without a field holds keywords: `'|all': [one, two]`.
  if (name === '') {
    return readKeywords(itemsOf(entry.value), modifiers, { ...context, asked: entry.key });
  }
  const mapped = mapField(name, mapping);
  if (mapped === undefined || mapped.kind === 'absent') {
    const reason = mapped === undefined ? keyProblem(name) : `: ${mapped.reason}`;
    report.error('SIGMA_EVENT_FIELD_UNSUPPORTED', entry.keySpan, {
      message: `these events have no field ${quote(name)}${reason}`,
      hint: mapped === undefined ? suggest(name, namesOf(mapping)) : undefined,
    });
    return NEVER;
  }
  if (mapped.kind === 'unseen') {
    const message = `no event has what ${quote(name)} asks for: ${mapped.reason}`;
    report.doubt('SIGMA_EVENT_FIELD_UNSUPPORTED', entry.keySpan, { message });
    return NEVER;
  }
  const asked = entry.key;
  const about = { entry, mapping, modifiers, report, placeholders, asked };
  const condition = readField(mapped, about);
  return modifiers.isNegated ? { kind: 'not', part: condition } : condition;
}

/** Names that are worth writing instead of another. */
function namesOf(mapping: FieldMapping): readonly string[] {
  return Object.keys(mapping).filter((name) => mapping[name]?.kind !== 'absent');
}

function readField(
  mapped: Exclude<MappedField, { kind: 'absent' | 'unseen' }>,
  context: EntryContext,
): Condition {
  switch (mapped.kind) {
    case 'choices':
      return readChoices(mapped.choices, context);
    case 'renamed':
      return readRenamed(mapped, context);
    case 'places':
      return readPlaces(mapped.places, context);
    case 'time':
      return readTime(mapped, context);
    default:
      return readTests(mapped, { ...context, unset: mapped.unset });
  }
}

function readTests(field: FieldPlace, context: EntryContext): Condition {
  const nodes = itemsOf(context.entry.value);
  if (!context.modifiers.isAll) return any(testValues(field, nodes, context));
  return all(nodes.map((node) => any(testValues(field, [node], context))));
}

/** Whether a field is there is asked of the one that stands for the others. */
function readPlaces(
  places: Extract<MappedField, { kind: 'places' }>['places'],
  context: EntryContext,
): Condition {
  const { entry, modifiers } = context;
  const asksForAbsence =
    modifiers.comparison.kind === 'exists' ||
    itemsOf(entry.value).some((node) => isNull(node) || (node.kind === 'scalar' && !node.text));
  if (asksForAbsence) return readTests(places[0], context);
  return any(
    places.map((place): Condition => {
      const tests = readTests(place, context);
      const { classes } = place;
      if (classes === undefined) return tests;
      return { kind: 'and', parts: [{ kind: 'class', classes }, tests] };
    }),
  );
}

/** How times are written is not said, so that only their parts can be compared. */
function readTime(
  mapped: Extract<MappedField, { kind: 'time' }>,
  context: EntryContext,
): Condition {
  const { entry, modifiers, report } = context;
  if (modifiers.timePart !== undefined) return readTests(mapped, context);
  const message = `${quote(entry.key)} is a time, of which only parts are compared`;
  const hint = 'use one of minute, hour, day, week, month and year';
  report.error('SIGMA_MODIFIER_UNSUPPORTED', entry.keySpan, { message, hint });
  return NEVER;
}
