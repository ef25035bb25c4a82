/** What is wrong with files of Falco's language is told, and never thrown. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRandom, one } from '../../../support/random.ts';
import { FIELD_CASES, FORM_CASES, OPERATOR_CASES } from './falco-cases.ts';
import { aRuleText, compile, SHARED } from './falco-text.ts';

const BAD: readonly (readonly [string, string, string])[] = [
  ['no YAML', '- [', 'error FALCO_YAML_INVALID'],
  ['no list', 'a: b', 'error FALCO_ITEM_INVALID'],
  ['no item', '- a: b', 'error FALCO_ITEM_INVALID'],
  [
    'a key that means nothing',
    aRuleText('proc.name=a and evt.type=execve', '  prioriti: x\n'),
    'warning FALCO_KEY_UNKNOWN',
  ],
  ['no condition', '- rule: R\n  output: x\n  priority: ERROR\n', 'error FALCO_KEY_MISSING'],
  [
    'a priority that is none',
    aRuleText('evt.type=execve').replace('ERROR', 'ERORR'),
    'error FALCO_VALUE_INVALID',
  ],
  [
    'another source',
    aRuleText('ka.verb=get', '  source: k8s_audit\n'),
    'error FALCO_SOURCE_UNSUPPORTED',
  ],
  [
    'an override of nothing',
    '- rule: R\n  condition: and x\n  override: {condition: append}\n',
    'error FALCO_OVERRIDE_INVALID',
  ],
  [
    'a way to override that is none',
    `${aRuleText('evt.type=execve')}- rule: R\n  condition: x\n  override: {condition: prepend}\n`,
    'error FALCO_OVERRIDE_INVALID',
  ],
  ['no macro', aRuleText('spawned'), 'error FALCO_NAME_UNKNOWN'],
  ['a condition that ends', aRuleText('evt.type=execve and'), 'error FALCO_CONDITION_INVALID'],
  [
    'an operator that is none',
    aRuleText('evt.type=execve and proc.name like x'),
    'error FALCO_CONDITION_INVALID',
  ],
  [
    'a macro of itself',
    `- macro: m\n  condition: not m\n${aRuleText('m')}`,
    'error FALCO_CONDITION_TOO_LARGE',
  ],
  ['no field', aRuleText('evt.type=execve and proc.nmae=x'), 'error FALCO_FIELD_UNSUPPORTED'],
  [
    'a field that events do not have',
    aRuleText('evt.type=execve and proc.tty=x'),
    'error FALCO_FIELD_UNSUPPORTED',
  ],
  [
    'a field that may be left out',
    aRuleText('evt.type=execve and proc.tty=x', '  skip-if-unknown-filter: true\n'),
    'warning FALCO_FIELD_UNSUPPORTED',
  ],
  [
    'bytes of a buffer',
    aRuleText('evt.type=execve and proc.name bcontains 00'),
    'error FALCO_OPERATOR_UNSUPPORTED',
  ],
  [
    'an expression that looks ahead',
    aRuleText("evt.type=execve and proc.name regex '(?=a)'"),
    'error FALCO_REGEX_INVALID',
  ],
  ['an event that nobody sees', aRuleText('evt.type=userfaultfd'), 'error FALCO_EVENT_UNSUPPORTED'],
  [
    'an event among others that nobody sees',
    aRuleText('evt.type in (execve, userfaultfd)'),
    'warning FALCO_EVENT_UNSUPPORTED',
  ],
  ['no event', aRuleText('proc.name=a'), 'warning FALCO_EVENT_MISSING'],
  [
    'an exception with too few values',
    aRuleText(
      'evt.type=execve',
      '  exceptions: [{name: e, fields: [proc.name, proc.pname], values: [[a]]}]\n',
    ),
    'error FALCO_EXCEPTION_INVALID',
  ],
];

describe('mistakes in Falco', () => {
  for (const [name, text, problem] of BAD) {
    it(`are told: ${name}`, () => {
      const { problems } = compile(text);

      assert.equal(problems[0], problem);
    });
  }

  it('of any kind are answered and not thrown', () => {
    const random = aRandom(5);
    const pieces = ['(', ')', '"', "'", '[', ']', ',', '=', '\n', ' and ', 'not ', '\\', '\0', ':'];
    const all = [...OPERATOR_CASES, ...FORM_CASES, ...FIELD_CASES];
    for (let round = 0; round < 4_000; round += 1) {
      let text = SHARED + aRuleText(one(random, all).condition);
      for (let cut = random(3); cut > 0; cut -= 1) {
        const at = random(text.length);
        text = text.slice(0, at) + one(random, pieces) + text.slice(at + random(4));
      }
      const { rules, problems } = compile(text);

      assert.ok(rules.length > 0 || problems.length > 0, text);
    }
  });
});
