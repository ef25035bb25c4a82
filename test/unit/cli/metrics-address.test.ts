/** Addresses of metrics, and what is none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CliError } from '../../../src/cli/errors.ts';
import { readMetricsAddress } from '../../../src/cli/metrics-address.ts';

describe('--metrics-address', () => {
  const good: readonly (readonly [text: string, host: string, port: number])[] = [
    ['127.0.0.1:2112', '127.0.0.1', 2112],
    ['[::1]:2112', '::1', 2112],
    [':2112', '', 2112],
    ['node-1.example.org:0', 'node-1.example.org', 0],
    ['localhost:65535', 'localhost', 65_535],
  ];
  for (const [text, host, port] of good) {
    it(`takes ${text}`, () => assert.deepStrictEqual(readMetricsAddress(text), { host, port }));
  }

  const bad = [
    '2112',
    'localhost',
    'a:65536',
    '::1:2112',
    '[::1]',
    '[x]:1',
    'a b:1',
    'a:',
    'a:1\n',
  ];
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const isRefused = (error: unknown): boolean =>
        error instanceof CliError && error.code === 'CONFIG_OPTION_INVALID';
      assert.throws(() => readMetricsAddress(text), isRefused);
    });
  }

  it('is none when it is empty', () => {
    assert.deepStrictEqual(
      [readMetricsAddress(undefined), readMetricsAddress('')],
      [undefined, undefined],
    );
  });
});
