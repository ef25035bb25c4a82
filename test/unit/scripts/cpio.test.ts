/** The archive a guest boots from. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeArchive } from '../../../scripts/guest/cpio.ts';

interface Header {
  readonly path: string;
  readonly mode: string;
  readonly size: number;
}

/** Reads headers the way the kernel does: fixed fields, name and data each padded to four bytes. */
function readHeaders(archive: Buffer): readonly Header[] {
  const headers: Header[] = [];
  let offset = 0;
  while (offset < archive.length) {
    const field = (index: number): number =>
      Number.parseInt(
        archive.toString('latin1', offset + 6 + index * 8, offset + 14 + index * 8),
        16,
      );
    assert.equal(archive.toString('latin1', offset, offset + 6), '070701');
    const nameEnd = offset + 110 + field(11);
    const path = archive.toString('latin1', offset + 110, nameEnd - 1);
    headers.push({ path, mode: field(1).toString(8), size: field(6) });
    offset = align(align(nameEnd) + field(6));
  }
  return headers;
}

function align(offset: number): number {
  return (offset + 3) & ~3;
}

describe('writeArchive', () => {
  it('writes files, devices and the folders they are in, each folder once', () => {
    const archive = writeArchive([
      { kind: 'file', path: 'a/b/init', mode: 0o755, data: Buffer.from('12345') },
      { kind: 'file', path: 'a/c', mode: 0o644, data: Buffer.from('1234') },
      { kind: 'device', path: 'dev/null', mode: 0o666, major: 1, minor: 3 },
      { kind: 'directory', path: 'proc' },
    ]);

    assert.deepStrictEqual(readHeaders(archive), [
      { path: 'a', mode: '40755', size: 0 },
      { path: 'a/b', mode: '40755', size: 0 },
      { path: 'a/b/init', mode: '100755', size: 5 },
      { path: 'a/c', mode: '100644', size: 4 },
      { path: 'dev', mode: '40755', size: 0 },
      { path: 'dev/null', mode: '20666', size: 0 },
      { path: 'proc', mode: '40755', size: 0 },
      { path: 'TRAILER!!!', mode: '0', size: 0 },
    ]);
  });
});
