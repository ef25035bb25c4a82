/** How diagnostics look in a terminal. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { formatDiagnostic } from '../../../src/model/format-diagnostic.ts';

/** A diagnostic about the first occurrence of `part` in `text`. */
function about(text: string, part: string): Diagnostic {
  const start = text.indexOf(part);
  const before = text.slice(0, start).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return {
    code: 'POLICY_FIELD_UNKNOWN',
    severity: 'error',
    message: 'a problem',
    location: { file: 'a.yaml', line: before.length, column, start, end: start + part.length },
  };
}

/** Source line and caret line without the margin. */
function showMark(text: string, part: string): readonly string[] {
  const lines = formatDiagnostic(about(text, part), text).split('\n');
  return lines.slice(3, 5).map((line) => line.slice(line.indexOf('|') + 2));
}

describe('formatDiagnostic', () => {
  it('shows code, place, line, mark and hint', () => {
    const text = `${'\n'.repeat(9)}spec:\n  kprobe: []\n`;
    const diagnostic = { ...about(text, 'kprobe'), hint: 'did you mean `kprobes`?' };

    assert.equal(
      formatDiagnostic(diagnostic, text),
      [
        'error[POLICY_FIELD_UNKNOWN]: a problem',
        '  --> a.yaml:11:3',
        '   |',
        '11 |   kprobe: []',
        '   |   ^^^^^^',
        '   hint: did you mean `kprobes`?',
      ].join('\n'),
    );
  });

  it('marks one column when there is nothing to mark', () => {
    const text = 'call:';
    const diagnostic = about(text, 'call:');
    const location = { ...diagnostic.location, start: 5, end: 5, column: 6 };

    const lines = formatDiagnostic({ ...diagnostic, location }, text).split('\n');

    assert.deepStrictEqual(lines.slice(3), ['1 | call:', '  |      ^']);
  });

  it('marks only the first line of a long part', () => {
    assert.deepStrictEqual(showMark('- {a: 1,  \n b: 2}', '{a: 1,  \n b: 2}'), [
      '- {a: 1,',
      '  ^^^^^^',
    ]);
  });

  it('keeps marks under the text after tabs and wide characters', () => {
    assert.deepStrictEqual(showMark('a:\t"日本" x', 'x'), ['a:    "日本" x', '             ^']);
    assert.deepStrictEqual(showMark('日本: x', '日本'), ['日本: x', '^^^^']);
    assert.deepStrictEqual(showMark('e\u0301: x', 'x'), ['e\u0301: x', '   ^']);
  });

  it('cuts long lines around the mark', () => {
    const text = `${'a'.repeat(300)}X${'b'.repeat(300)}`;

    const [line = '', mark = ''] = showMark(text, 'X');

    assert.deepStrictEqual(
      [line, mark],
      [`…${'a'.repeat(39)}X${'b'.repeat(59)}…`, `${' '.repeat(40)}^`],
    );
  });

  it('makes control and direction characters visible instead of sending them', () => {
    const text = 'a: \u001b[31mred\u202e';
    const diagnostic = { ...about(text, 'red'), message: 'bad \u001b[2J', hint: 'x\ny' };

    const printed = formatDiagnostic(diagnostic, text);

    assert.ok(!printed.includes('\u001b') && !printed.includes('\u202e'));
    assert.equal(printed.split('\n').length, 6);
  });

  it('colours only when asked', () => {
    const text = 'kprobe: []';

    assert.ok(!formatDiagnostic(about(text, 'kprobe'), text).includes('\u001b'));
    assert.ok(
      formatDiagnostic(about(text, 'kprobe'), text, { colour: true }).includes('\u001b[1;31m'),
    );
  });
});
