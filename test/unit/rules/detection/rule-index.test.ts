/** The index of rules gives what the conditions mean, and looks at few of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import { aFieldSource } from '../../../support/detection-events.ts';
import { aRule, aTestOf, contains } from '../../../support/detection-rules.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';
import { aRandom } from '../../../support/random.ts';
import { aCondition, anEvent } from '../../../support/random-conditions.ts';

const SEEDS = [1, 2, 3, 4];
const RULES = 200;
const EVENTS = 150;

describe('RuleIndex', () => {
  for (const seed of SEEDS) {
    it(`answers as the meaning of ${RULES} rules does for ${EVENTS} events, seed ${seed}`, () => {
      const random = aRandom(seed);
      const rules = Array.from({ length: RULES }, (_, number) =>
        aRule({ id: String(number), condition: aCondition(random) }),
      );
      const index = new RuleIndex(rules);
      let matches = 0;

      for (let number = 0; number < EVENTS; number += 1) {
        const event = anEvent(random);
        const expected = rules.filter(({ condition }) => evaluateNaively(condition, event));
        matches += expected.length;

        assert.deepStrictEqual(
          index.evaluate(event).map(({ id }) => id),
          expected.map(({ id }) => id),
        );
      }
      assert.ok(matches > RULES && matches < (RULES * EVENTS) / 2, `${matches} matches`);
    });
  }

  it('leaves out rules that are switched off', () => {
    const index = new RuleIndex([aRule({ id: 'off', isEnabled: false }), aRule({ id: 'on' })]);

    assert.deepStrictEqual(
      index.evaluate(aFieldSource('process.exec')).map(({ id }) => id),
      ['on'],
    );
  });

  it('knows the classes that its rules are about', () => {
    const connect = aRule({ condition: { kind: 'class', classes: ['network.connect'] } });
    const never = aRule({
      id: 'never',
      condition: {
        kind: 'and',
        parts: [
          { kind: 'class', classes: ['file.open'] },
          { kind: 'not', part: { kind: 'class', classes: ['file.open'] } },
        ],
      },
    });

    assert.deepStrictEqual(new RuleIndex([connect, never]).classes, ['network.connect']);
  });

  it('guards a rule by the part of it that it cannot do without', () => {
    const guarded = aRule({
      id: 'guarded',
      condition: {
        kind: 'and',
        parts: [
          { kind: 'not', part: contains('process.cmdline', 'x') },
          contains('process.exe.path', '/bash'),
        ],
      },
    });
    const open = aRule({
      id: 'open',
      condition: aTestOf('process.uid', { kind: 'greater', number: 0 }),
    });

    assert.deepStrictEqual(
      new RuleIndex([guarded, open]).unguarded('process.exec').map(({ id }) => id),
      ['open'],
    );
  });

  it('reads what nearly all events have only when something rarer was found', () => {
    const path = aTestOf('file.path', {
      kind: 'ends_with',
      texts: Array.from({ length: 500 }, (_, number) => `/key-${number}`),
      ignoresCase: false,
    });
    const isRead = aTestOf('file.flags', { kind: 'equals', texts: ['read'], ignoresCase: false });
    const index = new RuleIndex([aRule({ condition: { kind: 'and', parts: [isRead, path] } })]);

    assert.deepStrictEqual(
      ['/srv/page.html', '/srv/key-7'].map((path) => {
        const event = aFieldSource('file.open', { 'file.path': path, 'file.flags': ['read'] });
        const read: string[] = [];
        const matched = index.evaluate({
          ...event,
          value: (field, key) => {
            read.push(field);
            return event.value(field, key);
          },
        });
        return { read, matched: matched.length };
      }),
      [
        { read: ['file.path'], matched: 0 },
        { read: ['file.path', 'file.flags'], matched: 1 },
      ],
    );
  });

  it('does not carry what held for one event over to the next', () => {
    const index = new RuleIndex([aRule({ condition: contains('process.cmdline', 'evil') })]);
    const evil = aFieldSource('process.exec', { 'process.cmdline': 'so evil' });
    const good = aFieldSource('process.exec', { 'process.cmdline': 'so good' });

    assert.deepStrictEqual(
      [evil, good, evil].map((event) => index.evaluate(event).length),
      [1, 0, 1],
    );
  });
});
