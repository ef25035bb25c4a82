/**
 * Answers as an API server does that was given the definitions: fields that do not exist are
 * refused, as `kubectl` asks for, and rules in CEL are evaluated.
 */

import { parse } from '@marcbachmann/cel-js';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { customResources } from '../../../scripts/crds/custom-resources.ts';

type Json = Readonly<Record<string, unknown>>;

const DNS_SUBDOMAIN = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$';
const TEXTS = { type: 'object', additionalProperties: { type: 'string' } };

/** What every object has, by the server's own types. */
const METADATA = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: DNS_SUBDOMAIN, maxLength: 253 },
    namespace: { type: 'string' },
    labels: TEXTS,
    annotations: TEXTS,
  },
};

const FORMATS = { int32: true, int64: true, 'date-time': true } as const;

interface Served {
  readonly schema: Json;
  readonly validate: ValidateFunction;
  readonly isNamespaced: boolean;
}

const KINDS: ReadonlyMap<unknown, Served> = new Map(customResources().map(serve));

/** What is wrong with an object; nothing when a server would store it. */
export function checkObject(object: unknown): readonly string[] {
  const kind = isJson(object) ? KINDS.get(object['kind']) : undefined;
  if (kind === undefined || !isJson(object)) return ['no such kind'];
  if (object['apiVersion'] !== 'cilium.io/v1alpha1') return ['no such version'];
  const stored = dropNulls(kind.schema, object);
  if (!kind.validate(stored)) {
    return (kind.validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
  }
  const { metadata } = object;
  const hasNamespace = isJson(metadata) && Boolean(metadata['namespace']);
  return hasNamespace === kind.isNamespaced ? [] : ['the namespace'];
}

/** The schema of one kind, as the server is given it. */
export function schemaOf(definition: Json): Json {
  return at(definition, 'spec', 'versions', 0, 'schema', 'openAPIV3Schema');
}

function serve(definition: Json): readonly [unknown, Served] {
  const schema = schemaOf(definition);
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
  ajv.addKeyword({ keyword: 'x-kubernetes-validations', validate: holdsAll });
  const translated = translate(schema);
  const validate = ajv.compile({
    ...translated,
    required: ['metadata', 'spec'],
    properties: { ...at(translated, 'properties'), metadata: METADATA },
  });
  const { scope } = at(definition, 'spec');
  const { kind } = at(definition, 'spec', 'names');
  return [kind, { schema, validate, isNamespaced: scope === 'Namespaced' }];
}

/** Rules are not asked about null. One that cannot be evaluated does not hold. */
function holdsAll(rules: readonly { readonly rule: string }[], self: unknown): boolean {
  if (self === null) return true;
  return rules.every(({ rule }) => {
    try {
      return parse(rule)({ self }) === true;
    } catch {
      return false;
    }
  });
}

/** The same in the words of JSON Schema. */
function translate(schema: Json): Json {
  const { nullable, items, properties, additionalProperties, ...rest } = schema;
  const isIntOrString = rest['x-kubernetes-int-or-string'] === true;
  const type = isIntOrString ? ['integer', 'string'] : rest['type'];
  const types = type === undefined ? [] : [type].flat();
  return {
    ...rest,
    ...(types.length > 0 && { type: nullable === true ? [...types, 'null'] : types }),
    ...(isJson(items) && { items: translate(items) }),
    ...(isJson(properties) && {
      properties: mapValues(properties, (one) => (isJson(one) ? translate(one) : one)),
      additionalProperties: rest['x-kubernetes-preserve-unknown-fields'] === true,
    }),
    ...(isJson(additionalProperties) && {
      additionalProperties: translate(additionalProperties),
    }),
  };
}

/** Servers leave out what is null and may not be, before they look at an object. */
function dropNulls(schema: Json, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return isJson(items) ? value.map((item) => dropNulls(items, item)) : value;
  }
  if (!isJson(value)) return value;
  const { properties, additionalProperties } = schema;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) => {
      const field = isJson(properties) ? properties[name] : additionalProperties;
      if (!isJson(field)) return [[name, one]];
      if (one === null && field['nullable'] !== true) return [];
      return [[name, dropNulls(field, one)]];
    }),
  );
}

function mapValues(object: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function at(value: unknown, ...path: readonly (string | number)[]): Json {
  let found = value;
  for (const step of path) found = Object(found)[step];
  if (!isJson(found)) throw new TypeError(`nothing at ${path.join('.')}`);
  return found;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
