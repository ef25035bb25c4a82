/** Lines of JSON out of pieces of a stream. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readJsonLines } from '../../../src/kubernetes/api/json-lines.ts';
import { KubernetesError } from '../../../src/kubernetes/errors.ts';

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size)
    yield bytes.subarray(start, start + size);
}

/** The values, and the code of the error that ended them. */
async function read(text: string, size: number, bytesMax = 1000): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  try {
    const lines = readJsonLines(piecesOf(Buffer.from(text), size), bytesMax);
    for await (const value of lines) found.push(value);
  } catch (error) {
    assert.ok(error instanceof KubernetesError);
    found.push(error.code);
  }
  return found;
}

describe('readJsonLines', () => {
  const text = '{"a":"é→"}\n\n[1,2]\r\n "x" \n';

  it('gives the same values however the stream is cut', async () => {
    for (let size = 1; size <= text.length + 4; size++) {
      assert.deepStrictEqual(await read(text, size), [{ a: 'é→' }, [1, 2], 'x']);
    }
  });

  it('keeps numbers of 64 bits as they are', async () => {
    const line = '{"a":[9007199254740993,-9223372036854775808,12,1.5e300],"b":"9007199254740993"}';

    assert.deepStrictEqual(await read(`${line}\n`, 7), [
      {
        a: ['9007199254740993', '-9223372036854775808', 12, 1.5e300],
        b: '9007199254740993',
      },
    ]);
  });

  it('stops at the first line that is not JSON', async () => {
    assert.deepStrictEqual(await read('1\n{"a":\n2\n', 3), [1, 'K8S_ANSWER_INVALID']);
  });

  it('does not take half a line for a whole one', async () => {
    assert.deepStrictEqual(await read('1\n23', 2), [1, 'K8S_SERVER_UNREACHABLE']);
  });

  it('gives up on a line without end, and not on one that just fits', async () => {
    assert.deepStrictEqual(await read('1234567890\n', 3, 10), [1_234_567_890]);
    assert.deepStrictEqual(await read('12345678901', 3, 10), ['K8S_ANSWER_INVALID']);
  });
});
