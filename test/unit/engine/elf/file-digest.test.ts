/** Digests of files, and build ids, against what other tools say of the same file. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { hasDigest, withOpenFile } from '../../../../src/engine/elf/index.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-digest-'));
const PROGRAM = join(BASE, 'program');
const TEXT = join(BASE, 'text');
// Longer than what is read at once.
writeFileSync(PROGRAM, randomBytes(2_500_000));
writeFileSync(TEXT, 'no program');
after(() => rmSync(BASE, { recursive: true }));

const sum = (algorithm: string, path: string): string =>
  execFileSync(`${algorithm}sum`, [path], { encoding: 'utf8' }).split(' ', 1)[0] ?? '';

describe('hasDigest', () => {
  it('agrees with the tools for every algorithm', () => {
    for (const algorithm of ['sha1', 'sha256', 'sha384', 'sha512']) {
      const digest = sum(algorithm, PROGRAM);
      assert.equal(hasDigest(PROGRAM, [`${algorithm}:${digest}`]), true, algorithm);
      assert.equal(hasDigest(TEXT, [`${algorithm}:${digest}`]), false, algorithm);
    }
  });

  it('holds when any of them does', () => {
    const wrong = `sha256:${'0'.repeat(64)}`;
    const right = `sha256:${sum('sha256', TEXT)}`;
    assert.equal(hasDigest(TEXT, [wrong, right]), true);
    assert.equal(hasDigest(TEXT, [wrong]), false);
    assert.equal(hasDigest(TEXT, []), false);
  });

  it('refuses what is no file or no program, by the path that people know', () => {
    const fails = (path: string, digest: string, code: string): void =>
      assert.throws(() => hasDigest(path, [digest], '/shown'), { code, message: /^\/shown/ });
    fails(join(BASE, 'none'), `sha1:${'0'.repeat(40)}`, 'ENGINE_FILE_UNREADABLE');
    fails(BASE, `sha1:${'0'.repeat(40)}`, 'ENGINE_FILE_UNREADABLE');
    fails(TEXT, 'build-id:00', 'ENGINE_FILE_INVALID');
  });
});

describe('withOpenFile', () => {
  it('keeps to the file that was opened', () => {
    const path = join(BASE, 'replaced');
    writeFileSync(path, 'before');
    const digest = `sha256:${sum('sha256', path)}`;
    const held = withOpenFile(path, (opened) => {
      writeFileSync(join(BASE, 'next'), 'after');
      renameSync(join(BASE, 'next'), path);
      return [hasDigest(opened, [digest]), hasDigest(path, [digest])];
    });
    assert.deepStrictEqual(held, [true, false]);
  });

  it('says what cannot be opened', () => {
    const open = (): unknown => withOpenFile(join(BASE, 'none'), () => true);
    assert.throws(open, { code: 'ENGINE_FILE_UNREADABLE' });
  });
});
