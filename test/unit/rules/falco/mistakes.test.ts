/** What is wrong with files of Falco's language is told, where it is, and never thrown. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRandom, one } from '../../../support/random.ts';
import { ACTOR_CASES, ARGUMENT_CASES } from './argument-cases.ts';
import {
  FORM_CASES,
  MODIFIER_CASES,
  OPERATOR_CASES,
  TEXT_CASES,
  TRANSFORMER_CASES,
} from './falco-cases.ts';
import { aRuleText, compile, SHARED } from './falco-text.ts';
import { DESCRIPTOR_CASES, EVENT_CASES } from './field-cases.ts';
import { BAD_CONDITIONS, BAD_FILES } from './mistake-cases.ts';

describe('mistakes in files of Falco', () => {
  for (const [name, text, expected] of BAD_FILES) {
    it(`are told where they are: ${name}`, () => {
      const { problems, places } = compile(text);
      const told = problems.map((problem, at) => {
        const { file, line, column } = places[at] ?? {};
        return `${problem} ${line}:${column}${file === '0.yaml' ? '' : ` of ${file}`}`;
      });

      assert.deepStrictEqual(told, [expected]);
    });
  }
});

describe('mistakes in conditions of Falco', () => {
  for (const [condition, column, expected, hint] of BAD_CONDITIONS) {
    it(`are told where they are: ${condition}`, () => {
      const { problems, places, hints } = compile(aRuleText(condition));

      assert.deepStrictEqual(problems, [expected]);
      assert.equal(hints[0], hint);
      // The text begins behind the key and a quote.
      assert.deepStrictEqual(
        [places[0]?.line, places[0]?.column],
        [3, '  condition: "'.length + column],
      );
    });
  }

  it('are told in blocks, and in what was appended from another file', () => {
    const block = aRuleText('').replace('""', '>\n    evt.type=execve and\n    proc.nmae=x');
    const more = '- rule: R\n  condition: and proc.nmae=x\n  override: {condition: append}\n';

    const inBlock = compile(block);
    const appended = compile(aRuleText('evt.type=execve'), more);

    assert.deepStrictEqual([inBlock.places[0]?.line, inBlock.places[0]?.column], [5, 5]);
    const [place] = appended.places;
    assert.deepStrictEqual([place?.file, place?.line, place?.column], ['1.yaml', 2, 18]);
  });

  it('in macros are told of each rule that uses them, and warnings of them once', () => {
    const macros =
      '- macro: m\n  condition: (n or evt.dir=<)\n- macro: n\n  condition: proc.nmae=a\n';
    const good = '- macro: g\n  condition: (evt.type in (execve, x) and evt.dir=<)\n';
    const rules = (condition: string): string =>
      aRuleText(condition) + aRuleText(condition).replace('rule: R', 'rule: S');

    const bad = compile(macros + rules('evt.type=execve and m'));
    const warned = compile(good + rules('g'));

    assert.deepStrictEqual(bad.problems, [
      'error FALCO_FIELD_UNKNOWN',
      'error FALCO_FIELD_UNKNOWN',
    ]);
    assert.deepStrictEqual(
      bad.places.map(({ line, column }) => [line, column]),
      [
        [7, 35],
        [12, 35],
      ],
    );
    assert.match(bad.messages[0] ?? '', /in the macro `n`.*the rule `R` is left out/);
    assert.deepStrictEqual(warned.problems, [
      'warning FALCO_EVENT_UNSUPPORTED',
      'warning FALCO_CONDITION_OBSOLETE',
    ]);
    assert.equal(warned.rules.length, 2);
  });

  it('are no types of events without which a rule would not hold either', () => {
    const types = '(evt.type=container or evt.type=execve)';
    const never = compile(aRuleText(`${types} and not container.id exists`));
    const needed = compile(aRuleText(`${types} and not evt.type=execve`));

    assert.deepStrictEqual(never.problems, ['warning FALCO_EVENT_UNSUPPORTED']);
    assert.equal(never.rules.length, 1);
    assert.deepStrictEqual(needed.problems, ['error FALCO_EVENT_UNSUPPORTED']);
  });

  it('in macros that no rule uses are told as well', () => {
    assert.deepStrictEqual(compile('- macro: m\n  condition: a b\n').problems, [
      'error FALCO_CONDITION_INVALID',
    ]);
  });

  it('are found in conditions that are too large, without working them out', () => {
    const chain = (count: number, use: (next: string) => string): string =>
      Array.from({ length: count }, (_, at) => {
        const next = at + 1 === count ? 'proc.name=a' : use(`m${at + 1}`);
        return `- macro: m${at}\n  condition: ${next}\n`;
      }).join('');
    const expected = ['error FALCO_CONDITION_TOO_LARGE'];
    const rule = aRuleText('evt.type=execve and m0');

    assert.deepStrictEqual(
      compile(rule + chain(60, (next) => `${next} or ${next}`)).problems,
      expected,
    );
    assert.deepStrictEqual(
      compile(rule + chain(20_000, (next) => `not (${next})`)).problems,
      expected,
    );
    assert.deepStrictEqual(compile(rule + chain(50, (next) => `not ${next}`)).problems, []);
    assert.deepStrictEqual(
      compile(aRuleText(`${'('.repeat(101)}is_a`) + SHARED).problems,
      expected,
    );
    assert.deepStrictEqual(compile(aRuleText(`${'not '.repeat(99)}evt.type=execve`)).problems, []);
  });
});

describe("Falco's front end", () => {
  it('answers to texts that were damaged, and does not throw, seed 5', () => {
    const random = aRandom(5);
    const pieces = [
      '(',
      ')',
      '"',
      "'",
      '[',
      ']',
      ',',
      '=',
      '\n',
      ' and ',
      'not ',
      '\\',
      '\0',
      ':',
      '- ',
    ];
    const all = [
      ...[...OPERATOR_CASES, ...MODIFIER_CASES, ...TRANSFORMER_CASES, ...TEXT_CASES],
      ...[...FORM_CASES, ...EVENT_CASES, ...DESCRIPTOR_CASES, ...ARGUMENT_CASES, ...ACTOR_CASES],
    ];
    const more =
      "  exceptions: [{name: e, fields: [proc.pname], comps: [in], values: [['(a, b)']]}]\n";
    let good = 0;
    for (let round = 0; round < 4_000; round += 1) {
      let text = SHARED + aRuleText(one(random, all).condition, more);
      text += '- rule: R\n  condition: and is_a\n  override: {condition: append}\n';
      for (let cut = random(3); cut > 0; cut -= 1) {
        const at = random(text.length);
        text = text.slice(0, at) + one(random, pieces) + text.slice(at + random(4));
      }
      const { rules, problems } = compile(text);

      assert.ok(rules.length > 0 || problems.length > 0, text);
      if (problems.length === 0) good += 1;
    }
    assert.ok(good > 0 && good < 4_000);
  });
});
