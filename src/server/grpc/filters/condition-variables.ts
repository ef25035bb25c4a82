/** What conditions of filters can read: the fields of events, by the names in their JSON. */
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { EventView } from '../events/event-view.ts';
import { isJsonObject } from '../events/read-json.ts';
import { GetEventsResponseSchema } from '../generated/tetragon/events_pb.ts';
import type { VariableType, VariableTypes, VariableValue, VariableValues } from './condition.ts';

/** Messages in each other that are looked into; none of an event is deeper. */
const DEPTH_MAX = 8;

let known: VariableTypes | undefined;

/** `process_exec.process.binary` and all others; made when the first condition is compiled. */
export function conditionVariables(): VariableTypes {
  known ??= Object.fromEntries(variablesOf(GetEventsResponseSchema, '', 0));
  return known;
}

/** The values of one event. */
export function variablesOfEvent({ json }: EventView): VariableValues {
  return {
    value(name, key) {
      let at: unknown = json;
      for (const part of key === undefined ? name.split('.') : [...name.split('.'), key]) {
        if (!isJsonObject(at) || !Object.hasOwn(at, part)) return undefined;
        at = at[part];
      }
      return readValue(at, conditionVariables()[name]);
    },
  };
}

function readValue(value: unknown, type: VariableType | undefined): VariableValue | undefined {
  if (Array.isArray(value)) {
    if (type === 'numbers') return value.map(Number);
    return value.filter((one) => typeof one === 'string');
  }
  // Numbers of 64 bits are texts in JSON.
  if (type === 'number') return Number(value);
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

function variablesOf(
  message: DescMessage,
  prefix: string,
  depth: number,
): readonly (readonly [string, VariableType])[] {
  if (depth > DEPTH_MAX) return [];
  return message.fields.flatMap((field) => {
    const name = `${prefix}${field.name}`;
    const type = typeOf(field);
    if (type !== undefined) return [[name, type] as const];
    if (field.fieldKind !== 'message') return [];
    return variablesOf(field.message, `${name}.`, depth + 1);
  });
}

/** Undefined for messages, and for lists of them, which conditions cannot go into. */
function typeOf(field: DescField): VariableType | undefined {
  switch (field.fieldKind) {
    case 'scalar':
      return typeOfScalar(field.scalar);
    case 'enum':
      return 'text';
    case 'map':
      return 'named';
    case 'list':
      if (field.listKind === 'message') return undefined;
      if (field.listKind === 'enum') return 'texts';
      return typeOfScalar(field.scalar) === 'number' ? 'numbers' : 'texts';
    default:
      return typeOfWellKnown(field.message);
  }
}

function typeOfScalar(scalar: ScalarType): VariableType {
  if (scalar === ScalarType.BOOL) return 'flag';
  return scalar === ScalarType.STRING || scalar === ScalarType.BYTES ? 'text' : 'number';
}

function typeOfWellKnown({ typeName, fields }: DescMessage): VariableType | undefined {
  if (typeName === 'google.protobuf.Timestamp') return 'text';
  const [value] = fields;
  const isWrapper = typeName.startsWith('google.protobuf.') && typeName.endsWith('Value');
  return isWrapper && value?.fieldKind === 'scalar' ? typeOfScalar(value.scalar) : undefined;
}
