/** Which probes can write to programs: the kernel logs loads of them, and locks may forbid them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { repositoryRoot } from '../support/root.ts';

const OBJECTS = join(repositoryRoot(), 'build/bpf');

/** A call of helper 36, bpf_probe_write_user. */
const CALL: Buffer = Buffer.from([0x85, 0, 0, 0, 36, 0, 0, 0]);

function callsHelper(path: string): boolean {
  const bytes = readFileSync(path);
  let at = bytes.indexOf(CALL);
  // Instructions are at multiples of their size.
  while (at >= 0 && at % CALL.length !== 0) at = bytes.indexOf(CALL, at + 1);
  return at >= 0;
}

describe('bpf_probe_write_user', () => {
  it('is called by the object for Set, by what proves it, and by no other', () => {
    const objects = readdirSync(OBJECTS).filter((name) => name.endsWith('.bpf.o'));

    assert.deepStrictEqual(objects.filter((name) => callsHelper(join(OBJECTS, name))).sort(), [
      'capability.bpf.o',
      'generic_usdt_set.bpf.o',
    ]);
  });
});
