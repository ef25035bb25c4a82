/** Falco's language means here what its documentation says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventClass } from '../../../../src/model/event-class.ts';
import { RuleIndex } from '../../../../src/rules/detection/evaluate/rule-index.ts';
import type { EventRule } from '../../../../src/rules/detection/ir/rule.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { evaluateNaively } from '../../../support/naive-evaluate.ts';
import { type FalcoCase, FIELD_CASES, FORM_CASES, OPERATOR_CASES } from './falco-cases.ts';
import { aRuleText, compile, SHARED } from './falco-text.ts';

function theRule(...texts: readonly string[]): EventRule {
  const { rules, problems } = compile(...texts);
  assert.deepStrictEqual(
    problems.filter((problem) => problem.startsWith('error')),
    [],
  );
  const [rule] = rules;
  assert.ok(rule?.kind === 'event' && rules.length === 1);
  return rule;
}

function matches(rule: EventRule, eventClass: EventClass, fields: WrittenFields): boolean {
  const source = aFieldSource(eventClass, fields);
  const isMatch = new RuleIndex([rule]).evaluate(source).length === 1;
  assert.equal(isMatch, evaluateNaively(rule.condition, source));
  return isMatch;
}

function checkCases(cases: readonly FalcoCase[]): void {
  for (const { condition, class: eventClass = 'process.exec', ...each } of cases) {
    it(`match by ${condition}: ${JSON.stringify(each.match)}`, () => {
      const rule = theRule(SHARED + aRuleText(condition));

      assert.equal(matches(rule, eventClass, each.match), true);
    });

    it(`do not match by ${condition}: ${JSON.stringify(each.miss)}`, () => {
      const rule = theRule(SHARED + aRuleText(condition));

      assert.equal(matches(rule, each.missClass ?? eventClass, each.miss), false);
    });
  }
}

describe('operators of Falco', () => checkCases(OPERATOR_CASES));

describe('forms of conditions of Falco', () => checkCases(FORM_CASES));

describe('fields of Falco', () => checkCases(FIELD_CASES));

describe('rules in several files', () => {
  const base = aRuleText('proc.name = a');
  const cases: readonly (readonly [string, string, WrittenFields, WrittenFields])[] = [
    [
      'append to a condition',
      '- rule: R\n  condition: and proc.pid = 1\n  override: {condition: append}\n',
      { 'process.name': 'a', 'process.pid': 1 },
      { 'process.name': 'a' },
    ],
    [
      'append in the old way',
      '- rule: R\n  condition: or proc.name = b\n  append: true\n',
      { 'process.name': 'b' },
      { 'process.name': 'c' },
    ],
    [
      'replace a condition',
      '- rule: R\n  condition: proc.name = b\n  override: {condition: replace}\n',
      { 'process.name': 'b' },
      { 'process.name': 'a' },
    ],
    [
      'define a rule again',
      aRuleText('proc.name = b'),
      { 'process.name': 'b' },
      { 'process.name': 'a' },
    ],
    [
      'append exceptions',
      '- rule: R\n  exceptions: [{name: e, fields: [proc.pname], values: [[cron]]}]\n' +
        '  override: {exceptions: append}\n',
      { 'process.name': 'a' },
      { 'process.name': 'a', 'parent.name': 'cron' },
    ],
  ];
  for (const [name, text, match, miss] of cases) {
    it(name, () => {
      const rule = theRule(base, text);

      assert.equal(matches(rule, 'process.exec', match), true);
      assert.equal(matches(rule, 'process.exec', miss), false);
    });
  }

  it('look macros up when all are read', () => {
    const rule = theRule(
      aRuleText('late'),
      '- macro: late\n  condition: proc.name = x\n- macro: late\n  condition: proc.name = y\n',
    );

    assert.equal(matches(rule, 'process.exec', { 'process.name': 'y' }), true);
    assert.equal(matches(rule, 'process.exec', { 'process.name': 'x' }), false);
  });

  it('append to lists', () => {
    const rule = theRule(
      `- list: l\n  items: [a]\n${aRuleText('proc.name in (l)')}`,
      '- list: l\n  items: [b]\n  override: {items: append}\n',
    );

    assert.equal(matches(rule, 'process.exec', { 'process.name': 'b' }), true);
    assert.equal(matches(rule, 'process.exec', { 'process.name': 'a' }), true);
  });

  it('switch rules off', () => {
    assert.equal(theRule(base, '- rule: R\n  enabled: false\n').isEnabled, false);
    assert.equal(theRule(base).isEnabled, true);
  });
});

describe('exceptions of rules', () => {
  const cases: readonly (readonly [string, string, WrittenFields, WrittenFields])[] = [
    [
      'of several fields',
      '{name: e, fields: [proc.pname, proc.pid], comps: [=, <], values: [[cron, 5], [at, 9]]}',
      { 'parent.name': 'cron', 'process.pid': 6 },
      { 'parent.name': 'at', 'process.pid': 8 },
    ],
    [
      'of one field',
      '{name: e, fields: proc.exepath, values: [/a, /b]}',
      { 'process.exe.path': '/c' },
      { 'process.exe.path': '/b' },
    ],
    [
      'of lists within entries',
      '{name: e, fields: [proc.pname], comps: [in], values: [[[cron, at]]]}',
      { 'parent.name': 'x' },
      { 'parent.name': 'at' },
    ],
    [
      'of lists by their names',
      '{name: e, fields: [proc.pname], comps: [in], values: [[(names)]]}',
      { 'parent.name': 'names' },
      { 'parent.name': 'last' },
    ],
  ];
  for (const [name, exception, match, miss] of cases) {
    it(name, () => {
      const rule = theRule(
        SHARED + aRuleText('evt.type = execve', `  exceptions: [${exception}]\n`),
      );

      assert.equal(matches(rule, 'process.exec', match), true);
      assert.equal(matches(rule, 'process.exec', miss), false);
    });
  }

  it('without values change nothing', () => {
    const rule = theRule(
      aRuleText('is_a', '  exceptions: [{name: e, fields: [proc.name]}]\n') + SHARED,
    );

    assert.equal(matches(rule, 'process.exec', { 'process.name': 'a' }), true);
  });
});

describe('what surrounds conditions', () => {
  it('is read', () => {
    const rule = theRule(
      '- rule: Shell\n  desc: A shell.\n  condition: evt.type=execve\n' +
        '  output: A shell (cmd=%proc.cmdline parent=%proc.aname[1] %% *%evt.type %x.y)\n' +
        '  priority: WARNING\n  tags: [maturity_stable, mitre_execution, T1059]\n',
    );

    const { id, description, level, status, attack, output } = rule;
    assert.deepStrictEqual(
      { id, description, level, status, attack, output },
      {
        id: 'Shell',
        description: 'A shell.',
        level: 'medium',
        status: 'stable',
        attack: [
          { kind: 'tactic', id: 'execution' },
          { kind: 'technique', id: 'T1059' },
        ],
        output: [
          { kind: 'text', text: 'A shell (cmd=' },
          { kind: 'field', written: 'proc.cmdline', field: 'process.command', key: undefined },
          { kind: 'text', text: ' parent=' },
          { kind: 'field', written: 'proc.aname[1]', field: 'ancestors.name', key: '0' },
          { kind: 'text', text: ' ' },
          { kind: 'text', text: '%' },
          { kind: 'text', text: ' ' },
          { kind: 'field', written: 'evt.type', field: 'event.class' },
          { kind: 'text', text: ' ' },
          { kind: 'text', text: '<NA>' },
          { kind: 'text', text: ')' },
        ],
      },
    );
  });
});
