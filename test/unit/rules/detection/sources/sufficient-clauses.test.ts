/** What the kernel is to look for, so that rules about what is executed hold. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Condition, Test } from '../../../../../src/rules/detection/ir/condition.ts';
import { ALL_SOURCES } from '../../../../../src/rules/detection/sources/source-table.ts';
import {
  type Clause,
  sufficientClauses,
} from '../../../../../src/rules/detection/sources/sufficient.ts';

const EXECS = ALL_SOURCES.find(({ name }) => name === 'process_exec')?.ways[0]?.hooks[0] ?? {};

const test = (field: Test['field'], operator: Test['operator']): Test => {
  return { kind: 'test', field, operator, transforms: [], written: '' };
};
const image = (...texts: readonly string[]): Test =>
  test('process.exe.path', { kind: 'ends_with', texts, ignoresCase: false });
const commandLine = (...texts: readonly string[]): Test =>
  test('process.cmdline', { kind: 'contains', texts, ignoresCase: true });
const user = (id: number): Test => test('process.uid', { kind: 'number_equals', numbers: [id] });
const and = (...parts: readonly Condition[]): Condition => ({ kind: 'and', parts });
const or = (...parts: readonly Condition[]): Condition => ({ kind: 'or', parts });
const not = (part: Condition): Condition => ({ kind: 'not', part });

function written(clause: Clause): string {
  return clause
    .map(({ label, operator, values, isNegated }) => {
      return `${label} ${isNegated ? 'Not' : ''}${operator} ${values.join('|')}`;
    })
    .join(', ');
}

function clausesOf(condition: Condition): readonly string[] {
  return sufficientClauses(condition, EXECS).map(written);
}

describe('clauses of sufficientClauses', () => {
  it('are one for each way in which a rule can hold', () => {
    assert.deepStrictEqual(clausesOf(and(commandLine('xmrig'), commandLine('pool'))), [
      'command_line SubStringIgnCase xmrig, command_line SubStringIgnCase pool',
    ]);
    assert.deepStrictEqual(clausesOf(or(commandLine('a'), user(0), commandLine('b'))), [
      ...['command_line SubStringIgnCase a|b', 'uid Equal 0'],
    ]);
  });

  it('look at the name that was given, and at the file where that is relative', () => {
    assert.deepStrictEqual(clausesOf(image('/nc', '/ncat')), [
      'filename Prefix /, filename Postfix /nc|/ncat',
      'filename Postfix /nc|/ncat, executable Postfix /nc|/ncat',
    ]);
    assert.deepStrictEqual(clausesOf(image('/../nc')), [
      'filename Prefix /, filename Postfix /../nc',
    ]);
    const texts = ['/opt/'];
    const inside = test('process.exe.path', { kind: 'starts_with', texts, ignoresCase: false });
    assert.deepStrictEqual(clausesOf(inside), ['filename Prefix /, filename Prefix /opt/']);
  });

  it('ask nothing about the end of what may be cut', () => {
    const texts = [' -e'];
    const end = test('process.cmdline', { kind: 'ends_with', texts, ignoresCase: false });
    assert.deepStrictEqual(clausesOf(end), []);
    assert.deepStrictEqual(clausesOf(and(commandLine('nc'), not(end))), []);
    const start = test('process.cmdline', { kind: 'starts_with', texts, ignoresCase: false });
    assert.deepStrictEqual(clausesOf(and(commandLine('nc'), not(start))), [
      'command_line SubStringIgnCase nc, command_line NotPrefix  -e',
    ]);
  });

  it('leave out what nothing in the kernel tells', () => {
    const parent = test('parent.exe.path', {
      kind: 'ends_with',
      texts: ['/a'],
      ignoresCase: false,
    });
    assert.deepStrictEqual(clausesOf(and(user(0), parent)), []);
    assert.deepStrictEqual(clausesOf(or(user(0), parent)), ['uid Equal 0']);
    const pattern = { kind: 'regex', patterns: ['a'], flags: '', isWhole: false } as const;
    assert.deepStrictEqual(clausesOf(test('process.cmdline', pattern)), []);
  });

  it('deny only what was read, and names that it also goes by', () => {
    const others =
      'filename NotPostfix /busybox, filename NotPostfix /toybox, filename NotPostfix /coreutils';
    assert.deepStrictEqual(clausesOf(and(image('/nc'), not(image('/opt/nc')))), [
      `filename Prefix /, filename Postfix /nc, filename NotPostfix /opt/nc, ${others}`,
    ]);
    assert.deepStrictEqual(clausesOf(and(commandLine('xmrig'), not(image('/opt/nc')))), [
      'command_line SubStringIgnCase xmrig, filename Prefix /, ' +
        `filename NotPostfix /opt/nc, ${others}`,
    ]);
    assert.deepStrictEqual(clausesOf(and(image('/nc'), not(commandLine('test')))), []);
  });

  it('are none for a condition with too many ways', () => {
    const either = (name: string): Condition => or(user(name.length), commandLine(name));
    const of = (count: number): readonly string[] =>
      clausesOf(and(...Array.from({ length: count }, (_, index) => either('x'.repeat(index + 1)))));
    assert.equal(of(4).length, 16);
    assert.equal(of(5).length, 0);
  });
});
