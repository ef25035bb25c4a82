/** Arguments of user static probes, in the notation of both architectures. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseUsdtArguments } from '../../../../src/engine/elf/usdt-argument.ts';

const RAX = 80;
const RBX = 40;
const RDI = 112;
const R8 = 72;
const RSP = 152;

const CASES: readonly (readonly [string, object])[] = [
  ['-4@%edi', { size: 4, isSigned: true, kind: 'register', register: RDI }],
  ['8@%rax', { size: 8, isSigned: false, kind: 'register', register: RAX }],
  ['1@%al', { size: 1, isSigned: false, kind: 'register', register: RAX }],
  ['2@%r8w', { size: 2, isSigned: false, kind: 'register', register: R8 }],
  ['-8@$-5', { size: 8, isSigned: true, kind: 'constant', value: -5n }],
  ['8@$77', { size: 8, isSigned: false, kind: 'constant', value: 77n }],
  ['4@(%rax)', { size: 4, isSigned: false, kind: 'memory', register: RAX, displacement: 0n }],
  ['-4@-20(%rsp)', { size: 4, isSigned: true, kind: 'memory', register: RSP, displacement: -20n }],
  [
    '8@16(%rax,%rbx,4)',
    {
      ...{ size: 8, isSigned: false, kind: 'memory', register: RAX, displacement: 16n },
      index: { register: RBX, scale: 4 },
    },
  ],
  ['-4@w3', { size: 4, isSigned: true, kind: 'register', register: 24 }],
  ['8@[sp, 12]', { size: 8, isSigned: false, kind: 'memory', register: 248, displacement: 12n }],
  ['8@[x19]', { size: 8, isSigned: false, kind: 'memory', register: 152, displacement: 0n }],
  ['4@1234', { size: 4, isSigned: false, kind: 'constant', value: 1234n }],
  ['4@counter+8(%rip)', { size: 4, isSigned: false, kind: 'unknown' }],
  ['4@%xmm0', { size: 4, isSigned: false, kind: 'unknown' }],
];

describe('parseUsdtArguments', () => {
  for (const [text, expected] of CASES) {
    it(`reads ${text}`, () => {
      assert.deepStrictEqual(parseUsdtArguments(text), [expected]);
    });
  }

  it('reads several and none', () => {
    const kinds = parseUsdtArguments('-4@%edi 8@[sp, 12] 8@$5').map(({ kind }) => kind);

    assert.deepStrictEqual(kinds, ['register', 'memory', 'constant']);
    assert.deepStrictEqual(parseUsdtArguments(''), []);
  });
});
