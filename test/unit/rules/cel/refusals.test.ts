/** Conditions in CEL that are refused, where, and what nobody can make them do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileCel } from '../../../../src/rules/detection/cel/compile-cel.ts';
import {
  EVENT_VARIABLES,
  valuesOfSource,
} from '../../../../src/rules/detection/cel/event-values.ts';
import type { CelProblem } from '../../../../src/rules/detection/cel/read-names.ts';
import { aFieldSource, type WrittenFields } from '../../../support/detection-events.ts';
import { aRandom } from '../../../support/random.ts';

function problemsOf(text: string): readonly CelProblem[] {
  const result = compileCel(text, EVENT_VARIABLES);
  return result.kind === 'refused' ? result.problems : [];
}

/** The code, and what the place is of. */
function shown(text: string): readonly string[] {
  return problemsOf(text).map(({ code, span }) => `${code} ${text.slice(span.start, span.end)}`);
}

const SYNTAX = 'RULE_CONDITION_SYNTAX';
const VARIABLE = 'RULE_CONDITION_VARIABLE';
const TYPE = 'RULE_CONDITION_TYPE';
const FUNCTION = 'RULE_CONDITION_FUNCTION';
const REGEX = 'RULE_CONDITION_REGEX';
const TOO_LARGE = 'RULE_CONDITION_TOO_LARGE';

describe('a condition is refused', () => {
  const cases: readonly (readonly [text: string, ...problems: readonly string[]])[] = [
    ['', `${SYNTAX} `],
    ['process.uid ==', `${SYNTAX} `],
    ['process.uid == 0)', `${SYNTAX} )`],
    ['k8s.namespace == "a', `${SYNTAX} "a`],
    ['(process.exe).path == "a"', `${SYNTAX} process.exe).path`],
    ['process . uid == 0', `${SYNTAX} process . uid`],
    ['process.uidd == 0', `${VARIABLE} process.uidd`],
    ['nothing', `${VARIABLE} nothing`],
    ['a.b == 1 || c.d == 2', `${VARIABLE} a.b`, `${VARIABLE} c.d`],
    ['has(process.nothing)', `${VARIABLE} process.nothing`],
    ['process.uid.min == 0', `${VARIABLE} process.uid.min`],
    ['container.image.name == "a"', `${VARIABLE} container.image.name`],
    ['namespace == "a"', `${VARIABLE} namespace`],
    ['process.args.exists(namespace, true)', `${VARIABLE} namespace`],
    ['process.args.exists(process, true)', `${VARIABLE} process`],
    ['process.args.exists(__0, true)', `${VARIABLE} __0`],
    ['process.args.exists(a, ["b"].exists(a, true))', `${VARIABLE} a`],
    ['process.uid', `${TYPE} process.uid`],
    ['process.uid == "0"', `${TYPE} process.uid == "0"`],
    ['true || process.cmdline > 3', `${TYPE} process.cmdline > 3`],
    ['process.args[0].name == "a"', `${TYPE} name`],
    ['process.uid.contains("a")', `${TYPE} process.uid.contains("a")`],
    ['process.uid.matches("a")', `${TYPE} process.uid.matches("a")`],
    ['process.cmdline + "a" == "b"', `${TYPE} process.cmdline + "a"`],
    ['size(process.args + process.args) > 1', `${TYPE} process.args + process.args`],
    ['k8s.pod.label == "a"', `${TYPE} k8s.pod.label`],
    ['k8s.pod.label[process.cmdline] == "a"', `${TYPE} k8s.pod.label[process.cmdline]`],
    ['(k8s.pod.label)["a"] == "a"', `${TYPE} k8s.pod.label)["a"]`],
    ['has(process.args[0])', `${TYPE} has(process.args[0])`],
    ['process.args.exists(a, has(a.b))', `${TYPE} has(a.b)`],
    ['network.remote.ip.inNetwork("10/8")', `${TYPE} "10/8"`],
    ['network.remote.ip.inNetwork("10.0.0.0/33")', `${TYPE} "10.0.0.0/33"`],
    ['network.remote.ip.inNetwork(process.cmdline)', `${TYPE} process.cmdline`],
    ['duration("1s") > duration("2s")', `${FUNCTION} duration("1s")`, `${FUNCTION} duration("2s")`],
    ['dyn(process.uid) == "0"', `${FUNCTION} dyn(process.uid)`],
    ['process.cmdline.split("").size() > 1', `${FUNCTION} process.cmdline.split("")`],
    ['cel.bind(a, 1, a == 1)', `${VARIABLE} cel`, `${FUNCTION} cel.bind(a, 1, a == 1)`],
    ['process.cmdline.matches("(?=a)")', `${REGEX} "(?=a)"`],
    ['process.cmdline.matches("(a)\\\\1")', `${REGEX} "(a)\\\\1"`],
    ['process.cmdline.matches("(a{100}){100}")', `${REGEX} "(a{100}){100}"`],
    ['process.cmdline.matches("a{600}")', `${REGEX} "a{600}"`],
    ['process.cmdline.matches(k8s.pod)', `${REGEX} process.cmdline.matches(k8s.pod)`],
    ['process.cmdline.matches( // why\n"a")', `${SYNTAX} process.cmdline.matches( // why\n"a")`],
    [
      'process.args.exists(a, ancestors.arg0.exists(b, a == b))',
      `${TOO_LARGE} process.args.exists(a, ancestors.arg0.exists(b, a == b))`,
    ],
    [
      'process.args.exists(a, process.cmdline.contains(a))',
      `${TOO_LARGE} process.args.exists(a, process.cmdline.contains(a))`,
    ],
  ];
  for (const [text, ...problems] of cases) {
    it(`for ${JSON.stringify(text)}`, () => assert.deepStrictEqual(shown(text), problems));
  }

  it('for its length, and not when it is shorter', () => {
    const long = (length: number): string => `true${' '.repeat(length - 4)}`;

    assert.deepStrictEqual(
      [problemsOf(long(4097))[0]?.code, problemsOf(long(4096))[0]?.code],
      [TOO_LARGE, undefined],
    );
  });

  it('for its depth, and not when it is flatter', () => {
    const deep = (depth: number): string => `${'('.repeat(depth)}true${')'.repeat(depth)}`;

    assert.deepStrictEqual(
      [problemsOf(deep(2000))[0]?.code, problemsOf(deep(10))[0]?.code],
      [TOO_LARGE, undefined],
    );
  });

  it('for its parts, and not when there are fewer', () => {
    const wide = (count: number): string => Array(count).fill('true').join('||');

    assert.deepStrictEqual(
      [problemsOf(wide(600))[0]?.code, problemsOf(wide(400))[0]?.code],
      [TOO_LARGE, undefined],
    );
  });

  it('with the name that was meant', () => {
    assert.deepStrictEqual(
      [problemsOf('proces.uid == 0')[0]?.hint, problemsOf('entirely.other == 0')[0]?.hint],
      ['did you mean process.uid?', undefined],
    );
  });
});

describe('whatever an event says', () => {
  function answer(text: string, fields: WrittenFields): readonly [boolean, number] {
    const result = compileCel(text, EVENT_VARIABLES);
    assert.ok(result.kind === 'compiled');
    const source = aFieldSource('process.exec', fields);
    return [result.condition.evaluate(valuesOfSource(source)), result.condition.counts().errors];
  }

  it('an expression that would make a backtracking machine run for ever does not', () => {
    const text = 'process.cmdline.matches("^(a+)+$")';

    assert.deepStrictEqual(answer(text, { 'process.cmdline': `${'a'.repeat(40_000)}b` }), [
      false,
      0,
    ]);
    assert.deepStrictEqual(answer(text, { 'process.cmdline': 'a'.repeat(40_000) }), [true, 0]);
  });

  it('an expression with many steps gives up on a long text, not on a short one', () => {
    const text = 'process.cmdline.matches("([ab]?){100}[cd]")';

    assert.deepStrictEqual(answer(text, { 'process.cmdline': 'ab'.repeat(20_000) }), [false, 1]);
    assert.deepStrictEqual(answer(text, { 'process.cmdline': `${'ab'.repeat(20)}c` }), [true, 0]);
  });

  it('a text or list beyond the bounds decides nothing', () => {
    const many = (length: number): readonly string[] => Array(length).fill('a');

    assert.deepStrictEqual(
      [
        answer('size(process.cmdline) > 1', { 'process.cmdline': 'a'.repeat(65_537) }),
        answer('size(process.cmdline) > 1', { 'process.cmdline': 'a'.repeat(65_536) }),
        answer('size(process.args) > 1', { 'process.args': many(32_769) }),
        answer('size(process.args) > 1', { 'process.args': many(32_768) }),
      ],
      [
        [false, 1],
        [true, 0],
        [false, 1],
        [true, 0],
      ],
    );
  });

  it('a value of another type decides nothing', () => {
    assert.deepStrictEqual(answer('process.uid == 0', { 'process.uid': 'root' }), [false, 1]);
  });

  it('an index or number beyond the end decides nothing', () => {
    assert.deepStrictEqual(answer('process.args[5] == "a"', { 'process.args': ['a'] }), [false, 1]);
    assert.deepStrictEqual(answer('process.pid * 9223372036854775807 > 1', { 'process.pid': 2 }), [
      false,
      1,
    ]);
  });

  it('names of JavaScript are no keys', () => {
    assert.deepStrictEqual(answer('has(k8s.pod.label["__proto__"])', {}), [false, 0]);
    assert.deepStrictEqual(answer('has(k8s.pod.label.constructor)', {}), [false, 0]);
  });
});

describe('texts that are no conditions', () => {
  const parts = [
    ...['process.uid', 'process.args', 'k8s.pod.label', 'has(', 'exists(a,', 'a', '.', '[', ']'],
    ...[
      '(',
      ')',
      '"a"',
      "'",
      '"',
      '==',
      '!=',
      '&&',
      '||',
      '!',
      '?',
      ':',
      ',',
      '+',
      '-',
      '1',
      '1.5',
    ],
    ...[
      'in',
      '{',
      '}',
      'matches(',
      'r"',
      'b"a"',
      '\\',
      '\n',
      '//',
      'size(',
      '1u',
      'null',
      'cel.bind(',
    ],
    ...['.filter(', '.map(', 'namespace', '__proto__', 'constructor', '\u{1f600}', '0x', '1e9'],
  ];

  it('never make the compiler throw', () => {
    const random = aRandom(20_260_101);
    let refused = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const length = random(12);
      const words = Array.from({ length }, () => parts[random(parts.length)]);
      const text = words.join(random(2) === 0 ? '' : ' ');
      for (const { span } of problemsOf(text)) {
        refused += 1;
        assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, text);
      }
    }
    assert.ok(refused > 10_000);
  });
});
