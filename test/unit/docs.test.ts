/** Documents that are made from the sources say what the sources say. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { type ErrorTable, readErrorTables } from '../../scripts/docs/error-tables.ts';
import { generatePages } from '../../scripts/docs/generate-pages.ts';
import { parseLimits, readConstant } from '../../scripts/docs/limits-page.ts';
import { METRICS } from '../../src/metrics/table.ts';
import { TETRAGON_METRICS } from '../../src/metrics/tetragon-metrics.ts';
import { repositoryRoot } from '../support/root.ts';

const ROOT = repositoryRoot();
const TABLES = await readErrorTables(join(ROOT, 'build'));

function codesOf(tables: readonly ErrorTable[]): readonly string[] {
  return tables.flatMap(({ rows }) => rows.map(({ code }) => code));
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function listFiles(folder: string, name: RegExp): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path))
    .map((path) => join(folder, path));
}

/** Codes that the files use, in single quotes in TypeScript and double quotes in C. */
function findCodes(files: readonly string[], areas: string): readonly string[] {
  const code = new RegExp(`(?<=['"])(?:${areas})_[A-Z_]+(?=['"])`, 'g');
  return [...new Set(files.flatMap((path) => read(path).match(code) ?? []))].sort();
}

describe('generated pages', async () => {
  for (const [path, text] of await generatePages(ROOT)) {
    it(`are current: ${path}`, () =>
      assert.equal(existsSync(join(ROOT, path)) && read(path), text));
  }
});

describe('error codes', () => {
  const areas = 'POLICY|RULE|SIGMA|FALCO|ENGINE|SINK|EXPORT|SERVER|CONFIG|CLI|K8S';
  const sources = listFiles('src', /\.ts$/).filter((path) => !path.endsWith('/errors.ts'));
  const native = listFiles('native', /\.[ch]$/);

  it('that the sources use are in a table, and the other way round', () => {
    const program = TABLES.filter(({ folder }) => folder.startsWith('src/'));

    assert.deepStrictEqual(findCodes([...sources, ...native], areas), codesOf(program).toSorted());
  });

  it('that the set-up uses are described, and the other way round', () => {
    const setup = TABLES.filter(({ folder }) => folder === 'scripts/setup');
    const scripts = listFiles('scripts', /^setup(\.mjs|\/.*\.mjs)$/);

    assert.deepStrictEqual(findCodes(scripts, 'SETUP'), codesOf(setup).toSorted());
  });

  it('are in one table only', () => {
    const codes = codesOf(TABLES);

    assert.deepStrictEqual([...new Set(codes)], codes);
  });

  it('are all in the reference, and nothing else is', () => {
    const documented = read('docs/reference/errors.md').match(/(?<=^\| `)[A-Z0-9_]+(?=`)/gm) ?? [];

    assert.deepStrictEqual(documented.toSorted(), codesOf(TABLES).toSorted());
  });
});

describe('metrics', () => {
  it('are all in the reference, with type and labels, and nothing else is', () => {
    const page = read('docs/reference/metrics.md');
    const rows = page.match(/^\| `\w+` \| (?:counter|gauge) \| .*$/gm) ?? [];

    const expected = [...METRICS, ...TETRAGON_METRICS].map(({ name, type, labels }) => {
      return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} |`;
    });
    assert.deepStrictEqual(
      rows.map((row) => row.split(' | ', 3).join(' | ')),
      expected.map((row) => row.slice(0, -2)),
    );
  });
});

describe('parseLimits', () => {
  it('gives constants below one comment the same reason', () => {
    const header =
      '/* Why, at\n * length.\n */\n#define A 1\n#define B\t(A * 2)\n\n/* So. */\n#define C 3\n';

    assert.deepStrictEqual(parseLimits(header), [
      { name: 'A', reason: 'Why, at length.' },
      { name: 'B', reason: 'Why, at length.' },
      { name: 'C', reason: 'So.' },
    ]);
  });

  it('refuses a constant without a reason', () => {
    assert.throws(() => parseLimits('/* So. */\n#define A 1\n\n#define B 2\n'), /without a reason/);
  });
});

describe('readConstant', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['const A_MAX = 65_536;', 65_536],
    ['export const A_MAX = 2 * 1024 * 1024;', 2_097_152],
    ['const A_MAX = B_MAX + 1;', undefined],
    ['const AA_MAX = 1;', undefined],
  ];
  for (const [source, expected] of cases) {
    it(`reads ${expected} from ${source}`, () =>
      assert.equal(readConstant(source, 'A_MAX'), expected));
  }
});

describe('links of documents', () => {
  const pages = [
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
    ...listFiles('docs', /\.md$/),
  ];

  it('lead to files that are there', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, target = '']) => join(dirname(page), target))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${page}: ${relative('.', target)}`),
    );

    assert.deepStrictEqual(broken, []);
  });
});
