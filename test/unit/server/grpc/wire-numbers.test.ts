/**
 * The bytes of every message, all of its fields set: clients that were built long ago read by the
 * numbers that are in them. `npm run generate` does not record them again; UPDATE_GOLDEN=1 does.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import * as log from '../../../../src/server/grpc/generated/tetragon/eventlogservice_pb.ts';
import * as sensors from '../../../../src/server/grpc/generated/tetragon/sensors_pb.ts';
import { assertGolden } from '../../cli/golden.ts';

/** Messages in each other. */
const DEPTH_MAX = 2;

const WELL_KNOWN: Readonly<Record<string, JsonValue>> = {
  'google.protobuf.Timestamp': '1970-01-01T00:00:01Z',
  'google.protobuf.Duration': '1s',
  'google.protobuf.FieldMask': 'a',
  'google.protobuf.Any': {},
  'google.protobuf.BoolValue': true,
  'google.protobuf.UInt32Value': 1,
  'google.protobuf.Int32Value': 1,
};

function filesOf(file: DescFile): readonly DescFile[] {
  return [...file.dependencies.flatMap(filesOf), file];
}

const FILES = [
  ...new Set([...filesOf(sensors.file_tetragon_sensors), log.file_tetragon_eventlogservice]),
].filter((file) => file.proto.package === 'tetragon');

function listMessages(message: DescMessage): readonly DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(listMessages)];
}

/** With the first field of each oneof, or the one that is named. */
function fill(message: DescMessage, depth: number, chosen?: DescField): JsonObject {
  const filled: JsonObject = {};
  const taken = new Set();
  for (const field of message.fields) {
    const { oneof } = field;
    if (oneof !== undefined) {
      if (chosen?.oneof === oneof ? field !== chosen : taken.has(oneof)) continue;
      taken.add(oneof);
    }
    if (field.message !== undefined && !isKnown(field.message) && depth >= DEPTH_MAX) continue;
    filled[field.name] = fieldValue(field, depth);
  }
  return filled;
}

function isKnown({ typeName }: DescMessage): boolean {
  return Object.hasOwn(WELL_KNOWN, typeName);
}

function fieldValue(field: DescField, depth: number): JsonValue {
  switch (field.fieldKind) {
    case 'scalar':
      return scalarOf(field.scalar);
    case 'enum':
      return lastOf(field.enum);
    case 'map':
      return { k: field.scalar === undefined ? {} : scalarOf(field.scalar) };
    case 'list':
      if (field.listKind === 'scalar') return [scalarOf(field.scalar)];
      return [field.listKind === 'enum' ? lastOf(field.enum) : messageOf(field.message, depth)];
    default:
      return messageOf(field.message, depth);
  }
}

function messageOf(message: DescMessage, depth: number): JsonValue {
  return WELL_KNOWN[message.typeName] ?? fill(message, depth + 1);
}

function lastOf({ values }: DescEnum): string {
  return values.at(-1)?.name ?? '';
}

function scalarOf(scalar: ScalarType): JsonValue {
  if (scalar === ScalarType.BOOL) return true;
  if (scalar === ScalarType.STRING) return 'a';
  return scalar === ScalarType.BYTES ? 'AQ==' : 1;
}

function hex(message: DescMessage, json: JsonObject): string {
  return Buffer.from(toBinary(message, fromJson(message, json))).toString('hex');
}

/** One line for each message, and one for each further field of its oneofs. */
function describeMessage(message: DescMessage): readonly string[] {
  const { typeName, oneofs } = message;
  const whole = `${typeName} ${hex(message, fill(message, 0))}`;
  const others = oneofs.flatMap(({ fields }) =>
    fields.slice(1).map((field) => {
      const json = { [field.name]: fieldValue(field, DEPTH_MAX) };
      return `${typeName}.${field.name} ${hex(message, json)}`;
    }),
  );
  return [whole, ...others];
}

describe('Messages on the wire', () => {
  it('have the bytes that were recorded', () => {
    const messages = FILES.flatMap((file) => file.messages.flatMap(listMessages));

    const text = messages.flatMap(describeMessage).join('\n');

    assert.ok(messages.length > 100, `${messages.length} messages`);
    assertGolden('test/unit/server/grpc/golden/messages.txt', `${text}\n`);
  });

  it('have the names and numbers of enums that were recorded', () => {
    const enums = FILES.flatMap((file) => [...file.enums]);

    const text = enums.flatMap(({ typeName, values }) =>
      values.map(({ name, number }) => `${typeName} ${name} ${number}`),
    );

    assertGolden('test/unit/server/grpc/golden/enums.txt', `${text.join('\n')}\n`);
  });

  it('are read by their numbers', () => {
    const lines: Readonly<Record<string, string>> = {
      // Field 5, which holds field 3 with SIGKILL.
      'process_exit.signal': '2a091a075349474b494c4c',
      // Field 9, field 4, field 32, field 1.
      'process_kprobe.args.error_arg': '4a0822068202030a0161',
      'process_kprobe.args.sockaddrun_arg': '4a0822068a0203120161',
      // Field 40001 with 5.
      rate_limit_info: '8ac413020805',
    };
    const [events] = FILES.filter(({ proto }) => proto.name === 'tetragon/events.proto');
    const response = events?.messages.find(({ name }) => name === 'GetEventsResponse');
    assert.ok(response !== undefined);

    const json: Readonly<Record<string, JsonObject>> = {
      'process_exit.signal': { process_exit: { signal: 'SIGKILL' } },
      'process_kprobe.args.error_arg': {
        process_kprobe: { args: [{ error_arg: { Message: 'a' } }] },
      },
      'process_kprobe.args.sockaddrun_arg': {
        process_kprobe: { args: [{ sockaddrun_arg: { path: 'a' } }] },
      },
      rate_limit_info: { rate_limit_info: { number_of_dropped_process_events: '5' } },
    };
    const made = Object.entries(json).map(([name, one]) => [name, hex(response, one)]);

    assert.deepStrictEqual(Object.fromEntries(made), lines);
  });
});
