/** Tests of one field against the values of a rule. */
import { quote } from '../../syntax/quote.ts';
import { isNull, type MappingEntry, type ScalarNode, type YamlNode } from '../../syntax/tree.ts';
import { FIELDS, type FieldName } from '../fields/field-table.ts';
import type { Condition, FieldReference, Test, TestOperator } from '../ir/condition.ts';
import {
  networkOperators,
  numbersOf,
  rawTexts,
  readNumber,
  regexOperators,
  textsOf,
  type ValueContext,
} from './compare-values.ts';
import { type FieldMapping, type FieldPlace, mapField, readableField } from './field-mapping.ts';
import type { Modifiers } from './modifiers.ts';
import { asLiteral, textOperators } from './sigma-text.ts';

const NEVER: Condition = { kind: 'constant', value: false };

/** Fields that hold addresses among other texts. */
const HOLDS_ADDRESSES: readonly FieldName[] = ['dns.answers'];

/** What comparing a field takes. */
export interface EntryContext extends ValueContext {
  readonly entry: MappingEntry;
  readonly modifiers: Modifiers;
  readonly mapping: FieldMapping;
  /** Values that say that the field has none. */
  readonly unset?: readonly string[] | undefined;
}

/** Tests of which one is enough. */
export function testValues(
  field: FieldPlace,
  nodes: readonly YamlNode[],
  context: EntryContext,
): readonly Condition[] {
  const { entry, report, unset = [] } = context;
  const takesEmpty = isPlain(context.modifiers);
  const scalars: ScalarNode[] = [];
  const conditions: Condition[] = [];
  for (const node of nodes) {
    if (node.kind !== 'scalar') {
      const message = `a value of ${quote(entry.key)} is a text or a number`;
      report.error('SIGMA_VALUE_INVALID', node.span, { message });
    } else if (takesEmpty && (isNull(node) || node.text === '' || unset.includes(node.text))) {
      conditions.push(isEmpty(field, node, entry));
    } else if (isNull(node)) {
      const message = `null has no parts that ${quote(entry.key)} could be compared with`;
      report.error('SIGMA_MODIFIER_CONFLICT', node.span, { message });
    } else scalars.push(node);
  }
  if (scalars.length > 0) conditions.push(...compare(field, scalars, context));
  return conditions.length === 0 ? [NEVER] : conditions;
}

/** Whether a whole value is compared as it is written. */
function isPlain({ comparison, values, timePart }: Modifiers): boolean {
  const isWhole = comparison.kind === 'text' && comparison.placement === 'equals';
  return isWhole && values.length === 0 && timePart === undefined;
}

/** A field that events do not have is the same as an empty one. */
function isEmpty(field: FieldPlace, node: ScalarNode, entry: MappingEntry): Condition {
  const written = writeEntry(entry, node);
  const base = testOf(field, written);
  const absent: Condition = { kind: 'not', part: base({ kind: 'exists' }), label: written };
  if (isNull(node) || node.text !== '') return absent;
  const empty = base({ kind: 'equals', texts: [''], ignoresCase: false });
  return { kind: 'or', parts: [absent, empty] };
}

function testOf(
  { field, key, transforms = [] }: FieldPlace,
  written: string,
): (operator: TestOperator) => Test {
  return (operator) => ({ kind: 'test', field, key, transforms, operator, written });
}

function compare(
  field: FieldPlace,
  nodes: readonly ScalarNode[],
  context: EntryContext,
): readonly Condition[] {
  const { modifiers, entry } = context;
  const { comparison, values, timePart } = modifiers;
  const problem = findMismatch(field, context);
  if (problem !== undefined) {
    context.report.error('SIGMA_MODIFIER_UNSUPPORTED', entry.keySpan, { message: problem });
    return [];
  }
  const place = timePart === undefined ? field : { ...field, transforms: [timePart] };
  const test = testOf(place, writeEntry(entry));
  switch (comparison.kind) {
    case 'regex':
      return regexOperators(nodes, { flags: comparison.flags, values }, context).map(test);
    case 'cidr':
      return networkOperators(nodes, values, context).map(test);
    case 'number':
      return numbersOf(nodes, values, context).map((number) =>
        test({ kind: comparison.operator, number }),
      );
    case 'exists':
      return nodes.flatMap((node) => existsTest(node, test, context));
    case 'field':
      return nodes.flatMap((node) => fieldTest(node, test, context));
    default:
      return compareTexts(place, nodes, context).map(test);
  }
}

/** Why the field is nothing that the modifiers are for; undefined when it is. */
function findMismatch(
  { field }: FieldReference,
  { modifiers, entry }: EntryContext,
): string | undefined {
  const { type } = FIELDS[field];
  const { comparison, timePart } = modifiers;
  const name = quote(entry.key.split('|', 1)[0] ?? '');
  if (timePart !== undefined) {
    return field === 'event.time_ms' ? undefined : `${name} is no time, and has no ${timePart}`;
  }
  const isAddress = type === 'address' || HOLDS_ADDRESSES.includes(field);
  if (comparison.kind === 'cidr' && !isAddress) return `${name} is no address, and in no network`;
  const isNumber = type === 'number' || type === 'text';
  if (comparison.kind === 'number' && !isNumber) {
    return `${name} is no number, and ${quote(entry.key)} is compared as one`;
  }
  return undefined;
}

/** Operators on whole values, or on parts of them. */
function compareTexts(
  field: FieldPlace,
  nodes: readonly ScalarNode[],
  context: EntryContext,
): readonly TestOperator[] {
  const { modifiers } = context;
  if (modifiers.timePart !== undefined) {
    return [{ kind: 'number_equals', numbers: numbersOf(nodes, modifiers.values, context) }];
  }
  const { type } = FIELDS[field.field];
  const isWhole =
    modifiers.comparison.kind === 'text' && modifiers.comparison.placement === 'equals';
  if (type === 'flag') return nodes.flatMap((node) => flagOperators(node, context));
  if (type === 'number' && isWhole) return numbersAndTexts(nodes, context);
  return textOperators(textsOf(nodes, modifiers, context) ?? [], !modifiers.isCased);
}

/** A number may be written with wildcards: then it is compared as the text that it is. */
function numbersAndTexts(
  nodes: readonly ScalarNode[],
  context: EntryContext,
): readonly TestOperator[] {
  const { modifiers, report, entry } = context;
  const numbers: number[] = [];
  const operators: TestOperator[] = [];
  for (const node of nodes) {
    for (const text of textsOf([node], modifiers, context) ?? []) {
      const literal = asLiteral(text);
      const number = literal === undefined ? undefined : readNumber(literal);
      if (number !== undefined) numbers.push(number);
      else if (literal === undefined) operators.push(...textOperators([text], true));
      else {
        const message = `${quote(literal)} is no number, and ${quote(entry.key)} is one`;
        report.error('SIGMA_VALUE_INVALID', node.span, { message });
      }
    }
  }
  return numbers.length === 0 ? operators : [{ kind: 'number_equals', numbers }, ...operators];
}

function flagOperators(node: ScalarNode, context: EntryContext): readonly TestOperator[] {
  const { modifiers, report, entry } = context;
  const flag = readFlag(node.text);
  if (flag !== undefined && isPlain(modifiers)) return [{ kind: 'flag_equals', flag }];
  const message = `${quote(entry.key)} is true or false, and nothing else`;
  report.error('SIGMA_VALUE_INVALID', node.span, { message });
  return [];
}

function readFlag(text: string): boolean | undefined {
  if (/^(true|yes|1)$/i.test(text)) return true;
  return /^(false|no|0)$/i.test(text) ? false : undefined;
}

function existsTest(
  { text, span }: ScalarNode,
  test: (operator: TestOperator) => Test,
  { report, entry }: EntryContext,
): readonly Condition[] {
  const part = test({ kind: 'exists' });
  const exists = readFlag(text);
  if (exists === true) return [part];
  if (exists === false) return [{ kind: 'not', part }];
  report.error('SIGMA_VALUE_INVALID', span, { message: `${quote(entry.key)} is true or false` });
  return [];
}

function fieldTest(
  node: ScalarNode,
  test: (operator: TestOperator) => Test,
  context: EntryContext,
): readonly Condition[] {
  const { mapping, modifiers, report } = context;
  const { comparison, isCased } = modifiers;
  return rawTexts(node, modifiers.values, context).flatMap((name) => {
    const other = readableField(mapField(name, mapping));
    if (other === undefined || comparison.kind !== 'field') {
      const message = `these events have no field ${quote(name)}`;
      report.error('SIGMA_EVENT_FIELD_UNSUPPORTED', node.span, { message });
      return [];
    }
    const compare = comparison.placement;
    const about = { other, otherTransforms: [], ignoresCase: !isCased };
    return [test({ kind: 'field', compare, ...about })];
  });
}

/** A field with its value, as the author wrote it; values of lists are not repeated. */
export function writeEntry({ key, value }: MappingEntry, node?: ScalarNode): string {
  if (node !== undefined) return `${key}: ${isNull(node) ? 'null' : node.text || "''"}`;
  return value.kind === 'scalar' ? `${key}: ${value.text}` : key;
}
