/** Searches of a rule to conditions: maps, lists of maps, lists of values, keywords. */
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, ScalarNode, YamlNode } from '../../syntax/tree.ts';
import type { Condition, FieldReference, TestOperator } from '../ir/condition.ts';
import { AUDIT_SYSCALL } from './audit-mapping.ts';
import { itemsOf, type RuleReport } from './context.ts';
import { type FieldMapping, type MappedField, mapField } from './field-mapping.ts';
import { testValues, textsOf, textTests, writeEntry } from './field-tests.ts';
import type { Logsource } from './logsource.ts';
import { type Modifiers, readModifiers } from './modifiers.ts';
import type { Placeholders } from './values.ts';

/** What reading a search takes. */
export interface SearchContext {
  readonly logsource: Logsource;
  readonly placeholders: Placeholders;
  readonly report: RuleReport;
}

const NEVER: Condition = { kind: 'constant', value: false };
const ALWAYS: Condition = { kind: 'constant', value: true };

/** Where words without a field are looked for: what a log of the event would have in it. */
const KEYWORD_FIELDS = [
  'process.cmdline',
  'process.exe.path',
  'file.path',
  'dns.query',
  'network.remote.name',
] as const;

/** Reads one search; what is wrong is reported, and then the result is of no use. */
export function readSearch(node: YamlNode, context: SearchContext): Condition {
  if (node.kind === 'mapping') return readMap(node.entries, context);
  if (node.kind === 'scalar') return readKeyword(node, context);
  const parts = node.items.map((item) => readSearch(item, context));
  return parts.length === 0 ? NEVER : any(parts);
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
  const mapping = mappingOf(entries, context.logsource);
  if (entries.length === 0) return ALWAYS;
  return all(entries.map((entry) => readEntry(entry, mapping, context)));
}

/** In records of system calls a0 and its like are registers, in those of execs arguments. */
function mappingOf(entries: readonly MappingEntry[], logsource: Logsource): FieldMapping {
  if (!logsource.isAudit) return logsource.mapping;
  const isCall = entries.some(
    ({ key, value }) =>
      key === 'type' &&
      itemsOf(value).some((node) => node.kind === 'scalar' && /^syscall$/i.test(node.text)),
  );
  return isCall ? AUDIT_SYSCALL : logsource.mapping;
}

function readKeyword(node: ScalarNode, context: SearchContext): Condition {
  const modifiers: Modifiers = {
    ...{ values: [], comparison: { kind: 'text', placement: 'contains' } },
    ...{ isAll: false, isCased: false, isNegated: false },
  };
  const texts = textsOf([node], modifiers, context);
  if (texts === undefined) return NEVER;
  return any(
    KEYWORD_FIELDS.flatMap((field) => textTests({ field }, texts, { node, modifiers, key: '' })),
  );
}

function readEntry(entry: MappingEntry, mapping: FieldMapping, context: SearchContext): Condition {
  const [name = '', ...names] = entry.key.split('|');
  const { report } = context;
  const modifiers = readModifiers(names, entry.keySpan, report);
  if (modifiers === undefined) return NEVER;
  // A key without a field holds keywords: `'|all': [one, two]`.
  if (name === '') return readKeywords(entry, modifiers, context);
  const mapped = mapField(name, mapping);
  if (mapped === undefined || mapped.kind === 'absent') {
    const reason = mapped === undefined ? '' : `: ${mapped.reason}`;
    report.error('SIGMA_EVENT_FIELD_UNSUPPORTED', entry.keySpan, {
      message: `these events have no field ${quote(name)}${reason}`,
      hint: mapped === undefined ? suggest(name, Object.keys(mapping)) : undefined,
    });
    return NEVER;
  }
  const condition = readField(entry, mapped, { ...context, modifiers, mapping });
  return modifiers.isNegated ? { kind: 'not', part: condition } : condition;
}

function readKeywords(
  { value }: MappingEntry,
  modifiers: Modifiers,
  context: SearchContext,
): Condition {
  const parts = itemsOf(value).map((node) => readSearch(node, context));
  return modifiers.isAll ? all(parts) : any(parts);
}

interface FieldContext extends SearchContext {
  readonly modifiers: Modifiers;
  readonly mapping: FieldMapping;
}

function readField(entry: MappingEntry, mapped: MappedField, context: FieldContext): Condition {
  switch (mapped.kind) {
    case 'classes':
      return readClasses(entry, mapped.classes, context);
    case 'fixed': {
      const isOne = itemsOf(entry.value).some(
        (node) => node.kind === 'scalar' && mapped.values.includes(node.text),
      );
      return isOne ? ALWAYS : NEVER;
    }
    case 'renamed':
      return readRenamed(entry, mapped, context);
    case 'field':
      return readTests(entry, mapped, context);
    default:
      return NEVER;
  }
}

function readClasses(
  { value, key }: MappingEntry,
  classes: Extract<MappedField, { kind: 'classes' }>['classes'],
  { report }: FieldContext,
): Condition {
  const parts: Condition[] = [];
  for (const node of itemsOf(value)) {
    const text = node.kind === 'scalar' ? node.text : '';
    const found = classes.get(text) ?? classes.get(text.toUpperCase());
    if (found !== undefined) {
      parts.push({ kind: 'class', classes: found });
      continue;
    }
    report.error('SIGMA_EVENT_VALUE_UNSUPPORTED', node.span, {
      message: `${quote(text)} of ${quote(key)} is not among what this sensor sees`,
      hint: suggest(text, classes.keys()),
    });
  }
  return any(parts);
}

function readRenamed(
  entry: MappingEntry,
  { field, values }: Extract<MappedField, { kind: 'renamed' }>,
  { report }: FieldContext,
): Condition {
  const texts: string[] = [];
  for (const node of itemsOf(entry.value)) {
    const text = node.kind === 'scalar' ? node.text.toLowerCase() : '';
    if (Object.hasOwn(values, text)) texts.push(values[text] ?? '');
    else {
      const message = `${quote(entry.key)} is one of ${Object.keys(values).join(', ')}`;
      report.error('SIGMA_VALUE_INVALID', node.span, { message });
    }
  }
  const operator: TestOperator = { kind: 'equals', texts, ignoresCase: false };
  return { kind: 'test', field, transforms: [], operator, written: writeEntry(entry) };
}

function readTests(entry: MappingEntry, field: FieldReference, context: FieldContext): Condition {
  const nodes = itemsOf(entry.value);
  if (nodes.length === 0) return NEVER;
  if (!context.modifiers.isAll) return any(testValues(field, nodes, { ...context, entry }));
  return all(nodes.map((node) => any(testValues(field, [node], { ...context, entry }))));
}
