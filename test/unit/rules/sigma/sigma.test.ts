/** Sigma means here what its specification says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventClass } from '../../../../src/model/event-class.ts';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import type { DetectionRule, EventRule } from '../../../../src/rules/detection/ir/rule.ts';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';
import { CONDITION_CASES, LOGSOURCE_CASES } from './condition-cases.ts';
import { type SigmaCase, VALUE_CASES } from './sigma-cases.ts';

const PLACEHOLDERS = { admins: ['root', 'admin'] };

function compile(text: string): { rules: readonly DetectionRule[]; problems: readonly string[] } {
  const { rules, diagnostics } = compileSigma([{ file: 'rule.yaml', text }], {
    placeholders: PLACEHOLDERS,
  });
  const problems = diagnostics.map(({ code, location }) => `${code} ${location.line}`);
  return { rules, problems };
}

function aRuleText(detection: string, logsource = 'category: process_creation'): string {
  return `title: A rule\nlogsource: {product: linux, ${logsource}}\ndetection: ${detection}\n`;
}

function theRule(text: string): EventRule {
  const { rules, problems } = compile(text);
  assert.deepStrictEqual(problems, []);
  const [rule] = rules;
  assert.ok(rule?.kind === 'event' && rules.length === 1);
  return rule;
}

/** By both evaluators, which have to agree. */
function matches(rule: EventRule, eventClass: EventClass, fields: WrittenFields): boolean {
  const source = aFieldSource(eventClass, fields);
  const isMatch = new RuleIndex([rule]).evaluate(source).length === 1;
  assert.equal(isMatch, evaluateNaively(rule.condition, source));
  return isMatch;
}

function checkCases(cases: readonly SigmaCase[]): void {
  for (const each of cases) {
    const eventClass = each.class ?? 'process.exec';
    it(`match ${each.name}`, () => {
      const rule = theRule(aRuleText(each.detection, each.logsource));

      assert.equal(matches(rule, eventClass, each.match), true);
    });

    it(`do not match the twin of ${each.name}`, () => {
      const rule = theRule(aRuleText(each.detection, each.logsource));

      assert.equal(matches(rule, each.missClass ?? eventClass, each.miss), false);
    });
  }
}

describe('values of Sigma', () => checkCases(VALUE_CASES));

describe('conditions of Sigma', () => checkCases(CONDITION_CASES));

describe('logsources of Sigma', () => checkCases(LOGSOURCE_CASES));

const GOOD = 'logsource: {category: process_creation}\ndetection: {s: {Image: /a}, condition: s}\n';

const BAD: readonly (readonly [string, string, string])[] = [
  ['text that is no YAML', 'title: [', 'SIGMA_YAML_INVALID'],
  ['a document that is no rule', 'title: x', 'SIGMA_DOCUMENT_INVALID'],
  ['a list', '- a', 'SIGMA_DOCUMENT_INVALID'],
  ['a rule without a title', GOOD, 'SIGMA_FIELD_MISSING'],
  ['a level that is none', `title: x\nlevel: hihg\n${GOOD}`, 'SIGMA_VALUE_INVALID'],
  [
    'a logsource of another sensor',
    'title: x\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}',
    'SIGMA_LOGSOURCE_UNSUPPORTED',
  ],
  [
    'a field that events do not have',
    aRuleText('{s: {Imgae: /a}, condition: s}'),
    'SIGMA_EVENT_FIELD_UNSUPPORTED',
  ],
  ['a hash', aRuleText('{s: {Hashes|contains: a}, condition: s}'), 'SIGMA_EVENT_FIELD_UNSUPPORTED'],
  [
    'a type of records that is not seen',
    aRuleText('{s: {type: USER_AUTH}, condition: s}', 'service: auditd'),
    'SIGMA_EVENT_VALUE_UNSUPPORTED',
  ],
  [
    'registers of a system call',
    aRuleText("{s: {type: SYSCALL, syscall: socket, a0: '26'}, condition: s}", 'service: auditd'),
    'SIGMA_EVENT_FIELD_UNSUPPORTED',
  ],
  [
    'a modifier that is none',
    aRuleText('{s: {Image|contians: a}, condition: s}'),
    'SIGMA_MODIFIER_UNKNOWN',
  ],
  [
    'modifiers that clash',
    aRuleText('{s: {Image|re|contains: a}, condition: s}'),
    'SIGMA_MODIFIER_CONFLICT',
  ],
  [
    'a part of a date',
    aRuleText('{s: {Image|hour: 3}, condition: s}'),
    'SIGMA_MODIFIER_UNSUPPORTED',
  ],
  [
    'an expression that looks ahead',
    aRuleText("{s: {Image|re: '(?=a)'}, condition: s}"),
    'SIGMA_REGEX_INVALID',
  ],
  [
    'a placeholder without values',
    aRuleText("{s: {Image|expand: '%x%'}, condition: s}"),
    'SIGMA_PLACEHOLDER_UNDEFINED',
  ],
  [
    'a number that is none',
    aRuleText('{s: {ProcessId|lt: x}, condition: s}'),
    'SIGMA_VALUE_INVALID',
  ],
  [
    'a network that is none',
    aRuleText('{s: {Image|cidr: 10.0.0.0/33}, condition: s}'),
    'SIGMA_VALUE_INVALID',
  ],
  [
    'a condition that ends too early',
    aRuleText('{s: {Image: a}, condition: s and}'),
    'SIGMA_CONDITION_INVALID',
  ],
  [
    'a parenthesis that is open',
    aRuleText('{s: {Image: a}, condition: (s}'),
    'SIGMA_CONDITION_INVALID',
  ],
  [
    'a condition too deep',
    aRuleText(`{s: {Image: a}, condition: ${'not '.repeat(200)}s}`),
    'SIGMA_CONDITION_INVALID',
  ],
  [
    'a search that is not there',
    aRuleText('{sel: {Image: a}, condition: sal}'),
    'SIGMA_SEARCH_UNKNOWN',
  ],
  [
    'an aggregation',
    aRuleText('{s: {Image: a}, condition: s | count() > 3}'),
    'SIGMA_CONDITION_UNSUPPORTED',
  ],
  [
    'a timeframe',
    aRuleText('{s: {Image: a}, condition: s, timeframe: 5m}'),
    'SIGMA_CONDITION_UNSUPPORTED',
  ],
  ['no condition', aRuleText('{s: {Image: a}}'), 'SIGMA_FIELD_MISSING'],
  [
    'a correlation of a rule that is not there',
    'title: c\ncorrelation: {type: event_count, rules: [x], timespan: 1m, condition: {gte: 1}}',
    'SIGMA_RULE_UNKNOWN',
  ],
  [
    'a correlation of itself',
    'title: c\nname: c\ncorrelation: {type: temporal, rules: [c], timespan: 1m}',
    'SIGMA_CORRELATION_CYCLE',
  ],
  [
    'a timespan that is none',
    `title: r\n${GOOD}---\ntitle: c\ncorrelation: {type: temporal, rules: [r], timespan: 1x}`,
    'SIGMA_VALUE_INVALID',
  ],
];

describe('mistakes in Sigma', () => {
  for (const [name, text, code] of BAD) {
    it(`are told with their place: ${name}`, () => {
      const { problems } = compile(text);

      assert.match(problems[0] ?? '', new RegExp(`^${code} \\d+$`));
    });
  }

  it('leave out the rule that has them, and no other', () => {
    const good = `title: Good\n${GOOD}`;
    const { rules } = compile(`${good}---\n${aRuleText('{s: {Imgae: a}, condition: s}')}`);

    assert.deepStrictEqual(
      rules.map(({ title }) => title),
      ['Good'],
    );
  });
});

describe('what surrounds detections', () => {
  const full = `title: A rule
id: 6f1c8b1a-9d2e-4c3b-8a7f-000000000001
name: a_rule
description: It says what.
status: stable
level: high
author: Somebody
tags: [attack.execution, attack.t1059.004, attack.g0001, cve.2024-1]
falsepositives: [Few]
references: ['https://example.com']
runbook: Look.
respond: kill_tree
fields: [Image, Nothing]
custom: {of: the author}
${GOOD}`;

  it('is read', () => {
    const { place: _, version, condition: __, ...head } = theRule(full);

    assert.match(version, /^[0-9a-f]{16}$/);
    assert.deepStrictEqual(head, {
      kind: 'event',
      id: '6f1c8b1a-9d2e-4c3b-8a7f-000000000001',
      name: 'a_rule',
      title: 'A rule',
      description: 'It says what.',
      language: 'sigma',
      level: 'high',
      status: 'stable',
      tags: ['attack.execution', 'attack.t1059.004', 'attack.g0001', 'cve.2024-1'],
      attack: [
        { kind: 'tactic', id: 'execution' },
        { kind: 'technique', id: 'T1059.004' },
      ],
      falsePositives: ['Few'],
      references: ['https://example.com'],
      author: 'Somebody',
      runbook: 'Look.',
      isEnabled: true,
      emits: true,
      output: [],
      shownFields: [{ field: 'process.exe.path', key: undefined }],
      respond: 'kill_tree',
    });
  });

  it('changes the version when it changes', () => {
    const versions = [full, full.replace('high', 'low')].map((text) => theRule(text).version);

    assert.notEqual(versions[0], versions[1]);
  });

  it('is shared by documents behind action: global', () => {
    const { rules } = compile(
      'action: global\ntitle: Shared\nlogsource: {category: process_creation}\n---\n' +
        'detection: {s: {Image: /a}, condition: s}\n---\n' +
        'detection: {s: {Image: /b}, condition: s}\n',
    );

    assert.deepStrictEqual(
      rules.map(({ title }) => title),
      ['Shared', 'Shared'],
    );
  });
});
