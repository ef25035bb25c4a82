/** The automaton of SubString against a search for each value. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Automaton, buildAutomaton } from '../../../../src/engine/sensors/automaton.ts';
import { aRandom } from '../../../support/random.ts';

const ACCEPTS = 0x8000_0000;

/** What the kernel does with a text: one cell a byte. */
function search(automaton: Automaton, dimension: number, text: string): bigint {
  const { cells, classCount, classes, starts, accepting } = automaton;
  let state = starts[dimension] ?? 0;
  let found = 0n;
  for (const byte of Buffer.from(text, 'latin1')) {
    const cell = cells[state * classCount + (classes[0][byte] ?? 0)] ?? 0;
    state = cell % ACCEPTS;
    if (cell >= ACCEPTS) found |= accepting[dimension]?.get(state) ?? 0n;
  }
  return found;
}

describe('buildAutomaton', () => {
  it('finds the values that a text contains, for random values and texts', () => {
    const random = aRandom(99);
    const word = (length: number): string =>
      Array.from({ length }, () => 'ab/'[random(3)]).join('');
    for (let round = 0; round < 300; round++) {
      const sets = [0, 1].map(() => ({
        rows: new Map(
          Array.from({ length: 1 + random(6) }, (_, bit) => [
            word(1 + random(5)),
            1n << BigInt(bit),
          ]),
        ),
      }));
      const automaton = buildAutomaton(sets);
      const text = word(random(20));
      for (const [dimension, { rows }] of sets.entries()) {
        const expected = [...rows].reduce(
          (set, [value, bits]) => (text.includes(value) ? set | bits : set),
          0n,
        );
        assert.equal(
          search(automaton, dimension, text),
          expected,
          `${[...rows.keys()]} in ${text}`,
        );
      }
    }
  });

  it('gives both cases of a letter the class of the small one when case is folded', () => {
    const { classes } = buildAutomaton([{ rows: new Map([['ab', 1n]]) }]);
    const [exact, folded] = classes;

    assert.deepStrictEqual(
      [exact[0x41], folded[0x41] === exact[0x61], folded[0x42] === exact[0x62]],
      [0, true, true],
    );
  });

  it('refuses more values than the kernel has cells for', () => {
    const values = Array.from({ length: 400 }, (_, number) => [
      `${number}${'x'.repeat(3000)}`,
      1n,
    ]) satisfies [string, bigint][];

    assert.throws(() => buildAutomaton([{ rows: new Map(values) }]), { code: 'ENGINE_HOOK_FULL' });
  });
});
