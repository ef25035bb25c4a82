/** Fixtures of rules: what they may say, what is wrong with them, and what comes of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFixtures, runFixtures } from '../../../../src/rules/detection/fixtures/index.ts';
import type { Condition } from '../../../../src/rules/detection/ir/condition.ts';
import type { DetectionRule } from '../../../../src/rules/detection/ir/rule.ts';
import { aCorrelation, aRule, aTestOf, contains } from '../../../support/detection-rules.ts';
import { aRandom } from '../../../support/random.ts';

const OPENS: Condition = { kind: 'class', classes: ['file.open'] };
const EXECS: Condition = { kind: 'class', classes: ['process.exec'] };

/** Of the class, when its field has the text. */
function ofClass(part: Condition, test: Condition): Condition {
  return { kind: 'and', parts: [part, test] };
}

const RULES: readonly DetectionRule[] = [
  aRule({ id: 'curl', condition: ofClass(EXECS, contains('process.exe.path', '/curl')) }),
  aRule({
    id: 'down',
    level: 'high',
    name: 'download',
    condition: ofClass(EXECS, contains('process.cmdline', 'http')),
  }),
  aRule({ id: 'opened', emits: false, condition: ofClass(OPENS, contains('file.path', '/etc/')) }),
  aCorrelation({
    id: 'many',
    type: 'value_count',
    rules: ['opened'],
    groupBy: [{ written: 'pid', fields: new Map([['opened', { field: 'process.pid' }]]) }],
    values: [{ written: 'path', fields: new Map([['opened', { field: 'file.path' }]]) }],
    bounds: { greaterOrEqual: 3 },
  }),
];

function read(text: string): ReturnType<typeof readFixtures> {
  return readFixtures([{ file: 'f.yaml', text }], RULES);
}

/** Problems of every case; each file has to be right. */
function run(text: string): readonly (readonly string[])[] {
  const { fixtures, diagnostics } = read(text);
  assert.deepStrictEqual(diagnostics, []);
  return runFixtures(fixtures, RULES).map(({ problems }) => problems);
}

const aCase = (expect: string, fields: string, also = ''): string => `
rule: curl
cases:
  - name: a case
    expect: ${expect}
${also}    events:
      - class: process.exec
        fields: {${fields}}
`;

describe('runFixtures', () => {
  const curl = 'process.exe.path: /usr/bin/curl';
  const both = `${curl}, process.cmdline: curl http://a`;
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a match that is expected', aCase('match', curl), []],
    ['no match', aCase('match', 'process.exe.path: /bin/sh'), ['the rule did not match']],
    ['no match that is expected', aCase('none', 'process.exe.path: /bin/sh'), []],
    ['a match', aCase('none', curl), ['the rule matched, and must not']],
    ['another rule', aCase('match', both), ['the rule down matched, too']],
    ['another rule by its name', aCase('match', both, '    also: [download]\n'), []],
    [
      'no other rule',
      aCase('match', curl, '    also: [down]\n'),
      ['the rule down did not match, and is said to match also'],
    ],
    ['a low rule in quiet work', aCase('quiet', curl), []],
    ['a high rule in quiet work', aCase('quiet', both), ['the rule down of level high matched']],
  ];
  for (const [name, text, expected] of cases) {
    it(`tells of ${name}`, () => assert.deepStrictEqual(run(text), [expected]));
  }

  const opens = (pid: string, path: string, repeat: number): string => `
rule: many
cases:
  - name: opens
    expect: match
    events:
      - class: file.open
        at: 1s
        repeat: ${repeat}
        every: 10s
        fields: {process.pid: ${pid}, file.path: "${path}"}
`;

  it('counts different values of repeated events in a group', () => {
    const none = [['the rule did not match']];

    assert.deepStrictEqual(run(opens('7', '/etc/{n}', 3)), [[]]);
    assert.deepStrictEqual(run(opens('7', '/etc/{n}', 2)), none);
    assert.deepStrictEqual(run(opens('7', '/etc/a', 3)), none);
    // The span is a minute: the first has left it when the third comes.
    assert.deepStrictEqual(run(opens('7', '/etc/{n}', 3).replace('10s', '1m')), none);
  });

  it('gives no finding of a rule that only correlations use', () => {
    const text = opens('7', '/etc/a', 1).replace('rule: many', 'rule: opened');

    assert.deepStrictEqual(run(text), [['the rule did not match']]);
  });

  it('looks at events in the order of their times', () => {
    const rules = [
      aRule({ id: 'a', emits: false, condition: contains('process.cmdline', 'first') }),
      aRule({ id: 'b', emits: false, condition: contains('process.cmdline', 'second') }),
      aCorrelation({ id: 'chain', type: 'temporal_ordered', rules: ['a', 'b'], bounds: {} }),
    ];
    const event = (at: string, line: string): string =>
      `{class: process.exec, at: ${at}, fields: {process.cmdline: ${line}}}`;
    const text = (first: string, second: string): string =>
      `rule: chain\ncases: [{name: a, expect: match, events: [${first}, ${second}]}]`;
    const problemsOf = (some: string): readonly string[] => {
      const { fixtures } = readFixtures([{ file: 'f.yaml', text: some }], rules);
      return runFixtures(fixtures, rules).flatMap(({ problems }) => problems);
    };

    assert.deepStrictEqual(problemsOf(text(event('2s', 'second'), event('1s', 'first'))), []);
    assert.deepStrictEqual(problemsOf(text(event('1s', 'second'), event('2s', 'first'))), [
      'the rule did not match',
    ]);
  });
});

describe('fields of fixtures', () => {
  const rules = (condition: Condition): readonly DetectionRule[] => [aRule({ condition })];
  const matches = (fields: string, condition: Condition): boolean => {
    const event = `{class: process.exec, fields: {${fields}}}`;
    const text = `rule: a-rule\ncases: [{name: a, expect: match, events: [${event}]}]`;
    const { fixtures, diagnostics } = readFixtures([{ file: 'f', text }], rules(condition));
    assert.deepStrictEqual(diagnostics, []);
    return runFixtures(fixtures, rules(condition)).every(({ problems }) => problems.length === 0);
  };
  const keyed = (field: 'process.args' | 'process.env', key: string, text: string): Condition => {
    const operator = { kind: 'equals', texts: [text], ignoresCase: false } as const;
    return { kind: 'test', field, key, transforms: [], operator, written: field };
  };

  it('are numbers, flags, texts, lists and those with keys', () => {
    const seven = aTestOf('process.pid', { kind: 'number_equals', numbers: [7] });
    const isMemory = aTestOf('process.exe.memfd', { kind: 'flag_equals', flag: true });

    assert.ok(matches('process.pid: 7', seven));
    assert.ok(!matches('process.pid: 8', seven));
    assert.ok(matches('process.exe.memfd: true', isMemory));
    assert.ok(!matches('process.exe.memfd: false', isMemory));
    assert.ok(matches('process.exe.path: [/a, /b]', contains('process.exe.path', '/b')));
    assert.ok(!matches('process.exe.path: [/a, /c]', contains('process.exe.path', '/b')));
    assert.ok(matches('process.args: [x, y]', keyed('process.args', '1', 'y')));
    assert.ok(!matches('process.args: [x, y]', keyed('process.args', '0', 'y')));
    assert.ok(matches('"process.env[HOME]": /root', keyed('process.env', 'HOME', '/root')));
    assert.ok(!matches('"process.env[PATH]": /root', keyed('process.env', 'HOME', '/root')));
    assert.ok(matches('"process.env[PATH]": /root', contains('process.env', '/root')));
  });
});

describe('mistakes in fixtures', () => {
  const event = '{class: process.exec, fields: {process.pid: 1}}';
  const file = (events: string): string =>
    `rule: curl\ncases:\n  - name: a\n    expect: none\n    events:\n      - ${events}\n`;
  const cases: readonly (readonly [string, string, readonly (readonly [string, number])[]])[] = [
    ['no YAML', 'rule: [', [['RULE_FIXTURE_YAML_INVALID', 1]]],
    ['a key twice', 'rule: a\nrule: b\n', [['RULE_FIXTURE_YAML_KEY_DUPLICATE', 2]]],
    ['nothing', '', [['RULE_FIXTURE_EMPTY', 1]]],
    ['no cases', 'rule: curl\ncases: []\n', [['RULE_FIXTURE_EMPTY', 1]]],
    ['an unknown key', 'rules: curl\ncases: []\n', [['RULE_FIXTURE_KEY_UNKNOWN', 1]]],
    ['no case at all', 'rule: curl\n', [['RULE_FIXTURE_KEY_MISSING', 1]]],
    ['no rule', file(event).replace('rule: curl', '#'), [['RULE_FIXTURE_KEY_MISSING', 2]]],
    [
      'a rule that is not there',
      file(event).replace('curl', 'crl'),
      [['RULE_FIXTURE_RULE_UNKNOWN', 1]],
    ],
    ['an expectation', file(event).replace('none', 'hit'), [['RULE_FIXTURE_VALUE_INVALID', 4]]],
    ['a class', file('{class: process.exce}'), [['RULE_FIXTURE_CLASS_UNKNOWN', 6]]],
    [
      'a field',
      file('{class: process.exec, fields: {process.ped: 1}}'),
      [['RULE_FIXTURE_FIELD_UNKNOWN', 6]],
    ],
    [
      'a key of a field',
      file('{class: process.exec, fields: {"process.pid[1]": 1}}'),
      [['RULE_FIXTURE_FIELD_UNKNOWN', 6]],
    ],
    [
      'a number',
      file('{class: process.exec, fields: {process.pid: one}}'),
      [['RULE_FIXTURE_FIELD_TYPE', 6]],
    ],
    [
      'a text',
      file('{class: process.exec, fields: {process.cwd: 1}}'),
      [['RULE_FIXTURE_FIELD_TYPE', 6]],
    ],
    [
      'a flag',
      file('{class: process.exec, fields: {process.exe.memfd: yes}}'),
      [['RULE_FIXTURE_FIELD_TYPE', 6]],
    ],
    [
      'a list',
      file('{class: process.exec, fields: {process.pid: [1]}}'),
      [['RULE_FIXTURE_FIELD_TYPE', 6]],
    ],
    ['a time', file('{class: process.exec, at: soon}'), [['RULE_FIXTURE_VALUE_INVALID', 6]]],
    [
      'a number of repetitions',
      file('{class: process.exec, repeat: 0}'),
      [['RULE_FIXTURE_VALUE_INVALID', 6]],
    ],
    [
      'too many repetitions',
      file('{class: process.exec, repeat: 10001}'),
      [['RULE_FIXTURE_VALUE_INVALID', 6]],
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(`are told with their place: ${name}`, () => {
      const { diagnostics, fixtures } = read(text);
      const found = diagnostics.map(({ code, location }) => [code, location.line]);

      for (const each of expected)
        assert.ok(
          found.some((one) => `${one}` === `${each}`),
          `${found}`,
        );
      assert.deepStrictEqual(fixtures, []);
    });
  }

  it('come with what is probably meant', () => {
    const [diagnostic] = read(file('{class: process.exce}')).diagnostics;

    assert.equal(diagnostic?.hint, 'did you mean `process.exec`?');
  });

  it('never make the reader throw', () => {
    const random = aRandom(20);
    const base = aCase('match', 'process.pid: 1, process.exe.path: [/a]', '    also: [down]\n');
    for (let round = 0; round < 500; round += 1) {
      const letters = [...base];
      for (let edit = 0; edit < 4; edit += 1) {
        const wild = '{}[]:,-&*!|>\'"%@`\n\t #a0~'.charAt(random(24));
        letters.splice(random(letters.length), random(3), wild);
      }
      const { fixtures } = read(letters.join(''));
      runFixtures(fixtures, RULES);
    }
  });
});
