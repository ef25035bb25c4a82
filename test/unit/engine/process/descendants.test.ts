/** Who descends from a process: over dead parents, over execs, over siblings that forked. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ProcessTable } from '../../../../src/engine/process/process-table.ts';
import { someExitFacts, someForkFacts, someImageFacts } from '../../../support/facts.ts';

const SECOND = 1_000_000_000n;

let table = new ProcessTable({ nodeName: 'n' });

beforeEach(() => {
  table = new ProcessTable({ nodeName: 'n' });
});

/** Process `tgid` starts at that second, forked by `forker`, which is its parent unless said. */
function fork(tgid: number, forker: number, parent = forker): void {
  const timeNs = BigInt(tgid) * SECOND;
  const [forkerStartNs, parentStartNs] = [BigInt(forker) * SECOND, BigInt(parent) * SECOND];
  table.fork(
    someForkFacts({
      ...{ tgid, startNs: timeNs, timeNs, parentTgid: parent, parentStartNs },
      ...{ forkerTgid: forker, forkerStartNs },
    }),
  );
}

function exit(tgid: number, atNs = BigInt(tgid) * SECOND): void {
  table.exit(someExitFacts({ tgid, startNs: BigInt(tgid) * SECOND, timeNs: atNs }));
}

function descendantsOf(tgid: number, startNs = BigInt(tgid) * SECOND): readonly number[] {
  const found = table.descendants({ tgid, startNs }).map((process) => process.tgid);
  return [...new Set(found)].toSorted((a, b) => a - b);
}

describe('descendants', () => {
  it('are children and theirs, and not the process, its parent or its siblings', () => {
    fork(10, 1);
    fork(20, 10);
    fork(21, 10);
    fork(30, 20);

    assert.deepStrictEqual(descendantsOf(20), [30]);
    assert.deepStrictEqual(descendantsOf(10), [20, 21, 30]);
  });

  it('are found when those in between have ended', () => {
    fork(10, 1);
    fork(20, 10);
    fork(30, 20);
    exit(20, 30n * SECOND);
    fork(60, 1);

    assert.deepStrictEqual(descendantsOf(10), [20, 30]);
  });

  it('are those that it forked, whoever their parent is', () => {
    fork(10, 1);
    fork(20, 10);
    fork(30, 20, 10);
    exit(20, 30n * SECOND);
    fork(31, 30);
    exit(30, 31n * SECOND);
    // Long after; a table without that link would have let go of it.
    fork(90, 1);

    assert.deepStrictEqual(descendantsOf(20), [30, 31]);
    assert.deepStrictEqual(descendantsOf(1, 1n * SECOND), []);
  });

  it('stay those of the forker after an exec', () => {
    fork(10, 1);
    fork(20, 10);
    fork(30, 20, 10);
    const startNs = 30n * SECOND + 1n;
    const parentStartNs = 10n * SECOND;
    const timeNs = 31n * SECOND;
    table.exec(someImageFacts({ tgid: 30, startNs, timeNs, parentTgid: 10, parentStartNs }));

    assert.deepStrictEqual(descendantsOf(20), [30]);
  });

  it('are the same for every image of the process, and none for another one of its pid', () => {
    fork(10, 1);
    fork(20, 10);

    assert.deepStrictEqual(descendantsOf(10, 10n * SECOND + 3n), [20]);
    assert.deepStrictEqual(descendantsOf(10, 11n * SECOND), []);
  });
});

describe('running', () => {
  it('is the process of a pid until it exits', () => {
    fork(10, 1);
    const before = table.running(10)?.startNs;
    exit(10);

    assert.deepStrictEqual(
      [before, table.running(10), table.running(11)],
      [10n * SECOND, undefined, undefined],
    );
  });
});
