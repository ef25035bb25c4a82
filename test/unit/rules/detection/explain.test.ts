/** Explanations: each part of a condition with what it looked at. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  explainCondition,
  matchedTests,
} from '../../../../src/rules/detection/evaluate/explain.ts';
import type { Condition } from '../../../../src/rules/detection/ir/condition.ts';
import { aFieldSource } from '../../../support/detection-events.ts';
import { contains } from '../../../support/detection-rules.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';
import { aRandom } from '../../../support/random.ts';
import { aCondition, anEvent } from '../../../support/random-conditions.ts';

const condition: Condition = {
  kind: 'and',
  label: 'selection',
  parts: [
    { kind: 'class', classes: ['process.exec'] },
    contains('process.cmdline', 'evil'),
    { kind: 'not', part: contains('file.path', '/tmp'), label: 'not filter' },
  ],
};
const evil = aFieldSource('process.exec', { 'process.cmdline': 'so evil' });

describe('explainCondition', () => {
  it('says of each part whether it is true, and what was looked at', () => {
    assert.deepStrictEqual(explainCondition(condition, evil), {
      kind: 'and',
      result: 'true',
      written: 'selection',
      parts: [
        { kind: 'class', result: 'true', written: 'class is process.exec', parts: [] },
        {
          kind: 'test',
          result: 'true',
          written: 'process.cmdline contains',
          field: 'process.cmdline',
          value: 'so evil',
          parts: [],
        },
        {
          kind: 'not',
          result: 'true',
          written: 'not filter',
          parts: [
            {
              kind: 'test',
              result: 'missing',
              written: 'file.path contains',
              field: 'file.path',
              parts: [],
            },
          ],
        },
      ],
    });
  });

  it('agrees with the meaning of random conditions', () => {
    const random = aRandom(7);
    for (let number = 0; number < 5_000; number += 1) {
      const some = aCondition(random);
      const event = anEvent(random);

      const { result } = explainCondition(some, event);

      assert.equal(result === 'true', evaluateNaively(some, event), JSON.stringify(some));
    }
  });
});

describe('matchedTests', () => {
  it('are those that made the condition true', () => {
    assert.deepStrictEqual(matchedTests(explainCondition(condition, evil)), [
      { written: 'process.cmdline contains', field: 'process.cmdline', value: 'so evil' },
    ]);
  });

  it('are none when it is false', () => {
    const good = aFieldSource('process.exec', { 'process.cmdline': 'so good' });

    assert.deepStrictEqual(matchedTests(explainCondition(condition, good)), []);
  });
});
