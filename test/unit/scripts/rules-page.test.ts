/** The page of detection rules says of each what its first sentence says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { techniquesOf } from '../../../scripts/docs/rule-pack.ts';
import { firstSentence } from '../../../scripts/docs/rules-page.ts';

describe('firstSentence', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['A file was written. It is new.', 'A file was written.'],
    ['/etc/ld.so.preload was written. So what.', '/etc/ld.so.preload was written.'],
    ['No end', 'No end'],
  ];
  for (const [text, expected] of cases) {
    it(`of ${text}`, () => assert.equal(firstSentence(text), expected));
  }
});

describe('techniquesOf', () => {
  it('takes techniques and no tactics', () => {
    const document = { title: '', id: '', status: '', description: '' };
    const tags = ['attack.execution', 'attack.t1059.004', 'attack.t1105', 'warder.stable'];

    assert.deepStrictEqual(techniquesOf({ ...document, tags }), ['T1059.004', 'T1105']);
  });
});
