/** Writing to whatever standard output is connected to. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { createChunkWriter } from '../../../src/cli/chunk-writer.ts';

describe('createChunkWriter', () => {
  it('writes whole chunks to a file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'chunk-writer-'));
    const file = join(directory, 'out');
    const fd = openSync(file, 'w');
    try {
      const writeChunk = createChunkWriter(Object.assign(new PassThrough(), { fd }));

      await writeChunk(Buffer.from('one\n'));
      await writeChunk(Buffer.from('two\n'));

      assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
    } finally {
      closeSync(fd);
      rmSync(directory, { recursive: true });
    }
  });

  it('rejects with the error of the system call', async () => {
    const fd = openSync('/dev/full', 'w');
    try {
      const writeChunk = createChunkWriter(Object.assign(new PassThrough(), { fd }));

      await assert.rejects(writeChunk(Buffer.from('x')), { code: 'ENOSPC' });
    } finally {
      closeSync(fd);
    }
  });
});
