/** Quarantines come back from what was written down, as far as they are in force. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type KnownQuarantine,
  readQuarantines,
  type SavedQuarantine,
  saveQuarantine,
} from '../../../../src/engine/response/saved-quarantine.ts';

const TREE: KnownQuarantine = {
  id: 7,
  scope: 'tree',
  process: { tgid: 42, startNs: 2n ** 60n + 1n },
  rule: 'rule-1',
  reason: 'why',
  since: '2026-01-02T03:04:05Z',
  processes: 3,
};
const { process: _, ...REST } = TREE;
const CGROUP: KnownQuarantine = { ...REST, id: 8, scope: 'cgroup', cgroupId: 2n ** 63n };

function written(...all: readonly KnownQuarantine[]): readonly SavedQuarantine[] {
  return JSON.parse(JSON.stringify(all.map(saveQuarantine)));
}

describe('quarantines that were written down', () => {
  it('come back as they were', () => {
    assert.deepStrictEqual(readQuarantines(written(TREE, CGROUP), [7, 8]), [TREE, CGROUP]);
  });

  it('are left out when the kernel does not have them', () => {
    assert.deepStrictEqual(readQuarantines(written(TREE, CGROUP), [8]), [CGROUP]);
  });

  it('are listed without words when only the kernel has them', () => {
    const [one] = readQuarantines([], [9]);

    assert.deepStrictEqual([one?.id, one?.process], [9, undefined]);
    assert.match(one?.reason ?? '', /made by an earlier agent/);
  });

  const [saved] = written(TREE);
  const damages: readonly object[] = [
    { scope: 'all' },
    { tgid: 'x' },
    { startNs: '-1' },
    { startNs: 7 },
    { rule: null },
    { processes: '3' },
  ];
  for (const damage of damages) {
    it(`are not believed with ${JSON.stringify(damage)}`, () => {
      const damaged: SavedQuarantine = JSON.parse(JSON.stringify({ ...saved, ...damage }));
      const [one] = readQuarantines([damaged], [7]);

      assert.match(one?.reason ?? '', /made by an earlier agent/);
    });
  }
});
