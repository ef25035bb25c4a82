/** Reads `data`: values that a hook reads beside its parameters. */

import { ARGUMENT_TYPES } from '../argument-types.ts';
import type { Report } from '../report.ts';
import type { ArgumentSpec } from '../spec.ts';
import type { MappingEntry, YamlNode } from '../syntax/tree.ts';
import { readType } from './arguments.ts';
import { quote } from './context.ts';
import { listOfObjects, oneOf, TEXT } from './field-types.ts';
import { readFields, requireField } from './fields.ts';
import { RESOLVE_FIELDS, readResolve, SOURCE } from './resolve.ts';
import { readInteger, readItems, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';

const DATA_MAX = 8;

const DATUM: Shape = {
  name: 'a data entry',
  fields: {
    index: { type: { kind: 'integer', min: 0 }, description: 'Without meaning here.' },
    type: {
      type: oneOf([...ARGUMENT_TYPES.keys()]),
      description: 'How to read the value, as in `args`.',
      isRequired: true,
    },
    source: SOURCE,
    label: { type: TEXT, description: 'Name of the value in events.' },
    ...RESOLVE_FIELDS,
  },
  unsupported: ['sizeArgIndex', 'returnCopy', 'maxData', 'btfTypeModule'],
};

/** The field `data` of a hook. */
export const DATA: FieldSpec = {
  type: listOfObjects(DATUM, DATA_MAX),
  description: 'Further values to read, which are not parameters of the function.',
};

/** Reads the list; an item that cannot be read is undefined in its place. */
export function readData(
  entry: MappingEntry | undefined,
  report: Report,
): readonly (ArgumentSpec | undefined)[] {
  return readItems(entry, { name: 'data', max: DATA_MAX }, report).map((item) =>
    readDatum(item, report),
  );
}

function readDatum(node: YamlNode, report: Report): ArgumentSpec | undefined {
  const fields = readFields(node, DATUM, report);
  if (fields === undefined) return undefined;
  const typeEntry = requireField(fields, 'type', report);
  const type = typeEntry && readType(typeEntry.value, report);
  const sourceEntry = requireField(fields, 'source', report);
  const source = sourceEntry && readText(sourceEntry.value, report);
  const indexEntry = fields.entries.get('index');
  if (indexEntry !== undefined) readInteger(indexEntry.value, report);
  const labelEntry = fields.entries.get('label');
  const label = labelEntry && readText(labelEntry.value, report);
  requireField(fields, 'resolve', report);
  const resolve = readResolve(fields, true, report);
  if (source !== undefined && source.value !== 'current_task') {
    report.error('POLICY_VALUE_INVALID', source.span, {
      message: `${quote(source.value)} is not a source of data`,
      hint: 'write `current_task`',
    });
    return undefined;
  }
  if (type === undefined || source === undefined || typeof resolve !== 'object') return undefined;
  const index = { value: 0, span: node.span };
  return { index, type, label: label?.value ?? '', sizeIndex: undefined, resolve, isData: true };
}
