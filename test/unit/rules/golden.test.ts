/** Whole policies against the plans and the messages they are expected to give. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { formatDiagnostic } from '../../../src/model/format-diagnostic.ts';
import type { PolicyPlan } from '../../../src/model/plan.ts';
import { compilePolicies } from '../../../src/rules/index.ts';
import { repositoryRoot } from '../../support/root.ts';
import { smallKernel } from './small-kernel.ts';

const ROOT = repositoryRoot();
const GOLDENS = join(ROOT, 'test/policies');
const EXAMPLES = join(ROOT, 'policies/examples');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

function listExamples(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name));
}

const EXAMPLE_FILES = [...listExamples(EXAMPLES), ...listExamples(join(EXAMPLES, 'quickstart'))];

function printPlans(plans: readonly PolicyPlan[]): string {
  const asText = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? value.toString() : value;
  return plans.length === 0 ? '' : `${JSON.stringify(plans, asText, 2)}\n`;
}

/** An absent golden file stands for empty text. */
function compareWithGolden(path: string, actual: string): void {
  if (UPDATE) {
    if (actual === '') rmSync(path, { force: true });
    else writeFileSync(path, actual);
  }
  assert.equal(actual, existsSync(path) ? readFileSync(path, 'utf8') : '');
}

function findPolicy(slug: string): string {
  const own = join(GOLDENS, slug, 'policy.yaml');
  const example = EXAMPLE_FILES.find((file) => basename(file, '.yaml') === slug);
  return existsSync(own) ? own : (example ?? own);
}

describe('policies with goldens', () => {
  for (const slug of readdirSync(GOLDENS)) {
    it(`compiles ${slug} as recorded`, () => {
      const path = findPolicy(slug);
      const text = readFileSync(path, 'utf8');

      const { plans, diagnostics } = compilePolicies(text, relative(ROOT, path), {
        kernel: smallKernel,
      });

      const printed = diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic, text)}\n`);
      compareWithGolden(join(GOLDENS, slug, 'plan.json'), printPlans(plans));
      compareWithGolden(join(GOLDENS, slug, 'errors.txt'), printed.join('\n'));
    });
  }
});

describe('example policies', () => {
  for (const path of EXAMPLE_FILES) {
    const slug = basename(path, '.yaml');

    it(`compiles ${slug} without diagnostics on any kernel`, () => {
      const { plans, diagnostics } = compilePolicies(readFileSync(path, 'utf8'), path);

      assert.deepStrictEqual(diagnostics, []);
      assert.deepStrictEqual(
        plans.map((plan) => plan.name),
        [slug],
      );
    });

    it(`has a golden plan for ${slug}`, () => {
      assert.ok(existsSync(join(GOLDENS, slug, 'plan.json')));
    });
  }
});
