/** The same as in test/kernel, in full: 100,000 opens, 1,000 changes of policies, 5 kills. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runChurn } from '../support/churn.ts';

describe('a protected file', () => {
  it('is opened by nobody in 100,000 tries', async (t) => {
    const { tried, opened } = await runChurn(t, { opens: 100_000, changes: 1000, kills: 5 });

    assert.equal(opened, 0);
    assert.ok(tried >= 100_000, `${tried} tries`);
    t.diagnostic(`${tried} tries`);
  });
});
