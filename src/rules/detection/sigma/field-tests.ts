/** Tests of one field against the values of a rule. */
import { isIP } from 'node:net';
import { quote } from '../../syntax/quote.ts';
import { isNull, type MappingEntry, type ScalarNode, type YamlNode } from '../../syntax/tree.ts';
import { FIELDS } from '../fields/field-table.ts';
import type { Condition, FieldReference, Test, TestOperator } from '../ir/condition.ts';
import { compileRegex } from '../pattern/regex.ts';
import type { RuleReport } from './context.ts';
import { type FieldMapping, mapField } from './field-mapping.ts';
import type { Modifiers } from './modifiers.ts';
import { place, type SigmaText, textOperators } from './sigma-text.ts';
import { expandValue, type Placeholders } from './values.ts';

const NEVER: Condition = { kind: 'constant', value: false };

/** What making texts of values takes. */
export interface ValueContext {
  readonly placeholders: Placeholders;
  readonly report: RuleReport;
}

/** What comparing a field takes. */
export interface EntryContext extends ValueContext {
  readonly entry: MappingEntry;
  readonly modifiers: Modifiers;
  readonly mapping: FieldMapping;
}

/** Tests of which one is enough. */
export function testValues(
  field: FieldReference,
  nodes: readonly YamlNode[],
  context: EntryContext,
): readonly Condition[] {
  const scalars: ScalarNode[] = [];
  const conditions: Condition[] = [];
  for (const node of nodes) {
    if (node.kind !== 'scalar') {
      const message = `a value of ${quote(context.entry.key)} is a text or a number`;
      context.report.error('SIGMA_VALUE_INVALID', node.span, { message });
    } else if (isNull(node) || node.text === '') {
      conditions.push(isEmpty(field, node, context.entry));
    } else scalars.push(node);
  }
  if (scalars.length > 0) conditions.push(...compare(field, scalars, context));
  return conditions.length === 0 ? [NEVER] : conditions;
}

/** A field that events do not have is the same as an empty one. */
function isEmpty(field: FieldReference, node: ScalarNode, entry: MappingEntry): Condition {
  const written = writeEntry(entry, node);
  const base = { kind: 'test', ...pick(field), transforms: [], written } as const;
  const exists: Test = { ...base, operator: { kind: 'exists' } };
  const absent: Condition = { kind: 'not', part: exists, label: written };
  if (isNull(node)) return absent;
  const empty: Test = {
    ...base,
    operator: { kind: 'equals', texts: [''], ignoresCase: false },
  };
  return { kind: 'or', parts: [absent, empty] };
}

const pick = ({ field, key }: FieldReference): FieldReference => ({ field, key });

function compare(
  field: FieldReference,
  nodes: readonly ScalarNode[],
  context: EntryContext,
): readonly Condition[] {
  const { modifiers, entry } = context;
  const { comparison } = modifiers;
  const written = writeEntry(entry);
  const test = (operator: TestOperator): Test => {
    return { kind: 'test', ...pick(field), transforms: [], operator, written };
  };
  switch (comparison.kind) {
    case 'regex':
      return regexes(nodes, comparison.flags, context).map(test);
    case 'cidr':
      return networks(nodes, context).map(test);
    case 'number':
      return numbers(nodes, context).map((number) => test({ kind: comparison.operator, number }));
    case 'exists': {
      const exists = test({ kind: 'exists' });
      return nodes.map(({ text }) => (text === 'false' ? { kind: 'not', part: exists } : exists));
    }
    case 'field':
      return nodes.flatMap((node) => fieldTest(node, context, test));
    default:
      return values(field, nodes, { ...context, written });
  }
}

function values(
  field: FieldReference,
  nodes: readonly ScalarNode[],
  context: EntryContext & { readonly written: string },
): readonly Condition[] {
  const { modifiers, entry, written } = context;
  const { type } = FIELDS[field.field];
  const isPlain =
    modifiers.comparison.kind === 'text' && modifiers.comparison.placement === 'equals';
  const base = { kind: 'test', ...pick(field), transforms: [], written } as const;
  if (type === 'flag') {
    return nodes.map(({ text }) => ({
      ...base,
      operator: { kind: 'flag_equals', flag: /^(true|1|yes)$/i.test(text) },
    }));
  }
  if (type === 'number' && isPlain && nodes.every(({ text }) => isNumber(text))) {
    const found = nodes.map(({ text }) => Number(text));
    return [{ ...base, operator: { kind: 'number_equals', numbers: found } }];
  }
  const texts = textsOf(nodes, modifiers, context);
  const [node] = nodes;
  if (texts === undefined || node === undefined) return [];
  return textTests(field, texts, { node, modifiers, key: entry.key });
}

/** Texts that values stand for; undefined after a report. */
export function textsOf(
  nodes: readonly ScalarNode[],
  { values: steps, comparison }: Modifiers,
  { report, placeholders }: ValueContext,
): readonly SigmaText[] | undefined {
  const placement = comparison.kind === 'text' ? comparison.placement : 'equals';
  const texts: SigmaText[] = [];
  for (const node of nodes) {
    const source = { at: node.span, report, placeholders };
    const expanded = expandValue(node.text, steps, source);
    if (expanded === undefined) return undefined;
    texts.push(...expanded.map((text) => place(text, placement)));
  }
  return texts;
}

/** Tests of a field, of which one is enough. */
export function textTests(
  field: FieldReference,
  texts: readonly SigmaText[],
  about: { readonly node: ScalarNode; readonly modifiers: Modifiers; readonly key: string },
): readonly Test[] {
  const { modifiers, node, key } = about;
  const written = key === '' ? node.text : key;
  return textOperators(texts, !modifiers.isCased).map((operator) => {
    return { kind: 'test', ...pick(field), transforms: [], operator, written };
  });
}

function regexes(
  nodes: readonly ScalarNode[],
  flags: string,
  { report }: EntryContext,
): readonly TestOperator[] {
  const patterns = nodes.flatMap(({ text, span }) => {
    const compiled = compileRegex({ pattern: text, flags, isWhole: false });
    if (typeof compiled !== 'string') return [text];
    report.error('SIGMA_REGEX_INVALID', span, { message: compiled });
    return [];
  });
  return patterns.length === 0 ? [] : [{ kind: 'regex', patterns, flags, isWhole: false }];
}

function networks(nodes: readonly ScalarNode[], { report }: EntryContext): readonly TestOperator[] {
  const found = nodes.flatMap(({ text, span }) => {
    if (isNetwork(text)) return [text];
    report.error('SIGMA_VALUE_INVALID', span, { message: `${quote(text)} is no network` });
    return [];
  });
  return found.length === 0 ? [] : [{ kind: 'in_network', networks: found }];
}

/** An address, with the length of a prefix or without. */
function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    length === undefined ||
    (/^\d{1,3}$/.test(length) && Number(length) <= family * 16 + 32 * (family === 6 ? 1 : -1))
  );
}

function numbers(nodes: readonly ScalarNode[], { report }: EntryContext): readonly number[] {
  return nodes.flatMap(({ text, span }) => {
    if (isNumber(text)) return [Number(text)];
    report.error('SIGMA_VALUE_INVALID', span, { message: `${quote(text)} is no number` });
    return [];
  });
}

function isNumber(text: string): boolean {
  return /^-?(\d+(\.\d+)?|0x[0-9a-f]+)$/i.test(text);
}

function fieldTest(
  { text, span }: ScalarNode,
  { mapping, modifiers, report }: EntryContext,
  test: (operator: TestOperator) => Test,
): readonly Condition[] {
  const other = mapField(text, mapping);
  const { comparison, isCased } = modifiers;
  if (other?.kind !== 'field' || comparison.kind !== 'field') {
    const message = `these events have no field ${quote(text)}`;
    report.error('SIGMA_EVENT_FIELD_UNSUPPORTED', span, { message });
    return [];
  }
  const { placement } = comparison;
  const about = { other: pick(other), otherTransforms: [], ignoresCase: !isCased };
  return [test({ kind: 'field', compare: placement, ...about })];
}

/** A field with its value, as the author wrote it; values of lists are not repeated. */
export function writeEntry({ key, value }: MappingEntry, node?: ScalarNode): string {
  if (node !== undefined) return `${key}: ${isNull(node) ? 'null' : "''"}`;
  return value.kind === 'scalar' ? `${key}: ${value.text}` : key;
}
