/** Reads mappings against the table of fields that exist. */

import { quote, suggest } from '../../syntax/quote.ts';
import { isNull, type MappingEntry, type YamlNode } from '../../syntax/tree.ts';
import type { Report, Span } from '../report.ts';
import { fieldNames, type Shape } from './shape.ts';

/** Present fields; those that are null are absent. */
export interface Fields {
  readonly span: Span;
  readonly shape: Shape;
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

/** Reads a mapping, reporting fields that do not exist or are not supported. */
export function readFields(node: YamlNode, shape: Shape, report: Report): Fields | undefined {
  if (node.kind !== 'mapping') {
    const message = `${shape.name} is a mapping, not ${describeNode(node)}`;
    report.error('POLICY_VALUE_TYPE', node.span, { message });
    return undefined;
  }
  const entries = new Map<string, MappingEntry>();
  for (const entry of node.entries) {
    if (Object.hasOwn(shape.fields, entry.key)) {
      if (!isNull(entry.value)) entries.set(entry.key, entry);
    } else if (shape.unsupported.includes(entry.key)) {
      if (!isNeutral(entry.value)) reportUnsupportedField(entry, shape, report);
    } else {
      reportUnknownField(entry, shape, report);
    }
  }
  return { span: node.span, shape, entries };
}

function reportUnsupportedField(entry: MappingEntry, shape: Shape, report: Report): void {
  report.error('POLICY_FEATURE_UNSUPPORTED', entry.keySpan, {
    message: `the field ${quote(entry.key)} of ${shape.name} is not supported yet`,
    hint: `supported here: ${fieldNames(shape).join(', ')}`,
  });
}

function reportUnknownField(entry: MappingEntry, shape: Shape, report: Report): void {
  const known = fieldNames(shape);
  report.error('POLICY_FIELD_UNKNOWN', entry.keySpan, {
    message: `${shape.name} has no field ${quote(entry.key)}`,
    hint: suggest(entry.key, [...known, ...shape.unsupported], `fields: ${known.join(', ')}`),
  });
}

/** The entry of a field that must be there; reports it when it is missing. */
export function requireField(
  fields: Fields,
  name: string,
  report: Report,
): MappingEntry | undefined {
  const entry = fields.entries.get(name);
  if (entry === undefined) {
    const message = `${fields.shape.name} needs the field ${quote(name)}`;
    report.error('POLICY_FIELD_MISSING', fields.span, { message });
  }
  return entry;
}

/** What a node is, for messages. */
export function describeNode(node: YamlNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind === 'sequence' ? 'list' : 'mapping'}`;
  return isNull(node) ? 'nothing' : `the scalar ${quote(node.text)}`;
}

/** Whether the value only states a default, as policies read back from a cluster do. */
function isNeutral(node: YamlNode): boolean {
  if (node.kind === 'sequence') return node.items.length === 0;
  if (node.kind === 'mapping') return false;
  return isNull(node) || node.text === '' || (node.isPlain && /^(0|false)$/.test(node.text));
}
