/**
 * Every operator on every type it applies to, decided by the kernel: a case that holds, a twin that
 * does not.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { HookEvent } from '../../src/model/event.ts';
import { useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-match-'));
const ACT = join(BASE, 'act');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
after(() => rmSync(BASE, { recursive: true }));

interface Case {
  readonly operator: string;
  readonly values: readonly string[];
  readonly holds: readonly string[];
  readonly twin: readonly string[];
}

/** A hook argument of one type, and how the trigger is made to pass a value there. */
interface Subject {
  readonly type: string;
  readonly call: string;
  readonly index: number;
  command(value: string): readonly string[];
  readonly cases: readonly Case[];
}

const MEDIUM = `${BASE}/${'m'.repeat(100)}`;
const LARGE = `${BASE}/${'v'.repeat(200)}/${'w'.repeat(200)}`;

function aCase(
  operator: string,
  values: readonly string[],
  outcome: Omit<Case, 'operator' | 'values'>,
): Case {
  return { operator, values, ...outcome };
}

function under(...names: readonly string[]): readonly string[] {
  return names.map((name) => `${BASE}/${name}`);
}

const TEXT_CASES: readonly Case[] = [
  aCase('Equal', under('a', 'b'), { holds: under('a', 'b'), twin: under('ab', 'A') }),
  aCase('NotEqual', under('a', 'b'), { holds: under('c', 'ab'), twin: under('a', 'b') }),
  aCase('Prefix', under('e', 'ef'), { holds: under('e', 'efg', 'ex'), twin: under('d', 'fe') }),
  aCase('Postfix', ['.key', 'y'], { holds: under('a.key', 'y'), twin: under('a.keys', 'a.ke') }),
  aCase('Equal', [MEDIUM], { holds: [MEDIUM], twin: [`${MEDIUM}m`, MEDIUM.slice(0, -1)] }),
  aCase('Equal', [LARGE], { holds: [LARGE], twin: [`${LARGE}w`, LARGE.slice(0, -1)] }),
  aCase('Prefix', [LARGE.slice(0, 240)], { holds: [LARGE], twin: [MEDIUM] }),
  aCase('Equal', under('é'), { holds: under('é'), twin: under('è') }),
  aCase('NotPrefix', under('e'), { holds: under('d', 'fe'), twin: under('e', 'efg') }),
  aCase('NotPostfix', ['.key'], { holds: under('a.keys'), twin: under('a.key') }),
  aCase('Prefix', [LARGE.slice(0, 300)], { holds: [LARGE], twin: [`${LARGE.slice(0, 290)}x`] }),
  aCase('Postfix', [LARGE.slice(-300)], { holds: [LARGE], twin: [`${LARGE}w`] }),
  // With what the random name of the directory cannot have.
  aCase('SubString', ['+cre', 'z-z'], {
    holds: under('se+cret', 'z-zz'),
    twin: under('SE+CRET', '+CRE'),
  }),
  aCase('SubStringIgnCase', ['+CRE'], {
    holds: under('sE+cReT', '+cre'),
    twin: under('+cr-e', '+c'),
  }),
];

const INT_CASES: readonly Case[] = [
  aCase('Equal', ['0x200000', '3'], { holds: ['0x200000', '3'], twin: ['0', '1'] }),
  aCase('NotEqual', ['0', '0x80000'], { holds: ['1', '2'], twin: ['0', '0x80000'] }),
  aCase('Mask', ['0x2', '0x200000'], {
    holds: ['2', '0x200001', '3'],
    twin: ['0', '1', '0x40000'],
  }),
  aCase('Equal', ['-1'], { holds: ['0xffffffff'], twin: ['1', '0x7fffffff'] }),
  aCase('GT', ['1'], { holds: ['2', '0x200000'], twin: ['1', '0', '0xffffffff'] }),
  aCase('LT', ['1'], { holds: ['0', '0xffffffff'], twin: ['1', '2'] }),
  aCase('InRange', ['1:2', '0x100'], { holds: ['1', '2', '0x100'], twin: ['0', '3', '0x101'] }),
  aCase('NotInRange', ['1:2'], { holds: ['0', '3'], twin: ['1', '2'] }),
  aCase('InMap', ['3', '0x200:0x300'], { holds: ['3', '0x2ff'], twin: ['4', '0x301'] }),
  aCase('NotInMap', ['0', '3'], { holds: ['1'], twin: ['0', '3'] }),
];

/** Of the number that is passed only the lower bits are of the type. */
const NARROW_CASES: Readonly<Record<string, readonly Case[]>> = {
  int8: [
    aCase('LT', ['0'], { holds: ['0x180', '0xff'], twin: ['0x17f', '0x100'] }),
    aCase('Equal', ['-1'], { holds: ['0xff'], twin: ['0xfe'] }),
  ],
  int16: [aCase('GT', ['-2'], { holds: ['0xffff', '0x10000'], twin: ['0x8000', '0x0fffe'] })],
  int64: [
    aCase('LT', ['-5'], {
      holds: ['0xfffffffffffffff0', '0x8000000000000000'],
      twin: ['0xfffffffffffffffb', '0', '7'],
    }),
  ],
  uint8: [aCase('GT', ['0x7f'], { holds: ['0x180', '0xff'], twin: ['0x17f', '0x100'] })],
  uint16: [aCase('Equal', ['0xffff'], { holds: ['0x1ffff'], twin: ['0x10000'] })],
  uint32: [
    aCase('GT', ['0x7fffffff'], { holds: ['0x80000000'], twin: ['0x7fffffff', '0x100000000'] }),
  ],
};

const SIZE_CASES: readonly Case[] = [
  aCase('Equal', ['4294967296', '7'], { holds: ['4294967296', '7'], twin: ['0', '4294967303'] }),
  aCase('NotEqual', ['0'], { holds: ['4294967296', '1'], twin: ['0'] }),
  aCase('Mask', ['0x8000000000000001'], {
    holds: ['1', '0x8000000000000000'],
    twin: ['2', '0x4000000000000000'],
  }),
  aCase('Equal', ['18446744073709551615'], {
    holds: ['0xffffffffffffffff'],
    twin: ['0xffffffff'],
  }),
];

const open = (value: string): readonly string[] => ['open', value, '0'];

const SUBJECTS: readonly Subject[] = [
  { type: 'string', call: 'sys_openat', index: 1, command: open, cases: TEXT_CASES },
  {
    type: 'int',
    call: 'sys_openat',
    index: 2,
    command: (value) => ['open', '/dev/null', value],
    cases: INT_CASES,
  },
  {
    type: 'size_t',
    call: 'sys_lseek',
    index: 1,
    command: (value) => ['seek', value],
    cases: SIZE_CASES,
  },
  ...Object.entries(NARROW_CASES).map(([type, cases]) => ({
    ...{ type, call: 'sys_lseek', index: 1, cases },
    command: (value: string) => ['seek', value],
  })),
  { type: 'file', call: 'security_file_open', index: 0, command: open, cases: TEXT_CASES },
  {
    type: 'path',
    call: 'vfs_truncate',
    index: 0,
    command: (value) => ['truncate', value, '1'],
    cases: TEXT_CASES,
  },
];

function policyOf({ type, call, index }: Subject, { operator, values }: Case): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: match}
spec:
  kprobes:
  - call: ${call}
    syscall: ${call.startsWith('sys_')}
    args: [{index: ${index}, type: ${type}}]
    selectors:
    - matchBinaries: [{operator: In, values: [${ACT}]}]
      matchArgs: [{index: ${index}, operator: ${operator}, values: ${JSON.stringify(values)}}]`;
}

/** The value of an event's argument as the cases spell it, for comparison. */
function argumentText(event: HookEvent): string {
  const value = event.args[0]?.value;
  if (value === undefined) return '';
  if ('value' in value) return String(value.value);
  return value.kind === 'file' || value.kind === 'path' ? value.path : '';
}

const WIDTHS: Readonly<Record<string, number>> = {
  ...{ int8: 8, int16: 16, int: 32, int64: 64 },
  ...{ uint8: 8, uint16: 16, uint32: 32, size_t: 64 },
};

function spelled(type: string, value: string): string {
  const bits = WIDTHS[type];
  if (bits === undefined) return value;
  const isSigned = type.startsWith('int');
  return String(
    isSigned ? BigInt.asIntN(bits, BigInt(value)) : BigInt.asUintN(bits, BigInt(value)),
  );
}

describe('matchArgs', () => {
  for (const subject of SUBJECTS) {
    for (const one of subject.cases) {
      const [value = ''] = one.values;
      const place = `${subject.type}, ${value.length} characters`;
      it(`decides ${one.operator} on ${place}: …${value.slice(-9)}`, async (t) => {
        const fentry = thisKernel().capabilities.find((found) => found.name === 'fentry');
        const isSyscall = subject.call.startsWith('sys_');
        if (!isSyscall && fentry && !requireCapability(t, 'fentry', fentry)) return;
        const live = useLivePolicies(t);
        assert.equal(live.load(policyOf(subject, one))[0]?.state, 'enabled');

        for (const given of [...one.holds, ...one.twin]) {
          if (given.startsWith(BASE)) {
            mkdirSync(dirname(given), { recursive: true });
            writeFileSync(given, 'text');
          }
          spawnSync(ACT, subject.command(given));
        }
        const seen = new Set((await live.eventsOf('match')).map(argumentText));

        const isSeen = (given: string): boolean => seen.has(spelled(subject.type, given));
        assert.deepStrictEqual(
          { holds: one.holds.filter(isSeen), twin: one.twin.filter(isSeen) },
          { holds: one.holds, twin: [] },
        );
      });
    }
  }

  it('reports memory that cannot be read, and lets NotEqual hold for it', async (t) => {
    const live = useLivePolicies(t);
    const subject = { ...SUBJECTS[0], type: 'string', call: 'sys_openat', index: 1 } as const;
    const never = aCase('NotEqual', ['/nowhere'], { holds: [], twin: [] });
    live.load(policyOf({ ...subject, command: open, cases: [] }, never));

    const { pid } = spawnSync(ACT, ['open-bad-address']);
    const events = await live.eventsOf('match');

    const unreadable = events.filter(({ args }) => args[0]?.value.kind === 'unreadable');
    assert.deepStrictEqual(
      unreadable.map(({ process }) => process.tgid),
      [pid],
    );
  });
});

describe('matchBinaries', () => {
  const policy = (operator: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: binaries}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchBinaries: [{operator: ${operator}, values: [${ACT}, ${BASE}/third]}]
      matchArgs: [{index: 1, operator: Equal, values: [987654321]}]`;

  for (const { operator, expected } of [
    { operator: 'In', expected: ['act', 'third'] },
    { operator: 'NotIn', expected: ['other'] },
  ]) {
    it(`${operator} looks at the executable, not at the name it was called by`, async (t) => {
      const live = useLivePolicies(t);
      for (const name of ['other', 'third']) copyFileSync(ACT, join(BASE, name));
      live.load(policy(operator));

      const pids = new Map(
        ['act', 'third', 'other'].map((name) => [
          spawnSync(join(BASE, name), ['seek', '987654321'], { argv0: ACT }).pid,
          name,
        ]),
      );
      const events = await live.eventsOf('binaries');

      assert.deepStrictEqual(
        events.map(({ process }) => pids.get(process.tgid)),
        expected,
      );
    });
  }
});
