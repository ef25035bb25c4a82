/** What is told of mistakes in Falco's language names what is wrong, not only that something is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRuleText, compile } from './falco-text.ts';
import { BAD_CONDITIONS, BAD_FILES } from './mistake-cases.ts';

/** What is wrong with a file as a whole has no name. */
const OF_FILES = ['FALCO_YAML_INVALID', 'FALCO_YAML_TOO_LARGE'];
const SAID_IN_FULL = [
  ...['a file of rules is a list', 'an item is a mapping', 'this rule has no name'],
  ...['a value of a list is a text', 'and is not closed'],
];

/** Words behind `proc.pid = …` and such, and what is told of them. */
const CHECKS: readonly (readonly [check: string, message: string])[] = [
  ['proc.pid = x', '`x` is no number, in `proc.pid = x`'],
  ['proc.pid in (1, x)', '`x` is no number, in `proc.pid in (1, x)`'],
  ['fd.sip = a', '`a` is no address and no network, in `fd.sip = a`'],
  ["proc.name glob '!(a)'", '`!(a)` is no expression of RE2: invalid or unsupported Perl syntax'],
  ["proc.name regex 'a('", '`a(` is no expression of RE2: missing closing )'],
  ['proc.name like x', '`like` is no operator, and one is expected behind a field'],
  ['proc.name', 'an operator is expected behind a field'],
];

describe('messages about files of Falco', () => {
  for (const [name, text, expected] of BAD_FILES) {
    it(`name what is wrong: ${name}`, () => {
      const [message = ''] = compile(text).messages;

      const isNamed = /`[^`]+`/.test(message) || SAID_IN_FULL.includes(message);
      assert.ok(isNamed || OF_FILES.some((code) => expected.includes(code)), message);
    });
  }

  for (const [condition] of BAD_CONDITIONS) {
    it(`name the rule: ${condition}`, () => {
      assert.match(compile(aRuleText(condition)).messages[0] ?? '', /the rule `R` is left out$/);
    });
  }

  for (const [check, message] of CHECKS) {
    it(`say what is wrong in ${check}`, () => {
      const told = compile(aRuleText(`evt.type=execve and ${check}`)).messages;

      assert.equal(told.length, 1);
      assert.ok(told[0]?.startsWith(message), told[0]);
    });
  }

  it('are none where nothing is wrong', () => {
    const checks = ['proc.pid = 1', 'proc.pid in (1, 2)', 'fd.sip = 10.0.0.1', 'proc.name glob a*'];
    for (const check of checks) {
      const type = check.startsWith('fd') ? 'connect' : 'execve';
      assert.deepStrictEqual(compile(aRuleText(`evt.type=${type} and ${check}`)).problems, []);
    }
  });
});
