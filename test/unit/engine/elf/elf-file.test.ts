/** ELF files: the programs of the tests, and damaged copies of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ElfFile } from '../../../../src/engine/elf/elf-file.ts';
import { findPlace, SensorFileError } from '../../../../src/engine/elf/index.ts';

/** The program that runs this test is an ELF file with symbols everywhere. */
const PROGRAM = process.execPath;
const DAMAGES = 400;

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SensorFileError) return error.code;
    throw error;
  }
  return 'none';
}

function aFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'elf-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'file');
}

describe('findPlace', () => {
  it('finds a function where the address of it says', () => {
    const offset = findPlace(PROGRAM, { kind: 'symbol', symbol: 'main', offset: 0 });

    const further = findPlace(PROGRAM, { kind: 'symbol', symbol: 'main', offset: 4 });

    assert.ok(offset > 0);
    assert.equal(further, offset + 4);
    assert.equal(findPlace(PROGRAM, { kind: 'offset', offset: 4096 }), 4096);
  });

  it('says what is missing', (t) => {
    const text = aFile(t);
    writeFileSync(text, '#!/bin/sh\nexit 0\n'.repeat(10));
    const symbol = { kind: 'symbol', symbol: 'no_such_function_here', offset: 0 } as const;

    assert.equal(
      codeOf(() => findPlace(PROGRAM, symbol)),
      'ENGINE_SYMBOL_MISSING',
    );
    assert.equal(
      codeOf(() => findPlace(text, symbol)),
      'ENGINE_FILE_INVALID',
    );
    assert.equal(
      codeOf(() => findPlace('/nonexistent', symbol)),
      'ENGINE_FILE_UNREADABLE',
    );
    const far = { kind: 'address', address: 2 ** 50 } as const;
    assert.equal(
      codeOf(() => findPlace(PROGRAM, far)),
      'ENGINE_SYMBOL_MISSING',
    );
  });
});

describe('damaged ELF files', () => {
  it('are refused with a code or read as far as they go', (t) => {
    const path = aFile(t);
    const head = readFileSync('/bin/true');
    let state = 12_345;
    const random = (max: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state % max;
    };

    for (let round = 0; round < DAMAGES; round += 1) {
      const bytes = Buffer.from(head.subarray(0, 64 + random(head.length)));
      // Headers of the file are first, those of sections last.
      for (let flips = 0; flips < 8; flips += 1) {
        const at = random(2) === 0 ? random(1024) : bytes.length - 1 - random(2048);
        bytes[Math.min(Math.max(at, 16), bytes.length - 1)] = random(256);
      }
      writeFileSync(path, bytes);

      const code = codeOf(() => {
        findPlace(path, { kind: 'symbol', symbol: 'main', offset: 0 });
        ElfFile.open(path).close();
      });

      assert.match(code, /^(none|ENGINE_FILE_INVALID|ENGINE_SYMBOL_MISSING)$/);
    }
  });
});
