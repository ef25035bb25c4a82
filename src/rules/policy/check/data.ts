/** Reads `data`: values that a hook reads beside its parameters. */

import type { ArgumentType } from '../../../model/argument-types.ts';
import { registerNames, registerOffset } from '../../../model/registers.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { ARGUMENT_TYPES } from '../argument-types.ts';
import { NUMBER_TYPES } from '../number-type.ts';
import type { Located, Report } from '../report.ts';
import type { ArgumentSpec, ResolveSpec } from '../spec.ts';
import { readType } from './arguments.ts';
import { listOfObjects, oneOf, TEXT } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
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
  unsupported: ['sizeArgIndex', 'returnCopy', 'maxData'],
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
  const resolve = source && type && readFrom(fields, source, { type, report });
  if (type === undefined || resolve === undefined) return undefined;
  const index = { value: 0, span: node.span };
  return { index, type, label: label?.value ?? '', sizeIndex: undefined, resolve, isData: true };
}

interface Use {
  readonly type: Located<ArgumentType>;
  readonly report: Report;
}

function readFrom(fields: Fields, source: Located<string>, use: Use): ResolveSpec | undefined {
  const { report } = use;
  if (source.value === 'pt_regs') return readRegister(fields, use);
  const resolve = readResolve(fields, true, report);
  if (source.value === 'current_task') return typeof resolve === 'object' ? resolve : undefined;
  report.error('POLICY_VALUE_INVALID', source.span, {
    message: `${quote(source.value)} is not a source of data`,
    hint: 'write `current_task` or `pt_regs`',
  });
  return undefined;
}

/** The name of a register; what is in it is a number or leads to a text. */
function readRegister(fields: Fields, { type, report }: Use): ResolveSpec | undefined {
  const entry = fields.entries.get('resolve');
  const path = entry && readText(entry.value, report);
  if (path === undefined) return undefined;
  const btfType = fields.entries.get('btfType');
  if (btfType !== undefined) {
    const message = 'a register is no struct that `btfType` could name';
    report.error('POLICY_VALUE_INVALID', btfType.keySpan, { message });
  }
  if (!NUMBER_TYPES.some((number) => number === type.value) && type.value !== 'string') {
    const message = `a register holds a number or leads to a text, and is no ${quote(type.value)}`;
    report.error('POLICY_ARGUMENT_TYPE', type.span, { message });
  }
  const register = registerOffset(path.value);
  if (register === undefined) {
    report.error('POLICY_RESOLVE_UNKNOWN', path.span, {
      message: `this machine has no register ${quote(path.value)}`,
      hint: suggest(path.value, registerNames(), `registers: ${registerNames().join(', ')}`),
    });
    return undefined;
  }
  return { path, btfType: undefined, isCurrentTask: false, register };
}
