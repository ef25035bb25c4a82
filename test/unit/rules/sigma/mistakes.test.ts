/** Mistakes in rules of Sigma are told with their place, and leave out the rule that has them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import {
  aRuleText,
  CONDITION_MISTAKES,
  DOCUMENT_MISTAKES,
  GOOD,
  type Mistake,
  MODIFIER_MISTAKES,
  SEARCH_MISTAKES,
} from './mistakes.ts';

interface Compiled {
  readonly titles: readonly string[];
  readonly reports: readonly string[];
  readonly hints: readonly string[];
}

function compile(text: string): Compiled {
  const { rules, diagnostics } = compileSigma([{ file: 'rule.yaml', text }]);
  return {
    titles: rules.map(({ title }) => title),
    reports: diagnostics.map(
      ({ code, location: { line, column }, severity }) =>
        `${code} ${line}:${column}${severity === 'error' ? '' : ` ${severity}`}`,
    ),
    hints: diagnostics.flatMap(({ hint }) => hint ?? []),
  };
}

const TABLES: Readonly<Record<string, readonly Mistake[]>> = {
  'documents of Sigma': DOCUMENT_MISTAKES,
  'searches of Sigma': SEARCH_MISTAKES,
  'modifiers of Sigma': MODIFIER_MISTAKES,
  'conditions of Sigma': CONDITION_MISTAKES,
};

for (const [name, mistakes] of Object.entries(TABLES)) {
  describe(`mistakes in ${name}`, () => {
    for (const [mistake, text, report] of mistakes) {
      it(`are told with their place: ${mistake}`, () => {
        const { titles, reports } = compile(text);

        assert.deepStrictEqual([titles, reports[0]], [[], report]);
      });
    }
  });
}

describe('mistakes in Sigma', () => {
  it('leave out the rule that has them, and no other', () => {
    const bad = aRuleText('{s: {Imgae: /a}, condition: s}');
    const { titles } = compile(`title: Good\n${GOOD}---\n${bad}`);

    assert.deepStrictEqual(titles, ['Good']);
  });

  it('come with what was meant, if something is near', () => {
    const texts = [
      '{s: {Imgae: /a}, condition: s}',
      '{s: {Image|contians: a}, condition: s}',
      '{selection: {Image: a}, condition: selektion}',
    ];
    const hints = texts.flatMap((text) => compile(aRuleText(text)).hints);

    assert.deepStrictEqual(
      hints,
      ['Image', 'contains', 'selection'].map((meant) => `did you mean \`${meant}\`?`),
    );
  });

  it('come with no name that is of no use either', () => {
    assert.deepStrictEqual(compile(aRuleText('{s: {Compani: a}, condition: s}')).hints, []);
  });
});

describe('parts of rules that no event can match', () => {
  const of = (parts: string): Compiled => compile(aRuleText(parts, 'service: auditd'));

  it('are warned of when others remain', () => {
    const { titles, reports } = of(
      '{a: {type: SYSCALL, exe: /a}, b: {type: ADD_USER}, condition: a or b}',
    );

    assert.deepStrictEqual(titles, ['A rule']);
    assert.deepStrictEqual(reports, ['SIGMA_EVENT_VALUE_UNSUPPORTED 3:52 warning']);
  });

  it('are warned of in lists, and where they are denied', () => {
    const { titles, reports } = of(
      '{a: {syscall: [sysinfo, ptrace]}, b: {key: x}, condition: a and not b}',
    );

    assert.deepStrictEqual(titles, ['A rule']);
    assert.deepStrictEqual(reports, [
      'SIGMA_EVENT_VALUE_UNSUPPORTED 3:27 warning',
      'SIGMA_EVENT_FIELD_UNSUPPORTED 3:50 warning',
    ]);
  });

  it('are errors when nothing remains', () => {
    const { titles, reports } = of(
      '{a: {type: ADD_USER}, b: {type: [TTY, USER_TTY]}, condition: 1 of them}',
    );

    assert.deepStrictEqual(titles, []);
    assert.deepStrictEqual(reports, [
      'SIGMA_EVENT_VALUE_UNSUPPORTED 3:23',
      'SIGMA_EVENT_VALUE_UNSUPPORTED 3:45',
      'SIGMA_EVENT_VALUE_UNSUPPORTED 3:50',
    ]);
  });
});
