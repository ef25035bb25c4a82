/** Names the probes of a build: programs and maps of another one cannot be gone on with. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The same for the same object files, and for no others. */
export function buildId(objectDirectory: string): string {
  const hash = createHash('sha256');
  const names = readdirSync(objectDirectory).filter((name) => name.endsWith('.bpf.o'));
  for (const name of names.sort()) {
    const bytes = readFileSync(join(objectDirectory, name));
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}
