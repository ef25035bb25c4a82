/** What is told of mistakes in Sigma names what is wrong, not only that something is. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileSigma } from '../../../../src/rules/detection/sigma/index.ts';
import {
  aRuleText,
  CONDITION_MISTAKES,
  DOCUMENT_MISTAKES,
  GOOD,
  MODIFIER_MISTAKES,
  SEARCH_MISTAKES,
} from './mistakes.ts';

/** What needs no name, as the place shows all of it. */
const SAID_IN_FULL: readonly RegExp[] = [
  ...[/^unexpected end of the stream/, /^the file has \d+/],
  ...[/^a map without fields/, /^an empty list/, /^a keyword is a text that is not empty$/],
  ...[/^the condition (ends too early|is too deep)$/, /^a parenthesis is not closed$/],
  ...[/^the values of the rule stand for more than \d+ texts$/, /^null has no parts/],
];

const search = (text: string): string => aRuleText(`{s: ${text}, condition: s}`);
const counted = (condition: string): string =>
  `title: A\nname: a\n${GOOD}---\ntitle: C\ncorrelation: ` +
  `{type: event_count, rules: [a], timespan: 1m, condition: ${condition}}\n`;

const OF_CORRELATIONS = '`gte` is of the condition of a correlation, and this has no `correlation`';

/** The text, the message, and its place. */
const MESSAGES: readonly (readonly [text: string, message: string, place: string])[] = [
  [aRuleText('{s: {Image: a}, condition: {gte: 1}}'), OF_CORRELATIONS, '3:39'],
  [aRuleText('{s: {Image: a}, condition: [s, {gte: 1}]}'), OF_CORRELATIONS, '3:43'],
  [
    aRuleText('{s: {Image: a}, condition: {any: s}}'),
    'a condition of `detection` is a text over its searches, not a mapping',
    '3:39',
  ],
  [
    aRuleText('{s: {Image: a}, condition: [[s]]}'),
    'a condition of `detection` is a text over its searches, not a list',
    '3:40',
  ],
  [
    `title: R\n${GOOD}---\ntitle: F\nlogsource: {category: process_creation}\n` +
      'filter: {rules: any, s: {Image: a}, condition: {lt: 3}}\n',
    '`lt` is of the condition of a correlation, and this has no `correlation`',
    '7:48',
  ],
  [
    'title: R\nlogsource: {product: linux}\ndetection: {s: {Image: a}, condition: s}\n',
    'the `logsource` has neither `category` nor `service`',
    '2:12',
  ],
  [counted('a'), 'the condition of `event_count` is a mapping', '7:71'],
  [counted('{gte: x}'), '`gte` is a number, not `x`', '7:77'],
  [counted('{gte: [1]}'), '`gte` is a number', '7:77'],
  ['- a', 'a document is a mapping with `detection`, `correlation` or `filter`, no list', '1:1'],
  [search('{ProcessId|lt: x}'), '`x` is no number, and `ProcessId|lt` takes one', '3:31'],
  [search('{ParentImage|exists: maybe}'), '`ParentImage|exists` is true or false', '3:37'],
  [search('{Image|re|cased: a}'), '`re` and `cased` cannot be combined', '3:17'],
  [search("{'|gt': [3]}"), 'keywords are texts: `|gt` needs a field', '3:25'],
  [
    search("{Image|re: '(?=a)'}"),
    '`(?=a)` is no expression of RE2: invalid or unsupported Perl syntax: `(?=`',
    '3:27',
  ],
  [
    search("{'process.pid[1]': 1}"),
    'these events have no field `process.pid[1]`: `process.pid` takes no key',
    '3:17',
  ],
  [
    search("{'process.args[x]': a}"),
    'these events have no field `process.args[x]`: ' +
      'the key of `process.args` is an index from 0 on in brackets',
    '3:17',
  ],
];

/** What is much like those and has no mistake. */
const TWINS: readonly string[] = [
  aRuleText('{s: {Image: a}, condition: s}'),
  aRuleText('{s: {Image: a}, condition: [s]}'),
  // A search may be called like a bound.
  aRuleText('{gte: {Image: a}, condition: gte}'),
  counted('{gte: 1}'),
  search('{ProcessId|lt: 3}'),
  search('{ParentImage|exists: true}'),
  search('{Image|re|i: a}'),
  search("{'|re': [a]}"),
  search("{'process.args[1]': a}"),
];

describe('messages about rules of Sigma', () => {
  for (const [text, message, place] of MESSAGES) {
    it(`say: ${message} (${place})`, () => {
      const { diagnostics } = compileSigma([{ file: 'rule.yaml', text }]);

      const [told] = diagnostics;
      const { file, line, column } = told?.location ?? {};
      assert.deepStrictEqual(
        [told?.message, `${file} ${line}:${column}`],
        [message, `rule.yaml ${place}`],
      );
    });
  }

  it('are none where nothing is wrong', () => {
    for (const text of TWINS) {
      assert.deepStrictEqual(compileSigma([{ file: 'rule.yaml', text }]).diagnostics, [], text);
    }
  });

  it('say how to count where a rule has the condition of a correlation', () => {
    const text = aRuleText('{s: {Image: a}, condition: {gte: 1}}');
    const [told] = compileSigma([{ file: 'rule.yaml', text }]).diagnostics;

    assert.equal(
      told?.hint,
      'count in a document with `correlation` that names the rule in `rules`',
    );
  });

  for (const [name, text] of [
    ...[...DOCUMENT_MISTAKES, ...SEARCH_MISTAKES],
    ...[...MODIFIER_MISTAKES, ...CONDITION_MISTAKES],
  ]) {
    it(`name what is wrong: ${name}`, () => {
      for (const { message } of compileSigma([{ file: 'rule.yaml', text }]).diagnostics) {
        const isNamed = /`[^`]+`/.test(message);
        assert.ok(isNamed || SAID_IN_FULL.some((said) => said.test(message)), message);
      }
    });
  }
});
