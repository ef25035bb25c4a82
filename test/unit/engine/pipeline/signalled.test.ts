/** Who was signalled in the kernel is told before anything is made of the records. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OUTCOME_FLAG } from '../../../../src/engine/records/generated/enums.ts';
import { setUpPipeline } from '../../../support/memory-pipeline.ts';
import { execBytes, hookBytes } from '../../../support/record-bytes.ts';

const hook = (sequence: number, tgid: number, outcome: number): Buffer =>
  hookBytes(
    { sequence, tgid },
    { hookId: 7, generation: 3, selectors: [], arguments: [], outcome },
  );

function toldOf(...urgent: readonly Buffer[]): readonly (number | string)[] {
  const told: (number | string)[] = [];
  const { rings, pipeline } = setUpPipeline({
    onSignalled: (tgid) => told.push(tgid),
    publish: () => told.push('published'),
  });
  rings.bulk(execBytes({ sequence: 1, tgid: 100 }, { binary: '/bin/ls', args: 'ls' }));
  if (urgent.length > 0) rings.urgent(...urgent);
  pipeline.wake();
  return told;
}

describe('a process that the kernel has signalled', () => {
  it('is told of first', () => {
    assert.deepStrictEqual(toldOf(hook(2, 100, OUTCOME_FLAG.SIGNALLED)), [100, 'published']);
    const both = OUTCOME_FLAG.SIGNALLED | OUTCOME_FLAG.OVERRIDDEN;
    assert.deepStrictEqual(toldOf(hook(2, 101, both)), [101, 'published']);
  });

  it('is told of only where a signal was sent', () => {
    assert.deepStrictEqual(toldOf(), ['published']);
    assert.deepStrictEqual(toldOf(hook(2, 100, OUTCOME_FLAG.OVERRIDDEN)), ['published']);
    assert.deepStrictEqual(toldOf(hook(2, 100, OUTCOME_FLAG.SIGNAL_FAILED)), ['published']);
  });
});
