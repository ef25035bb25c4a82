/** Readers of JSON values: unknown in, typed out, or an error that names the place. */
import { CliError } from '../errors.ts';

/** Returns the value as a T. Throws CLI_ANSWER_INVALID, which names `place`. */
export type JsonReader<T> = (value: unknown, place: string) => T;

export const readString: JsonReader<string> = (value, place) =>
  typeof value === 'string' ? value : fail(place);

export const readNumber: JsonReader<number> = (value, place) =>
  typeof value === 'number' ? value : fail(place);

/** One of some values. */
export function readChoice<const T extends string | boolean>(choices: readonly T[]): JsonReader<T> {
  return (value, place) => choices.find((choice) => choice === value) ?? fail(place);
}

export function readList<T>(item: JsonReader<T>): JsonReader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) return fail(place);
    return value.map((member: unknown, index) => item(member, `${place}[${index}]`));
  };
}

/** An object with any keys and values of one kind. */
export function readRecord<T>(item: JsonReader<T>): JsonReader<Readonly<Record<string, T>>> {
  return (value, place) =>
    Object.fromEntries(
      entriesOf(value, place).map(([key, member]) => [key, item(member, `${place}.${key}`)]),
    );
}

/** An object with at least these keys; others are left out of the result. */
export function readFields<T extends object>(
  readers: {
    readonly [Key in keyof T]-?: JsonReader<T[Key]>;
  },
): JsonReader<T> {
  return (value, place) => {
    const members = new Map(entriesOf(value, place));
    const fields: unknown[][] = [];
    for (const [key, reader] of Object.entries<JsonReader<unknown>>(readers)) {
      const field = reader(members.get(key), `${place}.${key}`);
      if (field !== undefined) fields.push([key, field]);
    }
    return Object.fromEntries(fields);
  };
}

/** A key that may be absent. */
export function readOptional<T>(reader: JsonReader<T>): JsonReader<T | undefined> {
  return (value, place) => (value === undefined ? undefined : reader(value, place));
}

function entriesOf(value: unknown, place: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(place);
  return Object.entries(value);
}

function fail(place: string): never {
  throw new CliError('CLI_ANSWER_INVALID', `the agent's answer has no valid ${place}`);
}
