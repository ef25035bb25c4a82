/** The search for the longest prefix, as the kernel does it, against looking at all of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LengthTrees, type SearchedPrefixes } from '../../../../src/engine/sensors/length-tree.ts';
import { aRandom, type Random } from '../../../support/random.ts';

interface Found {
  readonly set: bigint;
  readonly tries: number;
}

function search(trees: LengthTrees, { root, rows }: SearchedPrefixes, text: string): Found {
  let set = 0n;
  let tries = 0;
  let node = root === 0 ? undefined : trees.nodes[root];
  while (node !== undefined) {
    tries += 1;
    const row = node.length <= text.length ? rows.get(text.slice(0, node.length)) : undefined;
    set = row ?? set;
    const next = row === undefined ? node.shorter : node.longer;
    node = next === 0 ? undefined : trees.nodes[next];
  }
  return { set, tries };
}

function all(prefixes: ReadonlyMap<string, bigint>, text: string): bigint {
  return [...prefixes].reduce((set, [key, own]) => (text.startsWith(key) ? set | own : set), 0n);
}

function randomBits(random: Random, longest: number): string {
  return Array.from({ length: random(longest + 1) }, () => random(2)).join('');
}

describe('the search by lengths', () => {
  it('finds the selectors of every prefix that a text has', () => {
    const random = aRandom(5);
    for (let round = 0; round < 300; round++) {
      const trees = new LengthTrees();
      const dimensions = [1, 2].map(() => {
        const keys = Array.from({ length: random(12) }, () => randomBits(random, 9));
        const prefixes = new Map(keys.map((key, bit) => [key, 1n << BigInt(bit)]));
        return { prefixes, searched: trees.add(prefixes) };
      });
      for (const { prefixes, searched } of dimensions) {
        for (let index = 0; index < 40; index++) {
          const text = randomBits(random, 12);
          assert.equal(search(trees, searched, text).set, all(prefixes, text), text);
        }
      }
    }
  });

  it('tries as many lengths as their number has binary digits', () => {
    const prefixes = new Map(Array.from({ length: 255 }, (_, length) => ['a'.repeat(length), 1n]));
    const trees = new LengthTrees();
    const searched = trees.add(prefixes);

    assert.equal(search(trees, searched, 'a'.repeat(300)).tries, 8);
    assert.equal(search(trees, searched, 'b').tries, 8);
  });

  it('does not search where there is no prefix', () => {
    assert.deepStrictEqual(new LengthTrees().add(new Map()), { root: 0, rows: new Map() });
  });
});
