/** Prints the table of fields as a JSON Schema, for editors and for checks without this program. */

import { DOCUMENT } from '../check/policy.ts';
import type { FieldSpec, FieldType, Shape } from '../check/shape.ts';

/** A JSON Schema or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What `parseInteger` of the checker reads, for numbers that are quoted. */
const INTEGER_PATTERN = '^[+-]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$';

/** What objects read back from an API server carry for fields that nobody set. */
const UNSET = { anyOf: [{ enum: [null, '', 0, false] }, { type: 'array', maxItems: 0 }] };

/**
 * Schema (draft 2020-12) of one policy. It knows shapes, not meanings: whatever it refuses the
 * checker refuses as well, and the checker refuses more.
 */
export function policySchema(): JsonSchema {
  const shapes = new Map<string, JsonSchema>();
  const root = describeShape(DOCUMENT, shapes);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'TracingPolicy',
    description: 'A policy of Warder: what to watch in the kernel, and what to do about it.',
    ...root,
    $defs: Object.fromEntries(shapes),
  };
}

type Shapes = Map<string, JsonSchema>;

function describeShape(shape: Shape, shapes: Shapes): JsonSchema {
  const fields = Object.entries(shape.fields).map(
    ([name, field]) => [name, describeField(field, shapes)] as const,
  );
  const unsupported = shape.unsupported.map(
    (name) => [name, { description: 'Not supported by this version.', ...UNSET }] as const,
  );
  const required = fieldsThat(shape, ({ isRequired }) => isRequired === true);
  const alternatives = shape.needsOneOf?.map((name) => ({ required: [name] }));
  return {
    type: 'object',
    properties: Object.fromEntries([...fields, ...unsupported]),
    ...(required.length === 0 ? {} : { required }),
    ...(alternatives === undefined ? {} : { anyOf: alternatives }),
    additionalProperties: false,
  };
}

function fieldsThat(shape: Shape, holds: (field: FieldSpec) => boolean): readonly string[] {
  return Object.entries(shape.fields).flatMap(([name, field]) => (holds(field) ? [name] : []));
}

/** A field without a value is absent, unless it has to be there. */
function describeField({ type, description, isRequired }: FieldSpec, shapes: Shapes): JsonSchema {
  const schema = describeType(type, shapes);
  if (isRequired || type.kind === 'ignored') return { description, ...schema };
  return { description, anyOf: [schema, { type: 'null' }] };
}

function describeType(type: FieldType, shapes: Shapes): JsonSchema {
  switch (type.kind) {
    case 'text':
      return describeText(type);
    case 'boolean':
      return { type: 'boolean' };
    case 'integer': {
      const { min, max } = type;
      const bounds = {
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
      };
      return {
        anyOf: [
          { type: 'integer', ...bounds },
          { type: 'string', pattern: INTEGER_PATTERN },
        ],
      };
    }
    case 'map':
      return { type: 'object', additionalProperties: describeType(type.of, shapes) };
    case 'list': {
      const { min, max } = type;
      const bounds = { ...(min && { minItems: min }), maxItems: max };
      return { type: 'array', items: describeType(type.of, shapes), ...bounds };
    }
    case 'object':
      return refer(type.shape, shapes);
    case 'ignored':
      return {};
  }
}

/** A number or a boolean without quotes is text as well. */
function describeText(type: FieldType & { readonly kind: 'text' }): JsonSchema {
  if (type.choices !== undefined) return { enum: type.choices };
  if (type.pattern === undefined) return { type: ['string', 'number', 'boolean'] };
  return { type: ['string', 'number'], pattern: type.pattern };
}

/** Each shape is described once; shapes of the same name are the same. */
function refer(shape: Shape, shapes: Shapes): JsonSchema {
  const name = shape.name.replace(/^(?:an?|the) /, '').replaceAll(' ', '-');
  if (!shapes.has(name)) {
    shapes.set(name, {});
    shapes.set(name, describeShape(shape, shapes));
  }
  return { $ref: `#/$defs/${name}` };
}
