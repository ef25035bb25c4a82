/** Correlations of Sigma: how they are read, and what is wrong with some. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CorrelationRule } from '../../../../src/rules/detection/ir/correlation.ts';
import { compileTexts } from './compile-texts.ts';
import { GOOD } from './mistakes.ts';

const RULES = `title: A\nname: a\n${GOOD}---\ntitle: B\nname: b\n${GOOD}---\n`;

function correlation(body: string, name = 'c'): string {
  return `title: ${name.toUpperCase()}\nname: ${name}\ncorrelation: {${body}}\n`;
}

function theCorrelation(body: string): CorrelationRule {
  const { rules, problems } = compileTexts(RULES + correlation(body));
  assert.deepStrictEqual(problems, []);
  const rule = rules.find(({ title }) => title === 'C');
  assert.ok(rule?.kind === 'correlation');
  return rule;
}

const plain = (field: string): { field: string; key: undefined } => ({ field, key: undefined });

describe('correlations of Sigma', () => {
  it('are read whole', () => {
    const rule = theCorrelation(
      'type: value_count, rules: [a, b], group-by: [who], timespan: 5m, ' +
        'aliases: {who: {a: User, b: LogonId}}, condition: {gte: 3, field: Image}',
    );

    const { type, rules: parts, groupBy, timespanNs, bounds, values } = rule;
    const images = new Map(['a', 'b'].map((id) => [id, plain('process.exe.path')]));
    const who = new Map([
      ['a', plain('process.user')],
      ['b', plain('process.loginuid')],
    ]);
    assert.deepStrictEqual(
      { type, parts, groupBy, timespanNs, bounds, values },
      {
        type: 'value_count',
        parts: ['a', 'b'],
        groupBy: [{ written: 'who', fields: who }],
        timespanNs: 300_000_000_000n,
        bounds: { greaterOrEqual: 3 },
        values: [{ written: 'Image', fields: images }],
      },
    );
  });

  it('have conditions over rules', () => {
    const body = "type: temporal, rules: [a, b], timespan: 1h, condition: 'a and not b'";

    assert.deepStrictEqual(theCorrelation(body).condition, {
      kind: 'and',
      parts: [
        { kind: 'rule', id: 'a' },
        { kind: 'not', part: { kind: 'rule', id: 'b' } },
      ],
    });
  });

  const spans = { '90s': 90n, '2m': 120n, '1h': 3_600n, '1d': 86_400n, '1w': 604_800n };
  for (const [written, seconds] of Object.entries(spans)) {
    it(`have a span of ${written}`, () => {
      const rule = theCorrelation(`type: temporal, rules: [a], timespan: ${written}`);

      assert.equal(rule.timespanNs, seconds * 1_000_000_000n);
    });
  }

  it('read fields of what correlations before them are made of', () => {
    const inner = correlation(
      'type: event_count, rules: [a], group-by: [Computer], timespan: 1m, condition: {gte: 2}',
      'inner',
    );
    const outer = correlation('type: temporal, rules: [inner, b], group-by: [User], timespan: 1m');
    const { rules, problems } = compileTexts(RULES, inner, outer);
    const rule = rules.find(({ name }) => name === 'c');

    assert.deepStrictEqual(problems, []);
    assert.ok(rule?.kind === 'correlation');
    const users = new Map(['inner', 'b'].map((id) => [id, plain('process.user')]));
    assert.deepStrictEqual(rule.groupBy, [{ written: 'User', fields: users }]);
  });

  it('mean the id before the name, and the name before the title', () => {
    const named = `title: a\nname: z\n${GOOD}---\ntitle: x\nid: z\n${GOOD}`;
    const of = (name: string): readonly string[] => {
      const { rules } = compileTexts(
        `${RULES}${named}---\n${correlation(`type: temporal, rules: [${name}], timespan: 1m`)}`,
      );
      return rules.flatMap((rule) => (rule.kind === 'correlation' ? rule.rules : []));
    };

    assert.deepStrictEqual([of('a'), of('z')], [['a'], ['z']]);
  });

  for (const type of ['event_count', 'temporal', 'temporal_ordered']) {
    it(`silence the rules that they are made of: ${type}`, () => {
      const emitting = (rest: string): readonly string[] =>
        compileTexts(RULES + correlation(`type: ${type}, rules: [a], timespan: 1m${rest}`))
          .rules.filter(({ emits }) => emits)
          .map(({ title }) => title);

      assert.deepStrictEqual(emitting(', condition: {gte: 1}'), ['B', 'C']);
      assert.deepStrictEqual(emitting(', condition: {gte: 1}, generate: true'), ['A', 'B', 'C']);
      assert.deepStrictEqual(emitting(', condition: {gte: x}'), ['B']);
    });
  }
});

describe('bounds of correlations of Sigma that can be', () => {
  for (const [type, bounds] of [
    ['event_count', '{lt: 2}'],
    ['event_count', '{gt: 1.5, lt: 2.5}'],
    ['event_count', '{gt: 3, lt: 6, neq: 4}'],
    ['value_count', '{eq: 0, field: User}'],
    ['value_avg', '{gt: 1, lt: 2, field: ProcessId}'],
    ['value_sum', '{lt: -1, field: ProcessId}'],
  ]) {
    it(`${type} ${bounds}`, () => {
      const body = `type: ${type}, rules: [a], timespan: 1m, condition: ${bounds}`;

      assert.deepStrictEqual(compileTexts(RULES + correlation(body)).problems, []);
    });
  }
});

describe('mistakes in correlations of Sigma', () => {
  const count = 'type: event_count, rules: [a], timespan: 1m';
  const value = 'type: value_percentile, rules: [a], timespan: 1m';
  const order = 'type: temporal_ordered, rules: [a, b], timespan: 1m';
  const mistakes: readonly (readonly [string, string, string])[] = [
    [
      'a type that is none',
      'type: event_cont, rules: [a], timespan: 1m',
      'SIGMA_VALUE_INVALID 13:21',
    ],
    ['no rules', 'type: temporal, timespan: 1m', 'SIGMA_FIELD_MISSING 13:1'],
    [
      'a rule that is not there',
      'type: temporal, rules: [x], timespan: 1m',
      'SIGMA_RULE_UNKNOWN 13:38',
    ],
    ['itself', 'type: temporal, rules: [c], timespan: 1m', 'SIGMA_CORRELATION_CYCLE 13:1'],
    ['no span', 'type: temporal, rules: [a]', 'SIGMA_VALUE_INVALID 13:1'],
    [
      'a span that is none',
      'type: temporal, rules: [a], timespan: 1x',
      'SIGMA_VALUE_INVALID 13:53',
    ],
    ['no condition', count, 'SIGMA_FIELD_MISSING 13:1'],
    ['a condition without bounds', `${count}, condition: {}`, 'SIGMA_FIELD_MISSING 13:60'],
    ['a bound that is none', `${count}, condition: {get: 1}`, 'SIGMA_VALUE_INVALID 13:72'],
    ['a bound that is no number', `${count}, condition: {gte: x}`, 'SIGMA_VALUE_INVALID 13:77'],
    ['bounds apart', `${count}, condition: {gt: 5, lt: 3}`, 'SIGMA_VALUE_INVALID 13:71'],
    ['no match at all', `${count}, condition: {lt: 1}`, 'SIGMA_VALUE_INVALID 13:71'],
    ['no whole number', `${count}, condition: {gt: 1, lt: 2}`, 'SIGMA_VALUE_INVALID 13:71'],
    [
      'values apart',
      `${value}, condition: {gt: 1.5, lte: 1.5, field: ProcessId}`,
      'SIGMA_VALUE_INVALID 13:76',
    ],
    [
      'a switch that is neither on nor off',
      `${count}, condition: {gte: 1}, generate: ture`,
      'SIGMA_VALUE_INVALID 13:91',
    ],
    ['a boolean for a count', `${count}, condition: a`, 'SIGMA_VALUE_INVALID 13:71'],
    [
      'values of a count',
      `${count}, condition: {gte: 1, field: User}`,
      'SIGMA_VALUE_INVALID 13:80',
    ],
    ['no field', `${value}, condition: {gte: 1}`, 'SIGMA_FIELD_MISSING 13:65'],
    [
      'a percentile above all',
      `${value}, condition: {gte: 1, field: ProcessId, percentile: 101}`,
      'SIGMA_VALUE_INVALID 13:115',
    ],
    [
      'a group that is no field',
      `${count}, group-by: [Usr], condition: {gte: 1}`,
      'SIGMA_EVENT_FIELD_UNSUPPORTED 13:71',
    ],
    [
      'an alias that forgets a rule',
      `${order}, aliases: {who: {a: User}}, group-by: who`,
      'SIGMA_EVENT_FIELD_UNSUPPORTED 13:78',
    ],
    ['an order with gaps', `${order}, condition: {gte: 1}`, 'SIGMA_CONDITION_UNSUPPORTED 13:79'],
    [
      'an order of alternatives',
      `${order}, condition: a or b`,
      'SIGMA_CONDITION_UNSUPPORTED 13:79',
    ],
    [
      'a boolean of other rules',
      'type: temporal, rules: [a], timespan: 1m, condition: a or x',
      'SIGMA_CONDITION_INVALID 13:68',
    ],
    [
      'a boolean too deep',
      `type: temporal, rules: [a], timespan: 1m, condition: ${'('.repeat(200)}a`,
      'SIGMA_CONDITION_INVALID 13:68',
    ],
  ];
  for (const [name, body, report] of mistakes) {
    it(`are told with their place: ${name}`, () => {
      const { rules, problems } = compileTexts(RULES + correlation(body));

      assert.deepStrictEqual(problems, [report]);
      assert.deepStrictEqual(
        rules.map(({ title }) => title),
        ['A', 'B'],
      );
    });
  }

  it('leave out what needs them, however far away', () => {
    const temporal = (needed: string): string => `type: temporal, rules: [${needed}], timespan: 1m`;
    const { rules, problems } = compileTexts(
      RULES,
      correlation('type: temporal, rules: [a], timespan: never', 'broken'),
      correlation(temporal('broken, b'), 'second'),
      correlation(temporal('second'), 'third'),
      correlation(temporal('b'), 'fine'),
    );

    assert.deepStrictEqual(
      rules.map(({ name }) => name),
      ['a', 'b', 'fine'],
    );
    assert.deepStrictEqual(problems, [
      'SIGMA_VALUE_INVALID 3:53',
      'SIGMA_RULE_UNKNOWN 3:1',
      'SIGMA_RULE_UNKNOWN 3:1',
    ]);
  });

  it('are found in circles of several, and in what needs these', () => {
    const { rules, problems } = compileTexts(
      correlation('type: temporal, rules: [y], timespan: 1m', 'x'),
      correlation('type: temporal, rules: [x, fine], timespan: 1m', 'y'),
      correlation('type: temporal, rules: [x], timespan: 1m', 'z'),
      RULES + correlation('type: temporal, rules: [a], timespan: 1m', 'fine'),
    );

    assert.deepStrictEqual(
      rules.map(({ name }) => name),
      ['a', 'b', 'fine'],
    );
    assert.deepStrictEqual(
      problems,
      Array.from({ length: 3 }, () => 'SIGMA_CORRELATION_CYCLE 3:1'),
    );
  });

  it('are chains of more than sixteen', () => {
    const chain = Array.from({ length: 17 }, (_, at) =>
      correlation(
        `type: temporal, rules: [${at === 0 ? 'a' : `c${at - 1}`}], timespan: 1m`,
        `c${at}`,
      ),
    );
    const { rules, problems } = compileTexts(RULES, ...chain);

    assert.deepStrictEqual([rules.length, rules.at(-1)?.name], [18, 'c15']);
    assert.deepStrictEqual(problems, ['SIGMA_CORRELATION_TOO_DEEP 3:1']);
  });
});
