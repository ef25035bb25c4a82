/** The definitions of the kinds of policies accept what the checker does, and refuse its shapes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml';
import { customResourceFiles, customResources } from '../../../scripts/crds/custom-resources.ts';
import { compilePolicies, policySchema } from '../../../src/rules/index.ts';
import { checkObject, schemaOf } from '../../support/kubernetes/custom-resource-server.ts';
import { OBJECT_CASES } from '../../support/kubernetes/object-mistakes.ts';
import { checkStructural } from '../../support/kubernetes/structural-rules.ts';
import { makeMutations, readHandWritten } from '../../support/malformed-policies.ts';
import { repositoryRoot } from '../../support/root.ts';
import { smallKernel } from '../rules/small-kernel.ts';

const ROOT = repositoryRoot();
const YAML = CORE_SCHEMA.withTags(mergeTag);

/** `kubectl apply` keeps the object in an annotation; all annotations together have this room. */
const ANNOTATIONS_BYTES_MAX = 262_144;

const hasShape = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: false,
}).compile(policySchema());

function parse(text: string): readonly unknown[] | undefined {
  try {
    return loadAll(text, { schema: YAML });
  } catch {
    return undefined;
  }
}

function examples(): readonly string[] {
  const folder = join(ROOT, 'policies/examples');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));
}

describe('custom resources', () => {
  for (const [path, text] of customResourceFiles()) {
    it(`can be applied: ${path}`, () => {
      const [definition, ...others] = loadAll(text);

      assert.equal(others.length, 0);
      assert.deepStrictEqual(checkStructural(schemaOf(Object(definition))), []);
      const bytes = Buffer.byteLength(JSON.stringify(definition));
      assert.ok(bytes < ANNOTATIONS_BYTES_MAX - 8192, `${bytes} bytes`);
    });
  }

  it('describe every field of the spec, and the way through it', () => {
    const silent = customResources().flatMap((one) =>
      listFields(schemaOf(one), '$').filter(([, field]) => !Object(field).description),
    );
    const names = silent.map(([place]) => place).filter((place) => !place.includes('metadata'));

    assert.deepStrictEqual(names, []);
  });

  it('say of a namespace what its policies cannot have', () => {
    const [cluster = [], namespaced = []] = customResources().map((one) =>
      listFields(schemaOf(one), '$')
        .filter(([, field]) => /cannot have it/.test(Object(field).description))
        .map(([place]) => place),
    );

    assert.deepStrictEqual(cluster, []);
    const ofSelectors = ['fentries', 'kprobes', 'lsmhooks', 'tracepoints'].map(
      (section) => `$.spec.${section}[].selectors[].matchWorkloads.hostSelector`,
    );
    const expected = [
      ...ofSelectors,
      '$.spec.selectorsMacros[].matchWorkloads.hostSelector',
      '$.spec.hostSelector',
      '$.spec.loader',
      '$.spec.uprobes',
      '$.spec.usdts',
    ];
    assert.deepStrictEqual(namespaced.toSorted(), expected.toSorted());
  });

  it('require nothing of a status', () => {
    for (const definition of customResources()) {
      const { status } = Object(schemaOf(definition)['properties']);
      assert.ok(!JSON.stringify(status).includes('"required"'));
    }
  });

  it('are met by examples that other parsers of YAML read as well', () => {
    // `[::1/128]` is text to some, and the value of no key to others.
    const odd = /^[^#'"]*[[,]\s*::/m;

    assert.match('values: [10.0.0.0/8, ::1/128]', odd);
    assert.deepStrictEqual(
      examples().filter((file) => odd.test(readFileSync(file, 'utf8'))),
      [],
    );
  });

  for (const file of examples()) {
    it(`accept ${file.slice(ROOT.length + 1)}`, () => {
      const problems = parse(readFileSync(file, 'utf8'))?.map(checkObject);

      assert.ok(problems !== undefined && problems.length > 0);
      assert.deepStrictEqual(problems.flat(), []);
    });
  }
});

function listFields(schema: unknown, at: string): readonly (readonly [string, unknown])[] {
  const { properties, items, additionalProperties } = Object(schema);
  const own = Object.entries(Object(properties)).flatMap(([name, field]) => [
    [`${at}.${name}`, field] as const,
    ...listFields(field, `${at}.${name}`),
  ]);
  const inner = items ?? additionalProperties;
  return inner === undefined ? own : [...own, ...listFields(inner, `${at}[]`)];
}

describe('a server with the custom resources', () => {
  for (const { name, good, bad } of OBJECT_CASES) {
    it(`refuses ${name}, and nothing else`, () => {
      assert.deepStrictEqual(checkObject(good), []);
      assert.notDeepStrictEqual(checkObject(bad), []);
    });
  }

  it('refuses nothing that the checker accepts', () => {
    const wrongly = OBJECT_CASES.filter(({ bad }) => {
      const { diagnostics } = compilePolicies(JSON.stringify(bad), 'a.yaml', {
        kernel: smallKernel,
      });
      return (
        'spec' in bad && !('status' in bad) && diagnostics.every((one) => one.severity !== 'error')
      );
    });

    assert.deepStrictEqual(
      wrongly.map(({ name }) => name),
      [],
    );
  });

  const corpus = [...readHandWritten(), ...makeMutations()].flatMap(({ name, text }) =>
    (parse(text) ?? []).map((object) => ({ name, object })),
  );
  const shapeless = corpus.filter(({ object }) => !hasShape(object));

  it('is asked about many mistakes', () => {
    assert.ok(shapeless.length > 100, `${shapeless.length} of ${corpus.length}`);
  });

  it('refuses all mistakes of shape', () => {
    const accepted = shapeless.filter(({ object }) => checkObject(object).length === 0);

    assert.deepStrictEqual(
      accepted.map(({ name }) => name),
      [],
    );
  });

  it('leaves mistakes of meaning to the agent, but for namespaces, which it knows', () => {
    const refused = corpus.filter(
      ({ object }) => hasShape(object) && checkObject(object).length > 0,
    );

    assert.deepStrictEqual(
      refused.map(({ name }) => name),
      [
        'document.txt: a policy of a namespace that names none',
        'document.txt: a policy of the cluster with a namespace',
      ],
    );
  });
});

describe('the rules of structural schemas', () => {
  const root = (fields: object): object => ({ type: 'object', properties: fields });
  const good: readonly (readonly [string, object])[] = [
    ['a type', root({ a: { type: 'string' } })],
    ['int-or-string', root({ a: { 'x-kubernetes-int-or-string': true, pattern: '^1' } })],
    ['what is free', root({ a: { 'x-kubernetes-preserve-unknown-fields': true } })],
    ['required in anyOf', { ...root({ a: { type: 'string' } }), anyOf: [{ required: ['a'] }] }],
    ['a value in not', root({ a: { type: 'string', not: { enum: ['b'] } } })],
    ['metadata', root({ metadata: { type: 'object' } })],
  ];
  const bad: readonly (readonly [string, object])[] = [
    ['a root without a type', { properties: {} }],
    ['a field without a type', root({ a: { description: 'A.' } })],
    ['a type that is null', root({ a: { type: 'null' } })],
    ['two types', root({ a: { type: ['string', 'integer'] } })],
    [
      'a type of int-or-string',
      root({ a: { type: 'string', 'x-kubernetes-int-or-string': true } }),
    ],
    ['a reference', root({ a: { $ref: '#/$defs/a' } })],
    ['a constant', root({ a: { type: 'string', const: 'b' } })],
    ['a type in anyOf', root({ a: { type: 'string', anyOf: [{ type: 'string' }] } })],
    ['a field of anyOf only', { ...root({}), anyOf: [{ properties: { a: { enum: ['b'] } } }] }],
    ['no other fields', { ...root({ a: { type: 'string' } }), additionalProperties: false }],
    ['fields of two sorts', { ...root({}), additionalProperties: { type: 'string' } }],
    ['an array of anything', root({ a: { type: 'array' } })],
    ['unique items', root({ a: { type: 'array', items: { type: 'string' }, uniqueItems: true } })],
    ['an enum that may be null', root({ a: { type: 'string', enum: ['b'], nullable: true } })],
    ['a word twice', root({ a: { type: 'string', enum: ['b', 'b'] } })],
    ['a pattern that looks back', root({ a: { type: 'string', pattern: '(?<=a)b' } })],
    ['labels', root({ metadata: { type: 'object', properties: { labels: { type: 'object' } } } })],
  ];
  for (const [name, schema] of good) {
    it(`allow ${name}`, () => assert.deepStrictEqual(checkStructural(schema), []));
  }
  for (const [name, schema] of bad) {
    it(`refuse ${name}`, () => assert.notDeepStrictEqual(checkStructural(schema), []));
  }
});
