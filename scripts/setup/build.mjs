/** Builds the probes, the native part and the TypeScript, each only when its sources changed. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { announce, ask, CHECKOUT, run, TOOLS } from './steps.mjs';

const PRODUCT_MAKEFILES = ['bpf', 'native'];
/** Folders below which any Makefile builds something that tests or benchmarks need. */
const TEST_MAKEFILE_ROOTS = ['test', 'bench'];
const TYPESCRIPT_ROOTS = ['src', 'test', 'bench', 'scripts'];
const OUTPUT = join(CHECKOUT, 'build');
const STAMP = join(OUTPUT, '.warder-sources');
const OUTPUT_SUFFIX = /\.(js|js\.map|d\.ts)$/;

/** Brings every output up to date. Throws a SetupError below the output of the tool. */
export function buildAll(mode) {
  const roots = mode === 'test' ? TEST_MAKEFILE_ROOTS : [];
  const below = roots.flatMap((root) => listFiles(join(CHECKOUT, root), /^Makefile$/)).map(dirname);
  for (const directory of PRODUCT_MAKEFILES) make(directory, 'all');
  if (mode === 'test') make('native', 'fixtures');
  for (const directory of below) make(relative(CHECKOUT, directory), 'all');
  compileTypeScript();
}

/** Make knows best what is old; it is asked first, so that an idle set-up stays silent. */
function make(path, target) {
  if (!existsSync(join(CHECKOUT, path, 'Makefile'))) return;
  if (ask('make', ['-q', '-C', path, target]).status === 0) return;
  announce(`building "${target}" of ${path}/Makefile`);
  const remedy = 'see the output of the compiler above';
  const args = ['-s', '-j', String(availableParallelism()), '-C', path, target];
  run('make', args, { code: 'SETUP_BUILD_FAILED', remedy });
}

function compileTypeScript() {
  const sources = TYPESCRIPT_ROOTS.flatMap((root) => listFiles(join(CHECKOUT, root), /\.ts$/));
  const digest = digestOf([...sources, join(CHECKOUT, 'tsconfig.json')]);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest) return;
  announce('compiling the TypeScript');
  removeOrphans(OUTPUT, new Set(sources.map((path) => relative(CHECKOUT, path))));
  const remedy = 'see the output of the compiler above';
  run(join(TOOLS, 'tsc'), [], { code: 'SETUP_BUILD_FAILED', remedy });
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(STAMP, digest);
}

/** Sizes and times, not contents: this takes milliseconds, and the compiler checks contents. */
function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.sort()) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function listFiles(directory, name) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return listFiles(path, name);
    return name.test(entry.name) ? [path] : [];
  });
}

/** The compiler keeps the output of a deleted source, and the test runner would still run it. */
function removeOrphans(directory, sources) {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) removeOrphans(path, sources);
    else if (OUTPUT_SUFFIX.test(entry.name) && !sources.has(sourceOf(path))) rmSync(path);
  }
}

function sourceOf(output) {
  return relative(OUTPUT, output).replace(OUTPUT_SUFFIX, '.ts');
}
