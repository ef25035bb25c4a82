/** What the process table holds when there is more than it may: evictions, and flat memory. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProcessTable } from '../../../../src/engine/process/process-table.ts';
import {
  someExitFacts,
  someForkFacts,
  someImageFacts,
  someSeedFacts,
} from '../../../support/facts.ts';

const SECOND_NS = 1_000_000_000n;
const GRACE_NS = 2n * SECOND_NS;

function tableWithShell(capacity: number): ProcessTable {
  const table = new ProcessTable({ nodeName: 'node-1', capacity });
  table.seed(someSeedFacts());
  return table;
}

/** Lets time pass by an exec of an unrelated process. */
function passTime(table: ProcessTable, timeNs: bigint): void {
  table.exec(
    someImageFacts({ tgid: 900, startNs: timeNs, timeNs, parentTgid: 0, parentStartNs: 0n }),
  );
}

describe('ProcessTable bounds', () => {
  it('evicts the image that ended first, and counts it', () => {
    const table = tableWithShell(3);
    table.exec(someImageFacts({ tgid: 201 }));
    table.exit(someExitFacts({ tgid: 201 }));
    table.exec(someImageFacts({ tgid: 202 }));
    table.exit(someExitFacts({ tgid: 202 }));

    table.exec(someImageFacts({ tgid: 203 }));

    assert.deepStrictEqual(table.counts(), {
      live: 2,
      retained: 1,
      capacity: 3,
      evicted: 1,
      unknownLookups: 0,
    });
    assert.equal(table.lookup(202, 2_000_001n).process.flags.unknown, false);
    assert.equal(table.lookup(201, 2_000_001n).process.flags.unknown, true);
  });

  it('never evicts a live process', () => {
    const table = tableWithShell(2);

    for (let tgid = 201; tgid <= 205; tgid += 1) table.exec(someImageFacts({ tgid }));

    assert.equal(table.lookup(100, 1_000_001n).process.flags.unknown, false);
    assert.deepStrictEqual([table.counts().live, table.counts().evicted], [6, 0]);
  });

  it('does not lose the parent of the image for which it makes room', () => {
    const table = new ProcessTable({ nodeName: 'node-1', capacity: 2 });
    table.exec(someImageFacts({ tgid: 100, startNs: 1_000_001n, parentTgid: 0 }));
    table.exec(someImageFacts({ tgid: 201 }));
    table.exit(someExitFacts({ tgid: 100, startNs: 1_000_001n }));
    table.exit(someExitFacts({ tgid: 201 }));

    const { parent } = table.exec(someImageFacts({ tgid: 202 }));

    assert.equal(parent?.tgid, 100);
    assert.equal(table.lookup(100, 1_000_001n).process.flags.unknown, false);
  });

  it('does not keep an image that a wrong record made its own parent', () => {
    const table = new ProcessTable({ nodeName: 'node-1' });
    table.exec(someImageFacts());
    table.exec(someImageFacts({ parentTgid: 200, parentStartNs: 2_000_001n }));
    table.exit(someExitFacts());

    passTime(table, 3n * GRACE_NS);

    assert.equal(table.lookup(200, 2_000_001n).process.flags.unknown, true);
  });

  it('stays flat over many short processes', () => {
    const table = tableWithShell(5000);
    const peak = churn(table, 100_000);

    assert.ok(peak <= 5000, `held ${peak} images`);
    passTime(table, 1_000n * SECOND_NS);
    assert.deepStrictEqual([table.counts().live, table.counts().retained], [2, 0]);
  });

  it('stays flat when every process is forked by the one before and outlives it', () => {
    const table = tableWithShell(500);

    for (let index = 0n; index < 5000n; index += 1n) {
      const timeNs = SECOND_NS * (index + 1n);
      const previous =
        index === 0n ? someSeedFacts() : { tgid: 1999 + Number(index), startNs: index };
      table.fork({
        ...someForkFacts({ tgid: 2000 + Number(index), startNs: index + 1n, timeNs }),
        parentTgid: previous.tgid,
        parentStartNs: previous.startNs,
      });
      table.exit({ tgid: previous.tgid, startNs: previous.startNs, timeNs });
    }

    const { live, retained } = table.counts();
    assert.deepStrictEqual([live, live + retained <= 500], [1, true]);
  });

  it('stays flat when one process execs without end', () => {
    const table = tableWithShell(500);

    for (let index = 0n; index < 5000n; index += 1n) {
      table.exec(someImageFacts({ startNs: 2_000_001n + index, timeNs: 2_500_000n + index }));
    }

    const { live, retained } = table.counts();
    assert.deepStrictEqual([live, live + retained], [2, 500]);
  });
});

/** Forks, execs and ends `count` processes, 10,000 per second; gives the largest table seen. */
function churn(table: ProcessTable, count: number): number {
  let peak = 0;
  for (let index = 0; index < count; index += 1) {
    const tgid = 1000 + (index % 30_000);
    const startNs = BigInt(index) * 100_000n + 3_000_000n;
    table.fork(someForkFacts({ tgid, startNs, timeNs: startNs }));
    table.exec(someImageFacts({ tgid, startNs: startNs + 1n, timeNs: startNs }));
    table.exit({ tgid, startNs: startNs + 1n, timeNs: startNs });
    const { live, retained } = table.counts();
    peak = Math.max(peak, live + retained);
  }
  return peak;
}
