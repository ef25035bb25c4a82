/** The little JSON Schema that published schemas are written down in. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { Members, Schema } from './schema-words.ts';

/** One of these, and nothing else. */
export function oneOf(...values: readonly (string | number)[]): Schema {
  return { enum: values };
}

/** What each table of ids has. */
export function ids(first: number, last: number): Schema {
  const all = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  return oneOf(...all, 99);
}

/** `a b c`: members of one type. */
export function members(names: string, schema: Schema): Members {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, schema]));
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items, minItems: 1 };
}

/** An object with these members at most. */
export function closed(required: string, properties: Members, anyOf: string = ''): Schema {
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    required: words(required),
    ...(anyOf === '' ? {} : { anyOf: words(anyOf).map((name) => ({ required: [name] })) }),
  };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** What is wrong with a value, by the place in it; empty when nothing is. */
export type Check = (value: unknown) => readonly string[];

/** Formats are those of Ajv's own checks on text: `ipv4`, `ipv6`, times. */
export function compileSchema(schema: Schema): Check {
  const validate = new Ajv2020({
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allErrors: true,
  }).compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(problemOf));
}

function problemOf({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath} ${message} ${JSON.stringify(params)}`;
}
