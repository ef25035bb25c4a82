/** The process table: who is whose parent, what is reported once, what stays resolvable. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProcessTable } from '../../../../src/engine/process/process-table.ts';
import { NO_FLAGS } from '../../../support/events.ts';
import {
  argsBytes,
  someExitFacts,
  someForkFacts,
  someImageFacts,
  someSeedFacts,
} from '../../../support/facts.ts';

const GRACE_NS = 2_000_000_000n;

function tableWithShell(): ProcessTable {
  const table = new ProcessTable({ nodeName: 'node-1' });
  table.seed(someSeedFacts());
  return table;
}

/** Lets time pass by an exec of an unrelated process. */
function passTime(table: ProcessTable, timeNs: bigint): void {
  table.exec(
    someImageFacts({ tgid: 900, startNs: timeNs, timeNs, parentTgid: 0, parentStartNs: 0n }),
  );
}

describe('ProcessTable lineage', () => {
  it('gives an exec its real parent as it is now', () => {
    const table = tableWithShell();
    table.fork(someForkFacts());

    const { process, parent } = table.exec(someImageFacts());

    assert.equal(process.binary, '/usr/bin/ls');
    assert.equal(parent?.binary, '/usr/bin/bash');
    assert.equal(process.parentExecId, parent?.execId);
  });

  it('gives a forked child its own id and a copy of its parent', () => {
    const table = tableWithShell();
    const shell = table.lookup(100, 1_000_001n).process;

    const child = table.fork(someForkFacts());

    assert.deepStrictEqual(child.argv, shell.argv);
    assert.equal(child.binary, shell.binary);
    assert.notEqual(child.execId, shell.execId);
    assert.deepStrictEqual(child.flags, { ...NO_FLAGS, clone: true });
    assert.deepStrictEqual(table.lookup(200, 2_000_000n), { process: child, parent: shell });
  });

  it('gives a child the image of who forked it, whoever its parent is', () => {
    const table = tableWithShell();
    const forker = { tgid: 150, startNs: 1_500_000n };
    table.exec(someImageFacts(forker));

    const { tgid: forkerTgid, startNs: forkerStartNs } = forker;
    const child = table.fork(someForkFacts({ forkerTgid, forkerStartNs }));
    const { parent } = table.lookup(child.tgid, child.startNs);

    assert.deepStrictEqual([child.binary, child.argv], ['/usr/bin/ls', ['ls', '-l']]);
    assert.equal(parent?.binary, '/usr/bin/bash');
    assert.equal(child.parentExecId, parent?.execId);
  });

  it('keeps the parent as it was when the child started, also after the parent execs', () => {
    const table = tableWithShell();
    table.fork(someForkFacts());
    table.exec(someImageFacts());

    table.exec(someSeedFacts({ startNs: 1_000_002n, filename: '/usr/bin/vi', timeNs: 3_000_000n }));

    assert.equal(table.lookup(200, 2_000_001n).parent?.binary, '/usr/bin/bash');
  });

  it('lists ancestors from the parent upward, through those that exited', () => {
    const table = tableWithShell();
    table.exec(someImageFacts());
    table.fork(
      someForkFacts({ tgid: 300, startNs: 3_000_000n, parentTgid: 200, parentStartNs: 2_000_001n }),
    );
    table.exit(someExitFacts());
    passTime(table, 3n * GRACE_NS);

    const grandchild = table.lookup(300, 3_000_000n).process;

    const names = table.ancestors(grandchild).map((process) => process.binary);
    assert.deepStrictEqual(names, ['/usr/bin/ls', '/usr/bin/bash']);
  });

  it('names the parent by id when its records were lost', () => {
    const table = new ProcessTable({ nodeName: 'node-1' });

    const { process, parent } = table.exec(someImageFacts());

    assert.equal(parent, undefined);
    assert.equal(process.parentExecId, Buffer.from('node-1:1000001:100').toString('base64'));
  });
});

describe('ProcessTable keys', () => {
  it('finds by two halves what it finds by the whole key', () => {
    const table = tableWithShell();
    const startNs = (7n << 32n) | 0xffff_fff0n;
    table.exec(someImageFacts({ startNs }));

    assert.deepStrictEqual(table.lookupParts(200, 0xffff_fff0, 7), table.lookup(200, startNs));
    assert.equal(table.lookupParts(200, 0xffff_fff0, 7).process.flags.unknown, false);
    assert.equal(table.lookupParts(200, 0xffff_fff0, 8).process.flags.unknown, true);
  });

  it('counts and flags what it does not know', () => {
    const table = tableWithShell();

    const { process, parent } = table.lookup(100, 999n);

    assert.deepStrictEqual(process.flags, { ...NO_FLAGS, unknown: true });
    assert.equal(process.execId, Buffer.from('node-1:999:100').toString('base64'));
    assert.equal(parent, undefined);
    assert.equal(table.counts().unknownLookups, 1);
  });

  it('tells two processes of one reused pid apart', () => {
    const table = tableWithShell();
    table.exec(someImageFacts({ filename: '/bin/old' }));
    table.exit(someExitFacts());

    table.exec(someImageFacts({ startNs: 9_000_001n, filename: '/bin/new' }));

    assert.equal(table.lookup(200, 2_000_001n).process.binary, '/bin/old');
    assert.equal(table.lookup(200, 9_000_001n).process.binary, '/bin/new');
  });
});

describe('ProcessTable exit', () => {
  it('reports an exit once', () => {
    const table = tableWithShell();
    table.exec(someImageFacts());

    const first = table.exit(someExitFacts());
    const second = table.exit(someExitFacts());

    assert.equal(first?.process.binary, '/usr/bin/ls');
    assert.equal(first?.parent?.binary, '/usr/bin/bash');
    assert.equal(second, undefined);
  });

  it('reports the exit of an unknown process once, flagged', () => {
    const table = tableWithShell();

    const first = table.exit(someExitFacts());
    const second = table.exit(someExitFacts());

    assert.equal(first?.process.flags.unknown, true);
    assert.equal(second, undefined);
    assert.deepStrictEqual([table.counts().live, table.counts().retained], [1, 1]);
  });

  it('keeps an ended process for two seconds of event time, no longer', () => {
    const table = tableWithShell();
    table.exec(someImageFacts());
    table.exit(someExitFacts({ timeNs: 3_000_000n }));

    passTime(table, 3_000_000n + GRACE_NS - 1n);
    const before = table.lookup(200, 2_000_001n).process.flags.unknown;
    passTime(table, 3_000_000n + GRACE_NS);
    const after = table.lookup(200, 2_000_001n).process.flags.unknown;

    assert.deepStrictEqual([before, after], [false, true]);
  });

  it('keeps an ended parent until its last child is gone', () => {
    const table = tableWithShell();
    table.exec(someImageFacts());
    table.exit(someExitFacts({ tgid: 100, startNs: 1_000_001n }));

    passTime(table, 3n * GRACE_NS);
    const whileChildLives = table.lookup(100, 1_000_001n).process.flags.unknown;
    table.exit(someExitFacts({ timeNs: 3n * GRACE_NS }));
    passTime(table, 4n * GRACE_NS);
    const afterwards = table.lookup(100, 1_000_001n).process.flags.unknown;

    assert.deepStrictEqual([whileChildLives, afterwards], [false, true]);
  });

  it('takes a process for ended when its pid is running another', () => {
    const table = tableWithShell();
    table.exec(someImageFacts());

    table.exec(someImageFacts({ startNs: 9_000_001n }));

    assert.deepStrictEqual([table.counts().live, table.counts().retained], [2, 1]);
  });
});

describe('ProcessTable seeds', () => {
  it('keeps what an exec record said when a seed repeats it', () => {
    const table = tableWithShell();
    table.exec(someImageFacts({ filename: '/usr/local/bin/link-to-ls' }));

    const seeded = table.seed(
      someImageFacts({ filename: '', flags: { ...NO_FLAGS, seeded: true } }),
    );

    assert.equal(seeded.binary, '/usr/local/bin/link-to-ls');
  });

  it('lets an exec record correct what a seed said', () => {
    const table = tableWithShell();
    table.seed(someImageFacts({ filename: '', flags: { ...NO_FLAGS, seeded: true } }));

    table.exec(someImageFacts({ filename: '/usr/local/bin/link-to-ls' }));

    assert.equal(table.lookup(200, 2_000_001n).process.binary, '/usr/local/bin/link-to-ls');
    assert.equal(table.counts().live, 2);
  });

  it('does not bring a replaced image back to life', () => {
    const table = tableWithShell();
    table.exec(someImageFacts({ startNs: 2_000_002n }));

    table.seed(someImageFacts({ flags: { ...NO_FLAGS, seeded: true } }));

    assert.deepStrictEqual([table.counts().live, table.counts().retained], [2, 1]);
    assert.equal(table.lookup(200, 2_000_001n).process.flags.seeded, true);
  });

  it('does not bring an ended process back to life', () => {
    const table = tableWithShell();
    table.exit(someExitFacts());

    const seeded = table.seed(someImageFacts({ flags: { ...NO_FLAGS, seeded: true } }));

    assert.equal(seeded.binary, '/usr/bin/ls');
    assert.equal(table.counts().live, 1);
  });

  it('keeps a seed when the fork record of the same child comes late', () => {
    const table = tableWithShell();
    const seeded = table.seed(someImageFacts({ startNs: 2_000_000n, args: argsBytes('x') }));

    assert.equal(table.fork(someForkFacts()), seeded);
  });
});
