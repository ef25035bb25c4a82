/** Not one open succeeds while policies around it change and the agent is killed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { OPENER, runChurn } from '../support/churn.ts';

describe('a protected file', () => {
  it('is opened by nobody while policies change and the agent is killed', async (t) => {
    const { tried, opened } = await runChurn(t, { opens: 2000, changes: 12, kills: 1 });

    assert.equal(opened, 0);
    assert.ok(tried >= 2000, `${tried} tries`);
  });

  it('is opened every time without a policy', () => {
    const { stdout } = spawnSync(OPENER, ['/etc/passwd', '64'], { encoding: 'utf8' });
    const { tried, opened } = JSON.parse(stdout);

    // More when its input is still open after the first look.
    assert.ok(tried >= 64, `${tried} tries`);
    assert.equal(opened, tried);
  });
});
