/** Falco's language means here what its documentation says. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ACTOR_CASES, ARGUMENT_CASES } from './argument-cases.ts';
import {
  type FalcoCase,
  FORM_CASES,
  MODIFIER_CASES,
  OPERATOR_CASES,
  TEXT_CASES,
  TRANSFORMER_CASES,
} from './falco-cases.ts';
import { matches, theRule } from './falco-rules.ts';
import { aRuleText, SHARED } from './falco-text.ts';
import { DESCRIPTOR_CASES, EVENT_CASES, RENAMED } from './field-cases.ts';

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

describe('operators of Falco', () => {
  checkCases(OPERATOR_CASES);
  checkCases(MODIFIER_CASES);
  checkCases(TRANSFORMER_CASES);
});

describe('forms of conditions of Falco', () => {
  checkCases(TEXT_CASES);
  checkCases(FORM_CASES);
});

describe('fields of Falco', () => {
  checkCases(EVENT_CASES);
  checkCases(DESCRIPTOR_CASES);
  checkCases(ARGUMENT_CASES);
  checkCases(ACTOR_CASES);

  for (const [written, field] of RENAMED) {
    it(`read ${field} as ${written}`, () => {
      const rule = theRule(aRuleText(`${written} = /a/b`));

      assert.equal(matches(rule, 'process.exec', { [field]: '/a/b' }), true);
      assert.equal(matches(rule, 'process.exec', { [field]: '/a/c' }), false);
      assert.equal(matches(rule, 'process.exec', {}), false);
    });
  }
});
