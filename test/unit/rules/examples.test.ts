/** The example policies are right, complete and explained. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readExamples } from '../../../scripts/docs/example-policies.ts';
import { summaryOf } from '../../../scripts/docs/policies-page.ts';
import { compilePolicies } from '../../../src/rules/index.ts';
import { repositoryRoot } from '../../support/root.ts';

const EXAMPLES = readExamples(repositoryRoot());
const OURS = EXAMPLES.filter(({ subject }) => subject !== 'quickstart');

describe('example policies', () => {
  for (const { name, path, text, fixture } of EXAMPLES) {
    it(`${path} passes the check without a word`, () => {
      const { plans, diagnostics } = compilePolicies(text, path);

      assert.deepStrictEqual(diagnostics, []);
      assert.deepStrictEqual(
        plans.map((plan) => plan.name),
        [name],
      );
    });

    it(`${path} says what it is for and how to try it`, () => {
      const [comment = ''] = text.split(/^(?!#)/m);

      assert.match(comment, /^# Try it/m);
      assert.ok(summaryOf(text).length > 20, summaryOf(text));
      assert.notEqual(fixture.match, fixture.twin);
    });
  }

  it('are many, of many subjects, and no two have one name', () => {
    assert.ok(OURS.length >= 40, `${OURS.length}`);
    assert.ok(new Set(OURS.map(({ subject }) => subject)).size >= 6);
    assert.equal(new Set(EXAMPLES.map(({ name }) => name)).size, EXAMPLES.length);
  });
});

describe('summaryOf', () => {
  it('is the first sentence of the comment at the top', () => {
    assert.equal(
      summaryOf('# Says one\n# thing. And more.\n#\n# Rest\nkind: x\n'),
      'Says one thing.',
    );
  });
});
