/** The printed schema accepts what the checker accepts and refuses what has the wrong structure. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml';
import { compilePolicies, policySchema } from '../../../src/rules/index.ts';
import { DOCUMENT } from '../../../src/rules/policy/check/policy.ts';
import type { FieldType, Shape } from '../../../src/rules/policy/check/shape.ts';
import { repositoryRoot } from '../../support/root.ts';
import { smallKernel } from './small-kernel.ts';

const ROOT = repositoryRoot();
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(
  policySchema(),
);

const YAML = CORE_SCHEMA.withTags(mergeTag);

function accepts(text: string): boolean {
  return loadAll(text, { schema: YAML }).every((document) => validate(document));
}

function listPolicies(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !name.includes('fixtures'))
    .map((name) => join(folder, name));
}

/** A value of the type, as wide as it has to be for every field to be somewhere. */
function sampleOf(type: FieldType): unknown {
  switch (type.kind) {
    case 'text':
      return type.choices?.[0] ?? '0';
    case 'boolean':
      return true;
    case 'integer':
      return type.min ?? 0;
    case 'map':
      return { name: sampleOf(type.of) };
    case 'list':
      return [sampleOf(type.of)];
    case 'object':
      return sampleOfShape(type.shape);
    case 'ignored':
      return undefined;
  }
}

/** Of a matchArgs entry without `args`, beside which `index` means nothing. */
function sampleOfShape(shape: Shape): Readonly<Record<string, unknown>> {
  // Of labels and of containers; there are only so many errors that are reported.
  if (shape.name === 'an expression') return { key: 'name', operator: 'In', values: ['0'] };
  return Object.fromEntries(
    Object.entries(shape.fields)
      .filter(([name]) => name !== 'args' || shape.name !== 'a matchArgs entry')
      // Of Sigkill only, of which the sample is not.
      .map(([name, { type }]) => [name, name === 'killTree' ? false : sampleOf(type)]),
  );
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly type: FieldType;
  readonly isRequired: boolean;
}

/** Every field of the table, with the way to it in the sample. */
function listPlaces(shape: Shape, path: readonly (string | number)[] = []): readonly Place[] {
  return Object.entries(shape.fields).flatMap(([name, { type, isRequired = false }]) => {
    const at = [...path, name];
    return [{ path: at, type, isRequired }, ...listInner(type, at)];
  });
}

function listInner(type: FieldType, at: readonly (string | number)[]): readonly Place[] {
  if (type.kind === 'object') return listPlaces(type.shape, at);
  // What is in a map of objects, the macros, is checked where it is used.
  return type.kind === 'list' ? listInner(type.of, [...at, 0]) : [];
}

function withValue(path: readonly (string | number)[], value: unknown): string {
  const sample = structuredClone(sampleOfShape(DOCUMENT));
  let parent: Record<string | number, unknown> = sample;
  for (const step of path.slice(0, -1)) parent = parent[step] as typeof parent;
  parent[path.at(-1) ?? ''] = value;
  return JSON.stringify(sample);
}

/** Errors of the checker, each with the text that it is about. */
function checkerErrors(text: string): readonly string[] {
  const { diagnostics } = compilePolicies(text, 'sample.yaml', { kernel: smallKernel });
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, location }) => `${code} ${text.slice(location.start, location.end)}`);
}

const PLACES = listPlaces(DOCUMENT);
const WRONG: Readonly<Record<string, unknown>> = { unlikely: ['wrong'] };

describe('policy schema', () => {
  for (const file of [...listPolicies('policies/examples'), ...listPolicies('test/policies')]) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    const { plans } = compilePolicies(text, file, { kernel: smallKernel });
    if (plans.length === 0) continue;
    it(`accepts ${file}`, () => assert.ok(accepts(text), JSON.stringify(validate.errors)));
  }

  it('describes every field', () => {
    const silent = JSON.stringify(policySchema()).match(/"description":""/);

    assert.equal(silent, null);
    assert.ok(PLACES.length > 100, `${PLACES.length} fields`);
  });

  it('accepts a sample with every field', () => {
    assert.ok(accepts(withValue([], undefined)), JSON.stringify(validate.errors));
  });

  for (const { path, type, isRequired } of PLACES) {
    if (type.kind === 'ignored') continue;
    const name = path.join('.');

    it(`refuses the wrong type, as the checker does: ${name}`, () => {
      const text = withValue(path, type.kind === 'list' ? WRONG : [WRONG]);

      assert.equal(accepts(text), false);
      const found = checkerErrors(text);
      assert.ok(
        found.some((error) => error.includes('unlikely') || error.endsWith(`"${path.at(-1)}"`)),
        `the checker says ${found.join('; ')}`,
      );
    });

    if (!isRequired) continue;
    it(`refuses its absence, as the checker does: ${name}`, () => {
      const text = withValue(path, undefined);

      assert.equal(accepts(text), false);
      assert.ok(/POLICY_(FIELD|VALUE)_MISSING/.test(checkerErrors(text).join()));
    });
  }

  it('refuses fields that do not exist and those that are not supported', () => {
    assert.equal(accepts(withValue(['unlikely'], 1)), false);
    assert.equal(accepts(withValue(['spec', 'enforcers'], [{}])), false);
    assert.equal(accepts(withValue(['spec', 'enforcers'], [])), true);
  });
});
