/** Rules, macros and lists in several files: what later ones make of earlier ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WrittenFields } from '../../../support/detection-events.ts';
import { matches, theRule } from './falco-rules.ts';
import { aRuleText, compile } from './falco-text.ts';

const BASE = aRuleText('proc.name = a');
const EXCEPTED = `${BASE}  exceptions:
    - {name: e, fields: [proc.pname], values: [[cron]]}
    - {name: single, fields: proc.cwd, values: [/a]}
`;

type Case = readonly [name: string, text: string, match: WrittenFields, miss: WrittenFields];

function checkCases(base: string, cases: readonly Case[]): void {
  for (const [name, text, match, miss] of cases) {
    it(name, () => {
      const rule = theRule(base, text);

      assert.equal(matches(rule, 'process.exec', match), true);
      assert.equal(matches(rule, 'process.exec', miss), false);
    });
  }
}

describe('conditions of rules', () => {
  checkCases(BASE, [
    [
      'are extended by override',
      '- rule: R\n  condition: and proc.pid = 1\n  override: {condition: append}\n',
      { 'process.name': 'a', 'process.pid': 1 },
      { 'process.name': 'a' },
    ],
    [
      'are extended in the old way',
      '- rule: R\n  condition: or proc.name = b\n  append: true\n',
      { 'process.name': 'b' },
      { 'process.name': 'c' },
    ],
    [
      'are replaced by override',
      '- rule: R\n  condition: proc.name = b\n  override: {condition: replace}\n',
      { 'process.name': 'b' },
      { 'process.name': 'a' },
    ],
    [
      'are those of the last definition',
      aRuleText('proc.name = b'),
      { 'process.name': 'b' },
      { 'process.name': 'a' },
    ],
    [
      'stay when `append` is false and the item is not one',
      '- macro: m\n  condition: proc.name = b\n  append: false\n',
      { 'process.name': 'a' },
      { 'process.name': 'b' },
    ],
  ]);
});

describe('exceptions of rules', () => {
  checkCases(EXCEPTED, [
    [
      'get values',
      '- rule: R\n  exceptions: [{name: e, values: [[at]]}]\n  override: {exceptions: append}\n',
      { 'process.name': 'a', 'parent.name': 'sh' },
      { 'process.name': 'a', 'parent.name': 'at' },
    ],
    [
      'keep their values when others come',
      '- rule: R\n  exceptions: [{name: single, values: [/b]}]\n  append: true\n',
      { 'process.name': 'a', 'process.cwd': '/c' },
      { 'process.name': 'a', 'parent.name': 'cron' },
    ],
    [
      'are replaced',
      '- rule: R\n  exceptions: [{name: e, fields: [proc.pid], values: [[1]]}]\n' +
        '  override: {exceptions: replace}\n',
      { 'process.name': 'a', 'parent.name': 'cron' },
      { 'process.name': 'a', 'process.pid': 1 },
    ],
  ]);
});

describe('macros and lists', () => {
  const late = '- macro: late\n  condition: proc.name = x\n';
  const list = `- list: l\n  items: [a]\n${aRuleText('proc.name in (l)')}`;
  checkCases(aRuleText('late'), [
    [
      'are looked up when all is read, and the last one counts',
      `${late}- macro: late\n  condition: proc.name = y\n`,
      { 'process.name': 'y' },
      { 'process.name': 'x' },
    ],
    [
      'of one file are extended by another',
      `${late}- macro: late\n  condition: or proc.name = y\n  override: {condition: append}\n`,
      { 'process.name': 'x' },
      { 'process.name': 'z' },
    ],
    [
      'of one file are extended in the old way',
      `${late}- macro: late\n  condition: or proc.name = y\n  append: true\n`,
      { 'process.name': 'y' },
      { 'process.name': 'z' },
    ],
    [
      'are replaced by override',
      `${late}- macro: late\n  condition: proc.name = y\n  override: {condition: replace}\n`,
      { 'process.name': 'y' },
      { 'process.name': 'x' },
    ],
  ]);
  checkCases(list, [
    [
      'get values by override',
      '- list: l\n  items: [b]\n  override: {items: append}\n',
      { 'process.name': 'b' },
      { 'process.name': 'c' },
    ],
    [
      'get values in the old way',
      '- list: l\n  items: [b]\n  append: true\n',
      { 'process.name': 'a' },
      { 'process.name': 'c' },
    ],
    [
      'get other values',
      '- list: l\n  items: [b]\n  override: {items: replace}\n',
      { 'process.name': 'b' },
      { 'process.name': 'a' },
    ],
    [
      'get other values by a new definition, also from lists that come later',
      '- list: l\n  items: [m]\n- list: m\n  items: [b]\n',
      { 'process.name': 'b' },
      { 'process.name': 'm' },
    ],
  ]);
});

describe('rules', () => {
  const change = (lines: string): string => `- rule: R\n  ${lines}\n`;

  it('are switched off and on', () => {
    const off = change('enabled: false');

    assert.equal(theRule(BASE).isEnabled, true);
    assert.equal(theRule(BASE, off).isEnabled, false);
    assert.equal(theRule(BASE, off, change('enabled: true')).isEnabled, true);
    assert.equal(theRule(`${BASE}  enabled: false\n`).isEnabled, false);
  });

  it('get other words', () => {
    const rule = theRule(
      BASE,
      change('output: (%proc.name)\n  override: {output: append}'),
      change('priority: DEBUG\n  desc: y\n  override: {priority: replace, desc: append}'),
      change('tags: [T1059]\n  override: {tags: append}'),
      change('tags: [maturity_stable]\n  override: {tags: append}'),
    );

    const { level, description, tags, status, output } = rule;
    assert.deepStrictEqual(
      { level, description, tags, status, texts: output.map(({ kind }) => kind) },
      {
        level: 'informational',
        description: 'x y',
        tags: ['T1059', 'maturity_stable'],
        status: 'stable',
        texts: ['text', 'field', 'text'],
      },
    );
  });

  it('ask for a response, which another file may replace', () => {
    const file = `${aRuleText('evt.type=execve')}  respond: kill_tree\n`;
    const change = '- rule: R\n  respond: signal SIGSTOP\n  override: {respond: replace}\n';

    assert.equal(theRule(aRuleText('evt.type=execve')).respond, undefined);
    assert.deepStrictEqual(theRule(file).respond, { kind: 'kill_tree', isDryRun: false });
    assert.deepStrictEqual(theRule(file, change).respond, {
      ...{ kind: 'signal', signal: 19, isDryRun: false },
    });
    assert.notEqual(theRule(file).version, theRule(file, change).version);
  });

  it('have a version that what they say decides, and not where they say it', () => {
    const versionOf = (...texts: readonly string[]): string => theRule(...texts).version;
    const version = versionOf(BASE);

    assert.match(version, /^[0-9a-f]{16}$/);
    assert.equal(versionOf(`\n# moved\n${BASE}`), version);
    assert.notEqual(versionOf(aRuleText('proc.name = b')), version);
    assert.notEqual(versionOf(BASE.replace('desc: x', 'desc: y')), version);
    const byMacro = aRuleText('m');
    assert.notEqual(
      versionOf(byMacro, '- macro: m\n  condition: proc.name = a\n'),
      versionOf(byMacro, '- macro: m\n  condition: proc.name = b\n'),
    );
  });

  it('that use fields which events do not have are skipped when they say so', () => {
    const text = aRuleText('evt.type = execve and proc.sid = 1');

    const { rules, problems } = compile(
      text,
      change('skip-if-unknown-filter: true\n  override: {skip-if-unknown-filter: replace}'),
    );

    assert.deepStrictEqual([rules, problems], [[], ['warning FALCO_FIELD_UNSUPPORTED']]);
  });
});
