/**
 * Generates src/engine/records/generated from the kernel side's types. `--check` writes nothing and
 * exits with 1 when what is there differs.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Btf } from '../src/engine/btf/index.ts';
import { generateSources } from './records/generate-sources.ts';

// This runs from build/scripts.
const ROOT = join(import.meta.dirname, '../..');
const OBJECT = join(ROOT, 'build/bpf/record_layout.bpf.o');
const LIMITS = join(ROOT, 'bpf/include/limits.h');
const OUTPUT = join(ROOT, 'src/engine/records/generated');

function format(path: string, text: string): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const { status, stdout, stderr } = spawnSync(biome, ['format', `--stdin-file-path=${path}`], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`biome could not format ${path}: ${stderr}`);
  return stdout;
}

function generate(): ReadonlyMap<string, string> {
  using btf = Btf.ofFile(OBJECT);
  const sources = [...generateSources(btf, readFileSync(LIMITS, 'utf8'))];
  return new Map(sources.map(([name, text]) => [name, format(join(OUTPUT, name), text)]));
}

/** One line per file that is missing, stale or not generated at all. */
function compare(wanted: ReadonlyMap<string, string>): readonly string[] {
  const present = new Set(readdirSync(OUTPUT));
  const problems = [...present].filter((name) => !wanted.has(name)).map((name) => `${name}: extra`);
  for (const [name, text] of wanted) {
    if (!present.has(name)) problems.push(`${name}: missing`);
    else problems.push(...firstDifference(name, text));
  }
  return problems;
}

function firstDifference(name: string, text: string): readonly string[] {
  const actual = readFileSync(join(OUTPUT, name), 'utf8').split('\n');
  const wanted = text.split('\n');
  const line = wanted.findIndex((content, index) => content !== actual[index]);
  if (line === -1 && actual.length === wanted.length) return [];
  const at = line === -1 ? wanted.length : line;
  return [`${name}:${at + 1}: has '${actual[at] ?? ''}', generated '${wanted[at] ?? ''}'`];
}

function main(arguments_: readonly string[]): number {
  const wanted = generate();
  if (arguments_.includes('--check')) {
    const problems = compare(wanted);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length > 0) process.stderr.write('run: npm run generate\n');
    return problems.length > 0 ? 1 : 0;
  }
  mkdirSync(OUTPUT, { recursive: true });
  for (const [name, text] of wanted) writeFileSync(join(OUTPUT, name), text);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
