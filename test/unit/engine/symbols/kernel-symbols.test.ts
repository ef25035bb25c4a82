/** Names of kernel functions, from texts as the kernel writes them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KernelSymbols } from '../../../../src/engine/symbols/kernel-symbols.ts';

const KALLSYMS = [
  '0000000000000000 A fixed_percpu_data',
  'ffffffff81000000 T _stext',
  'ffffffff81000100 T do_open',
  'ffffffff81000100 t do_open_alias',
  'ffffffff81000200 t never_returns',
  'ffffffff81000300 T last_function',
  'ffffffff81000400 T _etext',
  'ffffffff82000000 D some_data',
  'ffffffffc0a00100 t xfs_read\t[xfs]',
  'ffffffffc0b00000 t bpf_prog_1234\t[bpf]',
  '',
].join('\n');

const XFS = 'xfs 4096 1 - Live 0xffffffffc0a00000\n';
const OTHER = 'other 4096 0 - Live 0xffffffffc0c00000\n';
const OTHER_SYMBOL = 'ffffffffc0c00010 t other_read\t[other]\n';

interface World {
  kallsyms: string;
  modules: string;
  now: number;
  reads: number;
}

function aKernel(change: Partial<World> = {}): { world: World; symbols: KernelSymbols } {
  const world = { kallsyms: KALLSYMS, modules: XFS, now: 0, reads: 0, ...change };
  const symbols = new KernelSymbols({
    readKallsyms() {
      world.reads += 1;
      return world.kallsyms;
    },
    readModules: () => world.modules,
    now: () => world.now,
  });
  return { world, symbols };
}

/** The second of two frames is a return address. */
const nameOf = (symbols: KernelSymbols, address: bigint): unknown => {
  const [, frame] = symbols.name([0xffffffff81000110n, address]);
  return frame && [frame.symbol, frame.offset, frame.module];
};

describe('KernelSymbols', () => {
  it('names functions of the kernel and of modules', () => {
    const { symbols } = aKernel();

    const frames = symbols.name([0xffffffff81000110n, 0xffffffffc0a00123n]);

    assert.deepStrictEqual(frames, [
      { address: 0xffffffff81000110n, symbol: 'do_open', offset: 0x10, module: '' },
      { address: 0xffffffffc0a00123n, symbol: 'xfs_read', offset: 0x23, module: 'xfs' },
    ]);
  });

  it('takes a return address for the function that called', () => {
    assert.deepStrictEqual(nameOf(aKernel().symbols, 0xffffffff81000300n), [
      'never_returns',
      0x100,
      '',
    ]);
  });

  const nameless = [
    ['after the text of the kernel', 0xffffffff81000500n],
    ['after a module', 0xffffffffc0a01001n],
    ['in a program that the kernel made code of', 0xffffffffc0b00010n],
    ['of a process', 0x401000n],
  ] as const;
  for (const [what, address] of nameless) {
    it(`has no name for an address ${what}`, () => {
      assert.deepStrictEqual(nameOf(aKernel().symbols, address), ['', 0, '']);
    });
  }

  it('leaves out the calls of the probe, and no others', () => {
    const { symbols } = aKernel();

    const frames = symbols.name([0xffffffffc0b00010n, 0xffffffffc0b00020n, 0xffffffff81000110n]);

    assert.deepStrictEqual(
      frames.map(({ symbol }) => symbol),
      ['do_open'],
    );
    const far = [...Array.from({ length: 8 }, () => 0xffffffff81000110n), 0xffffffffc0b00010n];
    assert.equal(symbols.name(far).length, far.length);
  });

  it('gives addresses only when the kernel hides its own', () => {
    const hidden = KALLSYMS.replaceAll(/^[0-9a-f]{16}/gm, '0000000000000000');
    const { symbols } = aKernel({ kallsyms: hidden });

    assert.deepStrictEqual(symbols.name([0xffffffff81000110n]), [
      { address: 0xffffffff81000110n, symbol: '', offset: 0, module: '' },
    ]);
  });

  it('reads the names once, and again when there is another module', () => {
    const { world, symbols } = aKernel();
    const address = 0xffffffffc0c00018n;
    assert.deepStrictEqual(nameOf(symbols, address), ['', 0, '']);
    world.now = 2000;
    assert.deepStrictEqual(nameOf(symbols, address), ['', 0, '']);
    assert.equal(world.reads, 1);

    world.modules += OTHER;
    world.kallsyms += OTHER_SYMBOL;
    world.now = 4000;

    assert.deepStrictEqual(nameOf(symbols, address), ['other_read', 8, 'other']);
    assert.equal(world.reads, 2);
  });
});
