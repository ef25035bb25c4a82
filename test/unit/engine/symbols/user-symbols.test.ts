/** Names of functions of processes: of this test's own program, in a process that is made up. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { findPlace } from '../../../../src/engine/elf/index.ts';
import { UserSymbols } from '../../../../src/engine/symbols/user-symbols.ts';

const PROGRAM = process.execPath;
const START = 0x7f00_0000_0000n;
const MAIN = findPlace(PROGRAM, { kind: 'symbol', symbol: 'main', offset: 0 });
const MAIN_ADDRESS = START + BigInt(MAIN);
const KEY = { tgid: 42, startNs: 12_340_000_001n };

interface Fixture {
  readonly symbols: UserSymbols;
  readonly folder: string;
  readonly clock: { now: number };
}

function hex(value: bigint): string {
  return value.toString(16);
}

function aProcess(t: TestContext, path = PROGRAM, inode = statSync(PROGRAM).ino): Fixture {
  const procfs = mkdtempSync(join(tmpdir(), 'procfs-'));
  t.after(() => rmSync(procfs, { recursive: true }));
  const folder = join(procfs, '42');
  mkdirSync(folder);
  const end = START + BigInt(statSync(PROGRAM).size);
  const maps = [
    `${hex(START)}-${hex(end)} r-xp 00000000 08:01 ${inode} ${path}`,
    '7fff00000000-7fff00001000 r-xp 00000000 00:00 0 [vdso]',
    '7fff00002000-7fff00003000 rw-p 00000000 00:00 0 [stack]',
    '7fff00004000-7fff00005000 rwxp 00000000 00:00 0 ',
  ];
  writeFileSync(join(folder, 'maps'), `${maps.join('\n')}\n`);
  const fields = Array.from({ length: 30 }, (_, place) => (place === 19 ? 1234 : 0));
  writeFileSync(join(folder, 'stat'), `42 (a (b) c) ${fields.join(' ')}\n`);
  const clock = { now: 0 };
  return { symbols: new UserSymbols(procfs, () => clock.now), folder, clock };
}

describe('UserSymbols', () => {
  it('names the function of a program', (t) => {
    const { symbols } = aProcess(t);

    const frames = symbols.name([MAIN_ADDRESS, MAIN_ADDRESS + 5n], KEY);

    assert.deepStrictEqual(frames, [
      { address: MAIN_ADDRESS, symbol: 'main', offset: 0, module: PROGRAM },
      { address: MAIN_ADDRESS + 5n, symbol: 'main', offset: 5, module: PROGRAM },
    ]);
  });

  it('knows what is no function of a file', (t) => {
    const { symbols } = aProcess(t);
    const addresses = [0x7fff00000010n, 0x7fff00002010n, 0x7fff00004010n, 0n];

    const frames = symbols.name(addresses, KEY);

    assert.deepStrictEqual(
      frames.map(({ symbol, offset, module }) => [symbol, offset, module]),
      [
        ['', 16, '[vdso]'],
        ['', 0, ''],
        ['', 16, ''],
        ['', 0, ''],
      ],
    );
  });

  it('gives the place in the file when the file is another one by now, or gone', (t) => {
    const files = [
      [PROGRAM, statSync(PROGRAM).ino + 1],
      ['/nonexistent', 7],
    ] as const;
    for (const [path, inode] of files) {
      const { symbols } = aProcess(t, path, inode);

      assert.deepStrictEqual(symbols.name([MAIN_ADDRESS], KEY), [
        { address: MAIN_ADDRESS, symbol: '', offset: MAIN, module: path },
      ]);
    }
  });

  it('goes on with what it read of a process that ended', (t) => {
    const { symbols, folder, clock } = aProcess(t);
    symbols.name([MAIN_ADDRESS], KEY);
    rmSync(folder, { recursive: true });
    clock.now = 10_000;

    const [frame] = symbols.name([MAIN_ADDRESS], KEY);

    assert.equal(frame?.symbol, 'main');
  });

  it('does not take another process of the same number for it', (t) => {
    const { symbols } = aProcess(t);

    const [frame] = symbols.name([MAIN_ADDRESS], { tgid: 42, startNs: 99_000_000_000n });

    assert.deepStrictEqual(frame, { address: MAIN_ADDRESS, symbol: '', offset: 0, module: '' });
  });

  it('looks again when a library was loaded since', (t) => {
    const { symbols, folder, clock } = aProcess(t);
    const address = 0x7e00_0000_0000n + BigInt(MAIN);
    assert.equal(symbols.name([address], KEY)[0]?.symbol, '');
    const inode = statSync(PROGRAM).ino;
    writeFileSync(
      join(folder, 'maps'),
      `7e0000000000-7ef000000000 r-xp 00000000 08:01 ${inode} ${PROGRAM}\n`,
    );

    clock.now = 100;

    assert.equal(symbols.name([address], KEY)[0]?.symbol, 'main');
  });
});
