/**
 * Writes the generated pages of docs/reference. `--check` writes nothing and exits with 1 when a
 * page differs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatePages } from './docs/generate-pages.ts';

// This runs from build/scripts.
const CHECKOUT = join(import.meta.dirname, '../..');

async function main(argv: readonly string[]): Promise<number> {
  const pages = await generatePages(CHECKOUT);
  const stale = [...pages].filter(([path, text]) => readPage(path) !== text);
  if (argv.includes('--check')) {
    for (const [path] of stale) process.stderr.write(`${path}: not as generated\n`);
    if (stale.length > 0) process.stderr.write('run: npm run generate\n');
    return stale.length > 0 ? 1 : 0;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(CHECKOUT, path)), { recursive: true });
    writeFileSync(join(CHECKOUT, path), text);
    process.stdout.write(`wrote ${path}\n`);
  }
  return 0;
}

function readPage(path: string): string {
  const file = join(CHECKOUT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

process.exitCode = await main(process.argv.slice(2));
