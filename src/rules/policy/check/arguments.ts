/** Reads `args`: which parameters a hook reads, and as what. */

import type { ArgumentType } from '../../../model/argument-types.ts';
import { quote, suggest } from '../../syntax/quote.ts';
import type { MappingEntry, YamlNode } from '../../syntax/tree.ts';
import { ARGUMENT_TYPES, isBytesType, isCountedType } from '../argument-types.ts';
import type { Located, Report, Span } from '../report.ts';
import type { ArgumentSpec } from '../spec.ts';
import { BOOLEAN, listOfObjects, oneOf, TEXT } from './field-types.ts';
import { type Fields, readFields, requireField } from './fields.ts';
import { RESOLVE_FIELDS, readResolve } from './resolve.ts';
import { readBoolean, readInteger, readItems, readText } from './scalars.ts';
import type { FieldSpec, Shape } from './shape.ts';

/** Six registers carry arguments on x86-64. The CRD stops at index 4; one more costs nothing. */
const ARGUMENT_INDEX_MAX = 5;
const ARGUMENTS_MAX = ARGUMENT_INDEX_MAX + 1;

/** A type that is left to the kernel. */
const AUTOMATIC = 'auto';

const ARGUMENT: Shape = {
  name: 'an argument',
  fields: {
    index: {
      type: { kind: 'integer', min: 0, max: ARGUMENT_INDEX_MAX },
      description: 'Position of the parameter in the function, from 0.',
      isRequired: true,
    },
    type: {
      type: oneOf([...ARGUMENT_TYPES.keys(), AUTOMATIC]),
      description:
        'How to read the parameter: a number, a text, a file, a socket, another object. `auto` ' +
        'leaves it to the kernel, which knows the parameters of its own functions.',
      isRequired: true,
    },
    label: {
      type: TEXT,
      description: 'Name of the argument in events.',
    },
    sizeArgIndex: {
      type: { kind: 'integer', min: 0, max: ARGUMENTS_MAX },
      description:
        'Position, counted from 1, of the parameter with the length of a `char_buf` or the ' +
        'number of pieces of a `char_iovec`.',
    },
    maxData: {
      type: BOOLEAN,
      description: 'Read up to 32768 bytes of a buffer, and not 4096.',
    },
    returnCopy: {
      type: BOOLEAN,
      description:
        'Read it when the function returns, which has filled what it points to; of a `char_buf`, ' +
        'as many bytes as it returned. Needs `return: true`.',
    },
    ...RESOLVE_FIELDS,
  },
  unsupported: ['source'],
};

const { returnCopy: _returnCopy, ...RESULT_FIELDS } = ARGUMENT.fields;

/** The field `returnArg` of a hook. */
export const RESULT: Shape = {
  name: 'a returnArg',
  fields: {
    ...RESULT_FIELDS,
    index: {
      type: { kind: 'integer', min: 0, max: ARGUMENT_INDEX_MAX },
      description: 'What `matchReturnArgs` calls it; 0.',
    },
    type: {
      type: oneOf([...ARGUMENT_TYPES.keys()]),
      description: 'How to read what is returned.',
      isRequired: true,
    },
  },
  unsupported: ['returnCopy', ...ARGUMENT.unsupported],
};

/** The field `args` of a hook. */
export const ARGUMENTS: FieldSpec = {
  type: listOfObjects(ARGUMENT, ARGUMENTS_MAX),
  description: 'Parameters of the function to read: selectors compare them, and events carry them.',
};

/** Fields of one record; the largest of the kernel have some forty. */
export const FIELD_INDEX_MAX = 127;

/** The field `args` of a tracepoint. */
export const TRACEPOINT_ARGUMENTS: FieldSpec = {
  type: listOfObjects(
    {
      ...ARGUMENT,
      fields: {
        ...ARGUMENT.fields,
        index: {
          type: { kind: 'integer', min: 0, max: FIELD_INDEX_MAX },
          description:
            "Number of the field in the event's format file, from 0, the four fields that every " +
            'event has included; of a raw tracepoint, the parameter, 0 to 5.',
          isRequired: true,
        },
        type: {
          type: oneOf([...ARGUMENT_TYPES.keys(), AUTOMATIC]),
          description: 'How to read the field; left to the kernel when it is `auto` or absent.',
        },
      },
    },
    ARGUMENTS_MAX,
  ),
  description: 'Fields of the event to read: selectors compare them, and events carry them.',
};

/** Reads the list; an item that cannot be read is undefined in its place. */
export function readArguments(
  entry: MappingEntry | undefined,
  report: Report,
  indexMax: number = ARGUMENT_INDEX_MAX,
): readonly (ArgumentSpec | undefined)[] {
  const items = readItems(entry, { name: 'arguments', max: ARGUMENTS_MAX }, report);
  return items.map((item) => readArgument(item, indexMax, report));
}

/** Reads `returnArg`. */
export function readResult(node: YamlNode, report: Report): ArgumentSpec | undefined {
  const fields = readFields(node, RESULT, report);
  if (fields === undefined) return undefined;
  const indexEntry = fields.entries.get('index');
  const index = indexEntry
    ? readIndex(indexEntry.value, ARGUMENT_INDEX_MAX, report)
    : { value: 0, span: node.span };
  return readValue(fields, index, report);
}

function readArgument(node: YamlNode, indexMax: number, report: Report): ArgumentSpec | undefined {
  const fields = readFields(node, ARGUMENT, report);
  if (fields === undefined) return undefined;
  const indexEntry = requireField(fields, 'index', report);
  return readValue(fields, indexEntry && readIndex(indexEntry.value, indexMax, report), report);
}

function readValue(
  fields: Fields,
  index: Located<number> | undefined,
  report: Report,
): ArgumentSpec | undefined {
  const typeEntry = requireField(fields, 'type', report);
  const type = typeEntry && readType(typeEntry.value, report);
  const labelEntry = fields.entries.get('label');
  const label = labelEntry && readText(labelEntry.value, report);
  const sizeIndex = readSizeIndex(fields, type, report);
  const maxData = readMaxData(fields, type, report);
  const resolve = readResolve(fields, false, report);
  const returnCopy = readReturnCopy(fields, report);
  if (index === undefined || type === undefined || resolve === 'invalid') return undefined;
  return { index, type, label: label?.value ?? '', sizeIndex, maxData, resolve, returnCopy };
}

function readMaxData(
  fields: Fields,
  type: Located<ArgumentType> | undefined,
  report: Report,
): boolean {
  const entry = fields.entries.get('maxData');
  const isSet = entry !== undefined && readBoolean(entry.value, report) === true;
  if (!isSet || type === undefined || isBytesType(type.value)) return isSet;
  report.error('POLICY_ARGUMENT_TYPE', entry.keySpan, {
    message: `${quote(type.value)} is no buffer of which more could be read`,
    hint: '`maxData` belongs to `char_buf`, `char_iovec` and `iov_iter`',
  });
  return false;
}

/** Where it is said; undefined when it is not. */
function readReturnCopy(fields: Fields, report: Report): Span | undefined {
  const entry = fields.entries.get('returnCopy');
  if (entry === undefined || readBoolean(entry.value, report) !== true) return undefined;
  return entry.keySpan;
}

/** Position of the parameter that says how long a buffer is; counted from 1 as it is written. */
function readSizeIndex(
  fields: Fields,
  type: Located<ArgumentType> | undefined,
  report: Report,
): number | undefined {
  const entry = fields.entries.get('sizeArgIndex');
  const written = entry && readInteger(entry.value, report);
  if (type === undefined) return undefined;
  if (!isCountedType(type.value)) {
    if (written === undefined || written.value === 0n) return undefined;
    report.error('POLICY_ARGUMENT_INDEX', written.span, {
      message: `${quote(type.value)} has no length that another argument could hold`,
      hint: '`sizeArgIndex` belongs to `char_buf` and `char_iovec`',
    });
    return undefined;
  }
  if (written === undefined) {
    if (entry !== undefined || fields.entries.has('returnCopy')) return undefined;
    report.error('POLICY_FIELD_MISSING', type.span, {
      message: `a ${quote(type.value)} needs the field \`sizeArgIndex\``,
      hint: 'it is the position, counted from 1, of the parameter with the length',
    });
    return undefined;
  }
  if (written.value >= 1n && written.value <= BigInt(ARGUMENTS_MAX)) {
    return Number(written.value) - 1;
  }
  report.error('POLICY_ARGUMENT_INDEX', written.span, {
    message: `\`sizeArgIndex\` counts from 1 to ${ARGUMENTS_MAX}`,
  });
  return undefined;
}

function readIndex(node: YamlNode, indexMax: number, report: Report): Located<number> | undefined {
  const index = readInteger(node, report);
  if (index === undefined) return undefined;
  if (index.value >= 0n && index.value <= BigInt(indexMax)) {
    return { value: Number(index.value), span: index.span };
  }
  report.error('POLICY_ARGUMENT_INDEX', index.span, {
    message: `the argument index is 0 to ${indexMax}, not ${quote(String(index.value))}`,
  });
  return undefined;
}

export function readType(node: YamlNode, report: Report): Located<ArgumentType> | undefined {
  const text = readText(node, report);
  if (text === undefined) return undefined;
  const type = ARGUMENT_TYPES.get(text.value);
  if (type !== undefined) return { value: type, span: text.span };
  const supported = `supported types: ${[...ARGUMENT_TYPES.keys()].join(', ')}`;
  if (text.value === AUTOMATIC) {
    report.error('POLICY_ARGUMENT_TYPE', text.span, {
      message: 'the kernel does not know the type of this',
      hint: supported,
    });
  } else {
    report.error('POLICY_ARGUMENT_TYPE_UNKNOWN', text.span, {
      message: `there is no argument type ${quote(text.value)}`,
      hint: suggest(text.value, [...ARGUMENT_TYPES.keys(), AUTOMATIC], supported),
    });
  }
  return undefined;
}
