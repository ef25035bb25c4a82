/** Lists of CPUs as the kernel writes them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCpus } from '../../../../src/engine/sensors/loader-sensor.ts';

describe('parseCpus', () => {
  const cases: readonly (readonly [text: string, cpus: readonly number[]])[] = [
    ['0\n', [0]],
    ['0-3\n', [0, 1, 2, 3]],
    ['0,2-3,8\n', [0, 2, 3, 8]],
  ];
  for (const [text, cpus] of cases) {
    it(`reads ${text.trim()}`, () => assert.deepStrictEqual(parseCpus(text), cpus));
  }
});
