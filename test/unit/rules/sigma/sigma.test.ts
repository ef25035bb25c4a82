/** Sigma means here what its specification says. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { EventClass } from '../../../../src/model/event-class.ts';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import type { DetectionRule, EventRule } from '../../../../src/rules/detection/ir/rule.ts';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';
import { CONDITION_CASES, LOGSOURCE_CASES } from './condition-cases.ts';
import { aRuleText, GOOD } from './mistakes.ts';
import { type SigmaCase, VALUE_CASES } from './sigma-cases.ts';

const PLACEHOLDERS = { admins: ['root', 'admin'] };

function compile(text: string): { rules: readonly DetectionRule[]; problems: readonly string[] } {
  const { rules, diagnostics } = compileSigma([{ file: 'rule.yaml', text }], {
    placeholders: PLACEHOLDERS,
  });
  const problems = diagnostics.map(({ code, location }) => `${code} ${location.line}`);
  return { rules, problems };
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
findings-per-second: 2.5
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
      findingsPerSecond: 2.5,
      respond: { kind: 'kill_tree', isDryRun: false },
    });
  });

  it('has a version that is that of its text', () => {
    const text =
      'title: A rule\nlogsource:\n  category: process_creation\n' +
      'detection:\n  s:\n    Image: /a\n  condition: s';
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const other = `title: Other\n${GOOD}`;

    assert.equal(theRule(text).version, digest);
    assert.equal(compile(`# Of others\n---\n${text}\n---\n${other}`).rules[0]?.version, digest);
    assert.notEqual(theRule(text.replace('/a', '/b')).version, digest);
  });

  it('may say things that are of no matter here', () => {
    const more = [
      'related: [{id: 6f1c8b1a-9d2e-4c3b-8a7f-000000000002, type: similar}]',
      'license: MIT',
      'date: 2026-01-01',
      'modified: 2026-01-02',
      'scope: [server]',
      'taxonomy: sigma',
      'simulation: [{type: x, name: y}]',
      'regression_tests_path: a/b.yml',
      'status: unsupported',
    ];

    assert.equal(theRule(`title: A rule\n${more.join('\n')}\n${GOOD}`).status, 'unsupported');
  });

  it('is shared by documents behind action: global, which go by numbers then', () => {
    const { rules } = compile(
      'action: global\ntitle: Shared\nlogsource: {category: process_creation}\n---\n' +
        'detection: {s: {Image: /a}, condition: s}\n---\n' +
        'id: own\ndetection: {s: {Image: /b}, condition: s}\n---\n' +
        'detection: {s: {Image: /c}, condition: s}\n',
    );

    assert.deepStrictEqual(
      rules.map(({ title, id }) => [title, id]),
      [
        ['Shared', 'Shared'],
        ['Shared', 'own'],
        ['Shared', 'Shared (2)'],
      ],
    );
  });
});
