/** Random policies and runs of hooks. The same seed gives the same ones. */
import type { HookMember } from '../../src/engine/sensors/join-plans.ts';
import type {
  AddressPrefix,
  ArgumentMatch,
  BinaryMatch,
  BinaryOperator,
  NumberRange,
  SelectorPlan,
  TextOperator,
} from '../../src/model/plan.ts';
import { aMember, type Run } from './policy-model.ts';
import { randomProcessMatches, randomProcessRun } from './process-model.ts';
import { one, type Random, some } from './random.ts';

const LONG = `/very/${'long/'.repeat(60)}`;
const LONGER = `${LONG}${'er/'.repeat(120)}`;

const TEXTS: readonly string[] = [
  ...['/etc/shadow', '/etc/shadow-', '/etc/ssh/key', '/tmp/a', '/etc', '/a/shadow', 'é', ''],
  ...[LONG, LONGER, `${LONGER}end`, `${LONG}x`, '/ETC/Shadow', 'aabaab', 'abababc'],
  // A buffer may end with NUL, and the bounds of the sizes of keys.
  ...['/tmp/a\0', LONG.slice(0, 31), LONG.slice(0, 32), LONG.slice(0, 63), LONG.slice(0, 64)],
];
const AFFIXES: readonly string[] = [
  ...['/etc', '/etc/sh', '/e', '/', 'shadow', 'w', '/tmp/a', 'key', 'é'],
  ...[LONG, LONGER, LONGER.slice(0, 252), LONGER.slice(0, 504), LONGER.slice(-252)],
  ...[LONGER.slice(-300), `${LONGER.slice(-253)}end`, LONGER.slice(0, 400), 'a\0', 'a'],
  ...[LONG.slice(0, 32), LONG.slice(0, 63), LONG.slice(0, 256), LONGER.slice(-64)],
];
const PARTS: readonly string[] = [
  ...['sha', 'shadow', 'ETC', 'etc/s', 'ab', 'abc', 'aab', 'b', 'long/er', 'é', 'x', 'baab'],
];
const NUMBERS: readonly bigint[] = [
  ...[0n, 1n, 2n, 4n, 6n, 255n, 256n, 1000n, 0x7fffffffffffffffn],
  ...[0x8000000000000000n, 0xffffffffffffffffn, 0xfffffffffffffff0n, 0x100000000n],
];
const BINARIES: readonly string[] = ['/usr/bin/cat', '/usr/bin/head', '/usr/sbin/sshd', '/a'];
const BINARY_PARTS: readonly string[] = ['/usr/bin/', '/usr', 'head', 'd', '/a', '/usr/bin/cat'];
const CAPABILITIES: readonly bigint[] = [0n, 1n, 1n << 21n, (1n << 21n) | 2n, (1n << 41n) - 1n];

const IPV4 = 0xffffn << 32n;
const ADDRESSES: readonly bigint[] = [
  ...[IPV4 | 0x0a000001n, IPV4 | 0x0a0000ffn, IPV4 | 0xc0a80101n, IPV4 | 0x7f000001n, 1n, 0n],
  ...[0xfd00n << 112n, (0xfd00n << 112n) | 1n, 0x2001_0db8n << 96n],
];
const PREFIXES: readonly AddressPrefix[] = [
  ...[
    { address: IPV4 | 0x0a000000n, bits: 104 },
    { address: IPV4 | 0x0a000001n, bits: 128 },
  ],
  ...[
    { address: IPV4, bits: 96 },
    { address: 0n, bits: 0 },
    { address: 1n, bits: 128 },
  ],
  ...[
    { address: 0xfd00n << 112n, bits: 8 },
    { address: 0x2001_0db8n << 96n, bits: 32 },
  ],
];
const PORTS: readonly number[] = [0, 22, 53, 443, 1023, 1024, 8080, 65535];
const FILE_TYPES: readonly number[] = [0o100000, 0o040000, 0o140000, 0o020000];

export function randomMembers(random: Random): readonly HookMember[] {
  return Array.from({ length: 1 + random(4) }, (_, policy) =>
    aMember(
      `p${policy}`,
      Array.from({ length: 1 + random(4) }, () => randomSelector(random)),
    ),
  );
}

export function randomRun(random: Random): Run {
  return {
    text: one(random, TEXTS),
    unsigned: one(random, NUMBERS),
    signed: BigInt.asIntN(64, one(random, NUMBERS)),
    socket: {
      family: one(random, [1, 2, 10]),
      protocol: one(random, [6, 17, 1]),
      state: 1 + random(12),
      source: one(random, ADDRESSES),
      destination: one(random, ADDRESSES),
      sourcePort: one(random, PORTS),
      destinationPort: one(random, PORTS),
    },
    before: one(random, CAPABILITIES),
    after: one(random, CAPABILITIES),
    fileType: one(random, FILE_TYPES),
    binary: one(random, BINARIES),
    ancestors: some(random, BINARIES, 2),
    ...randomProcessRun(random),
  };
}

function randomSelector(random: Random): SelectorPlan {
  const sometimes = <T>(make: () => T): readonly T[] => (random(4) === 0 ? [make()] : []);
  return {
    matchArgs: Array.from({ length: random(4) }, () => randomMatch(random)),
    matchBinaries: sometimes(() => randomBinaries(random)),
    matchParentBinaries: [],
    ...randomProcessMatches(random),
    actions: [{ kind: 'Post' }],
  };
}

function randomBinaries(random: Random): BinaryMatch {
  const operator = one<BinaryOperator>(random, [
    ...(['In', 'NotIn', 'Prefix', 'NotPrefix', 'Postfix', 'NotPostfix'] as const),
  ]);
  const isWhole = operator === 'In' || operator === 'NotIn';
  return {
    operator,
    followChildren: isWhole && random(2) === 1,
    values: some(random, isWhole ? BINARIES.slice(0, 3) : BINARY_PARTS, 2),
  };
}

function randomMatch(random: Random): ArgumentMatch {
  switch (random(6)) {
    case 4:
      return randomSocketMatch(random);
    case 5:
      return randomOddMatch(random);
    case 0: {
      const operator = one(random, ['Equal', 'NotEqual', 'Mask', 'NotMask'] as const);
      const argument = 1 + random(2);
      return { kind: 'number', argument, operator, values: some(random, NUMBERS, 3) };
    }
    case 1:
      return randomRange(random);
    default:
      return randomText(random);
  }
}

function randomSocketMatch(random: Random): ArgumentMatch {
  if (random(2) === 1) {
    return {
      kind: 'address',
      argument: 3,
      end: one(random, ['source', 'destination'] as const),
      operator: one(random, ['In', 'NotIn'] as const),
      prefixes: some(random, PREFIXES, 3),
    };
  }
  const part = one(random, [
    ...(['family', 'protocol', 'state', 'source_port', 'destination_port'] as const),
  ]);
  const isPort = part.endsWith('port');
  const bounds = isPort ? PORTS : [1, 2, 6, 10, 12, 17];
  const ranges = Array.from({ length: 1 + random(2) }, (): NumberRange => {
    const [a, b] = [BigInt(one(random, bounds)), BigInt(one(random, bounds))];
    return a < b ? { min: a, max: b } : { min: b, max: a };
  });
  const operator = random(3) ? 'InRange' : 'NotInRange';
  return { kind: 'range', argument: 3, part, operator, isSigned: false, ranges };
}

function randomOddMatch(random: Random): ArgumentMatch {
  if (random(3) === 1) return { kind: 'gained', argument: 4, after: 5 };
  if (random(2) === 1) return randomPair(random);
  const operator = one(random, ['Equal', 'NotEqual'] as const);
  const values = some(random, FILE_TYPES, 2).map(BigInt);
  return { kind: 'number', argument: 0, part: 'file_type', operator, values };
}

function randomPair(random: Random): ArgumentMatch {
  const relation = one(random, ['sum', 'difference', 'order'] as const);
  const bits = one(random, [32, 64] as const);
  const values = relation === 'order' ? [0n, 1n, 2n] : NUMBERS.map((n) => BigInt.asUintN(bits, n));
  return {
    ...{ kind: 'pair', argument: 1, other: 2, relation, bits, isSigned: random(2) === 1 },
    operator: one(random, ['Equal', 'NotEqual'] as const),
    values: some(random, values, 3),
  };
}

function randomRange(random: Random): ArgumentMatch {
  const isSigned = random(2) === 1;
  const order = (value: bigint): bigint => (isSigned ? BigInt.asIntN(64, value) : value);
  const ranges = Array.from({ length: 1 + random(2) }, (): NumberRange => {
    const [a, b] = [order(one(random, NUMBERS)), order(one(random, NUMBERS))];
    return a < b ? { min: a, max: b } : { min: b, max: a };
  });
  const operator = random(3) ? 'InRange' : 'NotInRange';
  return { kind: 'range', argument: isSigned ? 2 : 1, operator, isSigned, ranges };
}

function randomText(random: Random): ArgumentMatch {
  const operator = one<TextOperator>(random, [
    ...(['Equal', 'NotEqual', 'Prefix', 'NotPrefix'] as const),
    ...(['Postfix', 'NotPostfix', 'SubString', 'NotSubString', 'SubStringIgnCase'] as const),
  ]);
  const isWhole = operator === 'Equal' || operator === 'NotEqual';
  const isPart = operator.includes('SubString');
  const from = isWhole ? TEXTS.filter((text) => text !== '') : isPart ? PARTS : AFFIXES;
  return { kind: 'text', argument: 0, operator, values: some(random, from, 3) };
}
