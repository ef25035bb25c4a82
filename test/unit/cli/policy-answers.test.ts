/** What the agent answers about policies, as the commands read it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readReports } from '../../../src/cli/api/policy-answers.ts';
import { ATTACH_METHODS, type PolicyReport } from '../../../src/model/policy.ts';

const report = (method: string): object => ({
  ...{ name: 'p', file: 'p.yaml', state: 'enabled', mode: 'enforce' },
  hooks: [{ kind: 'attached', hook: 'h', method }],
  activity: [
    {
      hook: 'h',
      runs: 2,
      canary: 'ran',
      fired: 1,
      lastFired: 'then',
      actions: { post: 1 },
      selectors: [],
    },
  ],
});

describe('answers about policies', () => {
  it('are read whichever way a hook is attached', () => {
    for (const method of ATTACH_METHODS) {
      const answer: { readonly policies: readonly PolicyReport[] } = readReports(
        { policies: [report(method)] },
        'answer',
      );
      assert.deepStrictEqual(answer, { policies: [report(method)] });
    }
  });

  it('are read where the program has none of the digests', () => {
    const rejected = (kind: string): object => ({
      ...report('uprobe'),
      state: 'partially_enabled',
      hooks: [{ kind, hook: 'uprobe/bin/p:main@0123456789abcdef' }],
    });
    const policies = [rejected('digest_rejected')];

    assert.deepStrictEqual(readReports({ policies }, 'answer'), { policies });
    assert.throws(() => readReports({ policies: [rejected('digest_wrong')] }, 'answer'));
  });

  it('are refused when they name another way', () => {
    assert.throws(() => readReports({ policies: [report('magic')] }, 'answer'));
  });
});
