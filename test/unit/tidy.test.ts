/** The style rules as a test, and the rules themselves on small examples. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { functionsAtMost, functionsInCAtMost } from '../support/function-length.ts';
import { CLOSED_ROOMS, checkImports, OPEN_ROOMS, roomOf } from '../support/import-rules.ts';
import { readSources, type SourceFile } from '../support/source-tree.ts';
import {
  exportsAtMost,
  linesAreNarrow,
  linesAtMost,
  nameSaysSomething,
  nothingPutOff,
  type StyleRule,
  startsWithPurpose,
} from '../support/style-rules.ts';

const SCRIPT = readSources(['src', 'test', 'scripts', 'bench'], /\.(ts|mjs)$/);
const C = readSources(['bpf', 'native', 'bench', 'test'], /\.[ch]$/).filter(
  (file) => !file.path.includes('vmlinux'),
);
const SHELL = readSources(['scripts', 'bench', 'test', '.ci'], /(\.sh|\/run)$/);

function violations(files: readonly SourceFile[], rule: StyleRule): readonly string[] {
  return files.flatMap((file) => rule(file).map((problem) => `${file.path}: ${problem}`));
}

function aFile(path: string, text: string): SourceFile {
  return { path, text, lines: text.split('\n') };
}

describe('TypeScript sources', () => {
  const rules: Readonly<Record<string, StyleRule>> = {
    'have at most 300 lines': linesAtMost(300),
    'export at most 8 names': exportsAtMost(8),
    'have functions of at most 60 lines': functionsAtMost(60),
    'have lines of at most 100 columns': linesAreNarrow,
    'have names that say something': nameSaysSomething,
    'start with what they are for': startsWithPurpose,
    'put nothing off': nothingPutOff,
  };
  for (const [name, rule] of Object.entries(rules)) {
    it(name, () => assert.deepStrictEqual(violations(SCRIPT, rule), []));
  }

  it('are all found', () => assert.ok(SCRIPT.length > 20, `${SCRIPT.length} files`));
});

describe('C sources', () => {
  const rules: Readonly<Record<string, StyleRule>> = {
    'have at most 400 lines': linesAtMost(400),
    'have functions of at most 70 lines': functionsInCAtMost(70),
    'have lines of at most 100 columns': linesAreNarrow,
    'have names that say something': nameSaysSomething,
    'start with what they are for': startsWithPurpose,
    'put nothing off': nothingPutOff,
  };
  for (const [name, rule] of Object.entries(rules)) {
    it(name, () => assert.deepStrictEqual(violations(C, rule), []));
  }
});

describe('Shell scripts', () => {
  it('start with what they are for', () => {
    assert.deepStrictEqual(violations(SHELL, startsWithPurpose), []);
  });
});

describe('Rooms of src', () => {
  const sources = SCRIPT.filter((file) => file.path.startsWith('src/'));

  it('meet in the model only, and keep packages to themselves', () => {
    assert.deepStrictEqual(violations(sources, checkImports), []);
  });

  it('hold every file but the composition root', () => {
    const rooms = [...CLOSED_ROOMS, ...OPEN_ROOMS];
    const strays = sources.filter(({ path }) => !rooms.includes(roomOf(path) ?? ''));

    assert.deepStrictEqual(
      strays.map((file) => file.path).filter((path) => path !== 'src/main.ts'),
      [],
    );
  });
});

describe('Import rules', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['src/rules/a.ts', "import { x } from '../model/event.ts';", 0],
    ['src/rules/a.ts', "import { x } from './b.ts';", 0],
    ['src/rules/a.ts', "import { x } from '../engine/index.ts';", 1],
    ['src/rules/a.ts', "import type {\n  X,\n} from '../engine/index.ts';", 1],
    ['src/rules/a.ts', "export { x } from '../../test/support/events.ts';", 1],
    ['src/cli/a.ts', "import { x } from '../engine/index.ts';", 0],
    ['src/cli/a.ts', "import { x } from '../engine/pipeline.ts';", 1],
    ['src/cli/a.ts', "const x = await import('../engine/kernel/errors.ts');", 0],
    ['src/cli/a.ts', "import { x } from '../rules/policy/index.ts';", 0],
    ['src/rules/a.ts', "import { x } from '../engine/errors.ts';", 1],
    ['src/rules/syntax/a.ts', "import { load } from 'js-yaml';", 0],
    ['src/rules/policy/check/a.ts', "import { load } from 'js-yaml';", 1],
    ['src/server/a.ts', "import fastify from 'fastify';", 0],
    ['src/server/a.ts', "import left from 'left-pad';", 1],
    ['src/engine/a.ts', "import { readFileSync } from 'node:fs';", 0],
    ['src/model/a.ts', "import { readFileSync } from 'node:fs';", 1],
    ['src/engine/a.ts', "const x = await import('fastify');", 1],
  ];
  for (const [path, text, expected] of cases) {
    it(`${expected === 0 ? 'allow' : 'refuse'} ${text.replaceAll('\n', ' ')} in ${path}`, () => {
      assert.equal(checkImports(aFile(path, text)).length, expected);
    });
  }
});

describe('Style rules', () => {
  const body = (lines: number): string => '  f();\n'.repeat(lines);
  const cases: readonly (readonly [string, StyleRule, string, string])[] = [
    ['long files', linesAtMost(2), '//\n//', '//\n//\n//'],
    ['many exports', exportsAtMost(1), 'export {};', 'export {};\nexport {};'],
    ['wide lines', linesAreNarrow, 'x'.repeat(100), 'x'.repeat(101)],
    ['wide lines with tabs', linesAreNarrow, '\t'.repeat(12), '\t'.repeat(13)],
    ['files without a purpose', startsWithPurpose, '#!/bin/sh\n# Why.', 'let x;\n// Why.'],
    ['put-off work', nothingPutOff, '// to do so', `// TO${''}DO`],
    [
      'long functions',
      functionsAtMost(5),
      `export function format(): void {\n${body(3)}}`,
      `export function format(): void {\n${body(4)}}`,
    ],
    [
      'long functions with long heads',
      functionsAtMost(7),
      `function a(\n  b: number,\n): void {\n${body(3)}}`,
      `function a(\n  b: number,\n): void {\n${body(4)}}`,
    ],
    [
      'long methods',
      functionsAtMost(5),
      `class A {\n  a(): void {\n${body(3)}  }\n}`,
      `class A {\n  a(): void {\n${body(4)}  }\n}`,
    ],
    [
      'long arrow functions',
      functionsAtMost(5),
      `const a = () => {\n${body(3)}};`,
      `const a = () => {\n${body(4)}};`,
    ],
    [
      'long C functions',
      functionsInCAtMost(5),
      `int a(void)\n{\n${body(3)}}`,
      `int a(void)\n{\n${body(4)}}`,
    ],
  ];
  for (const [name, rule, good, bad] of cases) {
    it(`find ${name} and nothing else`, () => {
      assert.deepStrictEqual(
        [rule(aFile('src/a/b.ts', good)).length, rule(aFile('src/a/b.ts', bad)).length],
        [0, 1],
      );
    });
  }

  it('find names that say nothing', () => {
    const names = ['src/a/string-utils.ts', 'src/a/sensor-manager.ts', 'src/a/string-table.ts'];

    assert.deepStrictEqual(
      names.map((path) => nameSaysSomething(aFile(path, '')).length),
      [1, 0, 0],
    );
  });
});
