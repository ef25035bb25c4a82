/** Exceptions of rules: what they take out, and nothing else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WrittenFields } from '../../../support/detection-events.ts';
import { matches, theRule } from './falco-rules.ts';
import { aRuleText, compile, SHARED } from './falco-text.ts';

type Case = readonly [
  name: string,
  exception: string,
  meant: WrittenFields,
  excepted: WrittenFields,
];

const CASES: readonly Case[] = [
  [
    'of several fields',
    '{name: e, fields: [proc.pname, proc.pid], comps: [=, <], values: [[cron, 5], [at, 9]]}',
    { 'parent.name': 'cron', 'process.pid': 6 },
    { 'parent.name': 'at', 'process.pid': 8 },
  ],
  [
    'of several fields that are equal',
    '{name: e, fields: [proc.pname, proc.cwd], values: [[cron, /a]]}',
    { 'parent.name': 'cron', 'process.cwd': '/b' },
    { 'parent.name': 'cron', 'process.cwd': '/a' },
  ],
  [
    'of one field',
    '{name: e, fields: proc.exepath, values: [/a, /b]}',
    { 'process.exe.path': '/c' },
    { 'process.exe.path': '/b' },
  ],
  [
    'of one field, by paths above',
    '{name: e, fields: fd.name, comps: pmatch, values: [/a, /b]}',
    { 'file.path': '/ab' },
    { 'file.path': '/b/c' },
  ],
  [
    'of one field, by a modifier',
    '{name: e, fields: proc.name, comps: startswith anyof, values: [a, b]}',
    { 'process.name': 'xa' },
    { 'process.name': 'bx' },
  ],
  [
    'of lists within entries',
    '{name: e, fields: [proc.pname, proc.name], comps: [in, contains allof], ' +
      'values: [[[cron, at], [a, b]]]}',
    { 'parent.name': 'at', 'process.name': 'a' },
    { 'parent.name': 'at', 'process.name': 'ba' },
  ],
  [
    'of lists that are written as text',
    '{name: e, fields: [proc.pname], comps: [in], values: [["(cron, \'a t\')"]]}',
    { 'parent.name': 'a' },
    { 'parent.name': 'a t' },
  ],
  [
    'of lists by their names in parentheses',
    '{name: e, fields: [proc.pname], comps: [in], values: [[(names)]]}',
    { 'parent.name': 'names' },
    { 'parent.name': 'last' },
  ],
  [
    'of lists by their names',
    '{name: e, fields: proc.pname, values: [names, x]}',
    { 'parent.name': 'names' },
    { 'parent.name': 'inner' },
  ],
  [
    'of texts with blanks',
    '{name: e, fields: [proc.cmdline], comps: [startswith], values: [[sh -c "x"]]}',
    { 'process.command': 'sh -c x' },
    { 'process.command': 'sh -c "x" y' },
  ],
  [
    'of fields that are turned into others',
    '{name: e, fields: [tolower(proc.name)], values: [[a]]}',
    { 'process.name': 'B' },
    { 'process.name': 'A' },
  ],
  [
    'of values that are different',
    '{name: e, fields: [proc.name], comps: ["!="], values: [[a]]}',
    { 'process.name': 'a' },
    { 'process.name': 'b' },
  ],
  [
    'of two names',
    '{name: e, fields: [proc.name], values: [[a]]}, {name: f, fields: [proc.name], values: [[b]]}',
    { 'process.name': 'c' },
    { 'process.name': 'b' },
  ],
];

const MISTAKES: readonly (readonly [string, string])[] = [
  ['is no mapping', 'e'],
  ['has no name', '{fields: [proc.name], values: [[a]]}'],
  ['has no fields', '{name: e, values: [[a]]}'],
  ['has a field that is none', '{name: e, fields: [x], values: [[a]]}'],
  ['has an operator that is none', '{name: e, fields: [proc.name], comps: [like], values: [[a]]}'],
  ['has too few operators', '{name: e, fields: [proc.name, proc.pid], comps: [=], values: []}'],
  ['compares one field with one value', '{name: e, fields: proc.name, comps: =, values: [a]}'],
  ['has too few values', '{name: e, fields: [proc.name, proc.pname], values: [[a]]}'],
  ['has values that are no list', '{name: e, fields: [proc.name], values: a}'],
  ['has lists where texts belong', '{name: e, fields: proc.name, values: [[a]]}'],
  ['has a key that means nothing', '{name: e, fields: [proc.name], value: [[a]]}'],
];

describe('exceptions', () => {
  for (const [name, exception, meant, excepted] of CASES) {
    it(name, () => {
      const rule = theRule(
        SHARED + aRuleText('evt.type = execve', `  exceptions: [${exception}]\n`),
      );

      assert.equal(matches(rule, 'process.exec', meant), true);
      assert.equal(matches(rule, 'process.exec', excepted), false);
    });
  }

  it('without values change nothing', () => {
    const rule = theRule(
      aRuleText('is_a', '  exceptions: [{name: e, fields: [proc.name]}]\n') + SHARED,
    );

    assert.equal(matches(rule, 'process.exec', { 'process.name': 'a' }), true);
  });

  for (const [name, exception] of MISTAKES) {
    it(`keep the rule away when one ${name}`, () => {
      const text = aRuleText('evt.type=execve', `  exceptions:\n    - ${exception}\n`);

      const { rules, problems, places } = compile(text);

      assert.deepStrictEqual([rules, problems], [[], ['error FALCO_EXCEPTION_INVALID']]);
      assert.equal(places[0]?.line, 7);
    });
  }

  it('are told where they were written, in whatever file', () => {
    const append = '- rule: R\n  exceptions: [{name: e}]\n  override: {exceptions: append}\n';
    const fields = '  exceptions: [{name: e, fields: [proc.sid], values: [[1]]}]\n';

    const missing = compile(aRuleText('evt.type=execve'), append);
    const absent = compile(aRuleText('evt.type=execve', fields));

    assert.deepStrictEqual([missing.places[0]?.file, missing.places[0]?.line], ['1.yaml', 2]);
    assert.deepStrictEqual(absent.problems, ['error FALCO_FIELD_UNSUPPORTED']);
    assert.equal(absent.places[0]?.line, 6);
  });
});
