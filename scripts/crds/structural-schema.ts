/**
 * Turns the table of fields into a structural schema, which is all that API servers take: no
 * references, every node with a type, and no types below `anyOf`.
 */
import type { FieldSpec, FieldType, Shape } from '../../src/rules/policy/check/shape.ts';

/** A schema or a part of one, as JSON. */
export type Structural = Readonly<Record<string, unknown>>;

/** What the schemas of one kind have besides the table of fields. */
export interface Additions {
  /** Rules in CEL, by the name of the shape whose objects they are about. */
  readonly rules: Readonly<Record<string, readonly CelRule[]>>;
  /** Fields that rules name. Null is no value to them, so that servers have to leave it out. */
  readonly neverNull: readonly string[];
  /** Lists that this kind cannot have, and what to say then. */
  readonly forbidden: Readonly<Record<string, string>>;
  /** Of fields that are something else in this kind. */
  readonly descriptions: Readonly<Record<string, string>>;
}

/** A condition that an API server checks, and what it says when it does not hold. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** What `parseInteger` of the checker reads. */
const INTEGER_PATTERN = '^[+-]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$';

const FREE: Structural = { 'x-kubernetes-preserve-unknown-fields': true };

/** Accepts null, '', 0, false and [], as objects have them that a program wrote. */
const UNSET: Structural = {
  description: 'Not supported by this version.',
  nullable: true,
  maxItems: 0,
  maxLength: 0,
  minimum: 0,
  maximum: 0,
  // No object has at least one property and at most none.
  minProperties: 1,
  maxProperties: 0,
  not: { enum: [true] },
  // A field that is not in the schema is dropped, and a condition must not vanish unseen.
  ...FREE,
};

/** The schema of the objects of a shape. */
export function describeShape(shape: Shape, additions: Additions): Structural {
  const fields = Object.entries(shape.fields);
  if (fields.length === 0) return describeEmpty(shape, additions);
  const required = fields.flatMap(([name, { isRequired }]) => (isRequired ? [name] : []));
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(shape.needsOneOf && { anyOf: shape.needsOneOf.map((name) => ({ required: [name] })) }),
    properties: Object.fromEntries([
      ...fields.map(([name, field]) => [name, describeField(name, field, additions)]),
      ...shape.unsupported.map((name) => [name, UNSET]),
    ]),
    ...describeRules(shape.name, additions),
  };
}

/** What is written into an object without fields is kept, so that it can be refused. */
function describeEmpty(shape: Shape, additions: Additions): Structural {
  return {
    type: 'object',
    maxProperties: 0,
    additionalProperties: { type: 'object', ...FREE },
    ...describeRules(shape.name, additions),
  };
}

function describeRules(name: string, { rules }: Additions): Structural {
  const own = Object.hasOwn(rules, name) ? rules[name] : undefined;
  return own === undefined ? {} : { 'x-kubernetes-validations': own };
}

function describeField(name: string, field: FieldSpec, additions: Additions): Structural {
  const { type } = field;
  const own = additions.descriptions;
  const description = Object.hasOwn(own, name) ? own[name] : field.description;
  if (Object.hasOwn(additions.forbidden, name)) {
    return { description, ...describeForbidden(additions.forbidden[name] ?? '') };
  }
  const schema = describeType(type, additions);
  return { description, ...(mayBeNull(name, field, additions) && { nullable: true }), ...schema };
}

/** Null is compared with the words of an enum and is none of them; servers leave it out then. */
function mayBeNull(name: string, { type, isRequired }: FieldSpec, additions: Additions): boolean {
  if (isRequired || additions.neverNull.includes(name)) return false;
  return type.kind !== 'ignored' && !(type.kind === 'text' && type.choices !== undefined);
}

/** A list that has to be empty; what is in it is kept, so that it can be refused. */
function describeForbidden(message: string): Structural {
  return {
    type: 'array',
    maxItems: 1,
    items: { type: 'object', ...FREE },
    'x-kubernetes-validations': [{ rule: 'size(self) == 0', message }],
  };
}

function describeType(type: FieldType, additions: Additions): Structural {
  switch (type.kind) {
    case 'text':
      if (type.choices !== undefined) return { type: 'string', enum: type.choices };
      if (type.pattern === undefined) return { type: 'string' };
      return { 'x-kubernetes-int-or-string': true, pattern: type.pattern };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return {
        'x-kubernetes-int-or-string': true,
        ...(type.min !== undefined && { minimum: type.min }),
        ...(type.max !== undefined && { maximum: type.max }),
        pattern: INTEGER_PATTERN,
      };
    case 'map':
      return { type: 'object', additionalProperties: describeType(type.of, additions) };
    case 'list':
      return {
        type: 'array',
        ...(type.min && { minItems: type.min }),
        maxItems: type.max,
        items: describeItem(type.of, additions),
      };
    case 'object':
      return describeShape(type.shape, additions);
    case 'ignored':
      return FREE;
  }
}

/** Numbers stand among the texts of lists of values, and are written without quotes there. */
function describeItem(type: FieldType, additions: Additions): Structural {
  const isFreeText = type.kind === 'text' && type.choices === undefined;
  if (!isFreeText || type.pattern !== undefined) return describeType(type, additions);
  return { 'x-kubernetes-int-or-string': true };
}
