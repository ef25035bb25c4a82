/**
 * The meaning of policies, written without rows, sets or tries, and random policies and runs to
 * compare an implementation with it. The same seed gives the same cases.
 */
import type { HookMember } from '../../src/engine/sensors/join-plans.ts';
import type {
  ArgumentMatch,
  BinaryMatch,
  BinaryOperator,
  NumberRange,
  SelectorPlan,
  TextOperator,
} from '../../src/model/plan.ts';
import {
  type ProcessRun,
  processHolds,
  randomProcessMatches,
  randomProcessRun,
} from './process-model.ts';
import { one, type Random, some } from './random.ts';

/** One run of a hook: what it is called with, and by whom. */
export interface Run extends ProcessRun {
  /** Argument 0, a string. */
  readonly text: string;
  /** Arguments 1 and 2, a size_t and an int64. */
  readonly unsigned: bigint;
  readonly signed: bigint;
  readonly binary: string;
  /** Executables of its ancestors. */
  readonly ancestors: readonly string[];
}

const LONG = `/very/${'long/'.repeat(60)}`;
const LONGER = `${LONG}${'er/'.repeat(120)}`;

const TEXTS: readonly string[] = [
  ...['/etc/shadow', '/etc/shadow-', '/etc/ssh/key', '/tmp/a', '/etc', '/a/shadow', 'é', ''],
  ...[LONG, LONGER, `${LONGER}end`, `${LONG}x`, '/ETC/Shadow', 'aabaab', 'abababc'],
];
const AFFIXES: readonly string[] = [
  ...['/etc', '/etc/sh', '/e', '/', 'shadow', 'w', '/tmp/a', 'key', 'é'],
  ...[LONG, LONGER, LONGER.slice(0, 252), LONGER.slice(0, 504), LONGER.slice(-252)],
  ...[LONGER.slice(-300), `${LONGER.slice(-253)}end`, LONGER.slice(0, 400)],
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

/** Whether every condition of the selector holds. */
export function selectorHolds(selector: SelectorPlan, run: Run): boolean {
  return (
    selector.matchBinaries.every((match) => binaryHolds(match, run)) &&
    processHolds(selector, run) &&
    selector.matchArgs.every((match) => argumentHolds(match, run))
  );
}

/** A selector that posts, with these conditions. */
export function aSelector(parts: Partial<SelectorPlan>): SelectorPlan {
  return {
    matchArgs: [],
    matchBinaries: [],
    matchParentBinaries: [],
    matchPids: [],
    matchNamespaces: [],
    matchCapabilities: [],
    matchNamespaceChanges: [],
    matchCapabilityChanges: [],
    actions: [{ kind: 'Post' }],
    ...parts,
  };
}

/** A policy with the arguments of a Run. */
export function aMember(policyName: string, selectors: readonly SelectorPlan[]): HookMember {
  return {
    policyName,
    plan: {
      hook: { kind: 'function', name: 'f' },
      source: 'kprobes[0]',
      arguments: [
        { index: 1, type: 'string', label: '' },
        { index: 0, type: 'size_t', label: '' },
        { index: 2, type: 'int64', label: '' },
      ],
      selectors,
      message: '',
      tags: [],
      optional: false,
    },
  };
}

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
    binary: one(random, BINARIES),
    ancestors: some(random, BINARIES, 2),
    ...randomProcessRun(random),
  };
}

function binaryHolds({ operator, followChildren, values }: BinaryMatch, run: Run): boolean {
  const holds: Readonly<Record<string, (value: string) => boolean>> = {
    In: (value) => value === run.binary || (followChildren && run.ancestors.includes(value)),
    Prefix: (value) => run.binary.startsWith(value),
    Postfix: (value) => run.binary.endsWith(value),
  };
  const isNegated = operator.startsWith('Not');
  return values.some(holds[operator.replace('Not', '')] ?? (() => false)) !== isNegated;
}

function argumentHolds(match: ArgumentMatch, run: Run): boolean {
  if (match.kind === 'text') return textHolds(match.operator, match.values, run.text);
  const value = match.argument === 1 ? run.unsigned : run.signed;
  if (match.kind === 'range') {
    const isInside = match.ranges.some(({ min, max }) => min <= value && value <= max);
    return isInside === (match.operator === 'InRange');
  }
  const bits = BigInt.asUintN(64, value);
  if (match.operator === 'Mask') return match.values.some((mask) => (mask & bits) !== 0n);
  return match.values.includes(bits) === (match.operator === 'Equal');
}

/** Text that is empty is found nowhere; bytes are compared, and only letters of ASCII fold. */
function textHolds(operator: TextOperator, values: readonly string[], text: string): boolean {
  const some = (test: (value: string) => boolean): boolean => text !== '' && values.some(test);
  const folded = (word: string): string => word.replace(/[A-Z]/g, (c) => c.toLowerCase());
  switch (operator) {
    case 'Equal':
      return some((value) => text === value);
    case 'NotEqual':
      return !some((value) => text === value);
    case 'Prefix':
      return some((value) => text.startsWith(value));
    case 'NotPrefix':
      return !some((value) => text.startsWith(value));
    case 'Postfix':
      return some((value) => text.endsWith(value));
    case 'NotPostfix':
      return !some((value) => text.endsWith(value));
    case 'SubString':
      return some((value) => text.includes(value));
    case 'SubStringIgnCase':
      return some((value) => folded(text).includes(folded(value)));
  }
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
  switch (random(4)) {
    case 0: {
      const operator = one(random, ['Equal', 'NotEqual', 'Mask'] as const);
      const argument = 1 + random(2);
      return { kind: 'number', argument, operator, values: some(random, NUMBERS, 3) };
    }
    case 1:
      return randomRange(random);
    default:
      return randomText(random);
  }
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
    ...(['Postfix', 'NotPostfix', 'SubString', 'SubStringIgnCase'] as const),
  ]);
  const isWhole = operator === 'Equal' || operator === 'NotEqual';
  const isPart = operator === 'SubString' || operator === 'SubStringIgnCase';
  const from = isWhole ? TEXTS.filter((text) => text !== '') : isPart ? PARTS : AFFIXES;
  return { kind: 'text', argument: 0, operator, values: some(random, from, 3) };
}
