/** The generator reads what limits.h and enums may say, and refuses what it does not understand. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeEnums } from '../../../../scripts/records/write-enums.ts';
import { writeLimits } from '../../../../scripts/records/write-limits.ts';
import { InvariantError } from '../../../../src/model/errors.ts';

const constantsOf = (source: string): readonly string[] =>
  source.split('\n').filter((line) => line.startsWith('export'));

describe('record generator', () => {
  it('evaluates sums and products of numbers and names', () => {
    const header = '#define A 3\n#define B (A * 8)\n#define C\t(B + 2 * (A - 1))\n#define D_H\n';

    assert.deepStrictEqual(constantsOf(writeLimits(header)), [
      'export const A = 3;',
      'export const B = 24;',
      'export const C = 28;',
    ]);
  });

  for (const expression of ['(1 << 3)', 'UNKNOWN', '(1', '1 2', '"text"']) {
    it(`refuses ${expression}`, () => {
      assert.throws(() => writeLimits(`#define A ${expression}\n`), InvariantError);
    });
  }

  it('takes the name of the enum from its values', () => {
    const values = [
      { name: 'COLOR_RED', value: 0 },
      { name: 'COLOR_DARK_RED', value: 8 },
    ];

    const [constant] = writeEnums([{ name: 'color', values }]).match(/export const[^;]*;/) ?? [];

    assert.equal(constant, 'export const COLOR = {\n  RED: 0,\n  DARK_RED: 8,\n} as const;');
  });

  it('refuses an enum value without the name of its enum', () => {
    const values = [{ name: 'RED', value: 0 }];

    assert.throws(() => writeEnums([{ name: 'color', values }]), InvariantError);
  });
});
