/**
 * Random expressions with what they mean. The meaning is computed on the values themselves, without
 * anything that the compiler of expressions uses. The same seed gives the same ones.
 */
import type { NumberType } from '../../src/model/argument-types.ts';
import { one, type Random } from './random.ts';

/** Values of the arguments: `arg0` is a string, the others are numbers of these types. */
export interface ExpressionValues {
  readonly text: string;
  readonly numbers: readonly [bigint, bigint];
}

export interface RandomExpression {
  readonly text: string;
  holds(values: ExpressionValues): boolean;
}

interface RandomNumber {
  readonly text: string;
  value(values: ExpressionValues): bigint;
}

/** Types that the numbers may have. */
export type ExpressionNumber = Exclude<
  NumberType,
  'capability' | 'bpf_cmd' | 'syscall64' | 'kernel_cap_t' | `cap_${string}`
>;

const WIDTHS: Readonly<Record<ExpressionNumber, readonly [bits: number, isSigned: boolean]>> = {
  ...{ int: [32, true], uint32: [32, false], int64: [64, true], size_t: [64, false] },
  ...{ int8: [8, true], uint8: [8, false], int16: [16, true], uint16: [16, false] },
};

export const EXPRESSION_NUMBERS: readonly ExpressionNumber[] = [
  ...(['int', 'uint32', 'int64', 'size_t', 'int8', 'uint8', 'int16', 'uint16'] as const),
];

const INTERESTING: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 4n, 7n, 8n, 100n, 127n, 128n, 200n, 255n, 256n, 32767n, 65535n],
  ...[0x7fffffffn, 0x80000000n, 0xffffffffn, 0x7fffffffffffffffn, 0xffffffffffffffffn],
  ...[-1n, -2n, -128n],
];
const TEXTS: readonly string[] = [
  ...['/etc/shadow', '/etc/passwd', '/etc', '/tmp/a b', "it's", 'é"', '', 'aab', '\\', '$5'],
];
const PARTS: readonly string[] = ['/etc', '/', 'shadow', 'a', 'ab', "'", 'é', 'b', '\\', '$5'];

/** A value that an argument of the type can have. */
export function randomNumber(random: Random, type: ExpressionNumber): bigint {
  const [bits, isSigned] = WIDTHS[type];
  return wrap(one(random, INTERESTING) + BigInt(random(5)) - 2n, bits, isSigned);
}

export function randomText(random: Random): string {
  return one(random, TEXTS);
}

/** A condition that nests at most `depth` deep. */
export function randomExpression(
  random: Random,
  types: readonly [ExpressionNumber, ExpressionNumber],
  depth: number,
): RandomExpression {
  const inner = (): RandomExpression => randomExpression(random, types, depth - 1);
  switch (depth <= 0 ? 9 : random(10)) {
    case 0: {
      const part = inner();
      return { text: `!(${part.text})`, holds: (values) => !part.holds(values) };
    }
    case 1:
    case 2: {
      const [a, b] = [inner(), inner()];
      const holds = (values: ExpressionValues): boolean => a.holds(values) && b.holds(values);
      return { text: `(${a.text} && ${b.text})`, holds };
    }
    case 3:
    case 4: {
      const [a, b] = [inner(), inner()];
      const holds = (values: ExpressionValues): boolean => a.holds(values) || b.holds(values);
      return { text: `(${a.text}||${b.text})`, holds };
    }
    case 5: {
      const [test, yes, no] = [inner(), inner(), inner()];
      return {
        text: `(${test.text} ? ${yes.text} : ${no.text})`,
        holds: (values) => (test.holds(values) ? yes : no).holds(values),
      };
    }
    case 6: {
      const [a, b] = [inner(), inner()];
      const isEqual = random(2) === 0;
      return {
        text: `((${a.text}) ${isEqual ? '==' : '!='} (${b.text}))`,
        holds: (values) => (a.holds(values) === b.holds(values)) === isEqual,
      };
    }
    default:
      return randomCondition(random, types);
  }
}

function randomCondition(
  random: Random,
  types: readonly [ExpressionNumber, ExpressionNumber],
): RandomExpression {
  if (random(4) === 0) return randomTextTest(random);
  if (random(2) === 0 && areAlike(types)) return randomPair(random, types);
  const place = random(2) as 0 | 1;
  const type = types[place];
  if (random(5) === 0) return randomBitTest(random, place, type);
  if (random(5) === 0) return randomMembership(random, place, type);
  return randomComparison(random, place, type);
}

/** Whether expressions calculate with both in the same width and sign. */
function areAlike([one, other]: readonly [ExpressionNumber, ExpressionNumber]): boolean {
  const [bits, isSigned] = WIDTHS[one];
  return isSigned === WIDTHS[other][1] && (bits === 64) === (WIDTHS[other][0] === 64);
}

/** Two arguments together: `arg1 + 3 == 2 - arg2`, `arg1 + arg2 != 7`, `arg1 < arg2`. */
function randomPair(
  random: Random,
  [type, other]: readonly [ExpressionNumber, ExpressionNumber],
): RandomExpression {
  const isEqual = random(2) === 0;
  const sign = isEqual ? '==' : '!=';
  if (random(3) === 0) {
    const operator = one(random, ['<', '<=', '>', '>='] as const);
    return {
      text: `arg1 ${operator} arg2`,
      holds: ({ numbers }) => compare(operator, ...numbers),
    };
  }
  const [left, right] = [randomSum(random, 0, type), randomSum(random, 1, other)];
  if (random(2) === 0) {
    return {
      text: `${left.text} ${sign} ${right.text}`,
      holds: (values) => (left.value(values) === right.value(values)) === isEqual,
    };
  }
  const wanted = randomConstant(random, type);
  const sum = (values: ExpressionValues): bigint =>
    wrapWide(left.value(values) + right.value(values), type);
  return {
    text: `${left.text} + (${right.text}) ${sign} ${wanted.text}`,
    holds: (values) => (sum(values) === wanted.value) === isEqual,
  };
}

type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

function compare(operator: Operator, left: bigint, right: bigint): boolean {
  const isEqual = left === right;
  if (operator === '==') return isEqual;
  if (operator === '!=') return !isEqual;
  const isBelow = left < right;
  if (operator === '<') return isBelow;
  if (operator === '<=') return isBelow || isEqual;
  return operator === '>' ? !isBelow && !isEqual : !isBelow;
}

/** `arg1`, `3 - arg1`, `arg1 + int32(4)`: in the width in which expressions calculate. */
function randomSum(random: Random, place: 0 | 1, type: ExpressionNumber): RandomNumber {
  const name = `arg${place + 1}`;
  const read = (values: ExpressionValues): bigint => values.numbers[place];
  const constant = randomConstant(random, type);
  const fit = (value: bigint): bigint => wrapWide(value, type);
  switch (random(4)) {
    case 0:
      return {
        text: `${name} + ${constant.text}`,
        value: (values) => fit(read(values) + constant.value),
      };
    case 1:
      return {
        text: `${name} - ${constant.text}`,
        value: (values) => fit(read(values) - constant.value),
      };
    case 2:
      return {
        text: `${constant.text} - ${name}`,
        value: (values) => fit(constant.value - read(values)),
      };
    default:
      return { text: name, value: read };
  }
}

function randomComparison(random: Random, place: 0 | 1, type: ExpressionNumber): RandomExpression {
  const sum = randomSum(random, place, type);
  const constant = randomConstant(random, type);
  const operator = one(random, ['==', '!=', '<', '<=', '>', '>='] as const);
  const isMirrored = random(3) === 0;
  return isMirrored
    ? {
        text: `${constant.text} ${operator} ${sum.text}`,
        holds: (values) => compare(operator, constant.value, sum.value(values)),
      }
    : {
        text: `${sum.text} ${operator} ${constant.text}`,
        holds: (values) => compare(operator, sum.value(values), constant.value),
      };
}

function randomBitTest(random: Random, place: 0 | 1, type: ExpressionNumber): RandomExpression {
  const mask = randomConstant(random, type);
  const isEqual = random(2) === 0;
  const wanted = random(2) === 0 ? 0n : mask.value & one(random, [1n, 3n, 4n, 5n]);
  const literal = spell(wanted, type);
  return {
    text: `and(arg${place + 1}, ${mask.text}) ${isEqual ? '==' : '!='} ${literal}`,
    holds: ({ numbers }) => ((numbers[place] & mask.value) === wanted) === isEqual,
  };
}

function randomMembership(random: Random, place: 0 | 1, type: ExpressionNumber): RandomExpression {
  const items = Array.from({ length: 1 + random(3) }, () => randomConstant(random, type));
  return {
    text: `arg${place + 1} in [${items.map(({ text }) => text).join(', ')}]`,
    holds: ({ numbers }) => items.some(({ value }) => value === numbers[place]),
  };
}

function randomTextTest(random: Random): RandomExpression {
  const wanted = one(random, PARTS);
  const quoted = JSON.stringify(wanted);
  const pattern = wanted.replace(/[\\$/]/g, '\\$&');
  // Empty text is found nowhere, and no value here is empty.
  switch (random(6)) {
    case 0:
      return { text: `arg0.startsWith(${quoted})`, holds: ({ text }) => text.startsWith(wanted) };
    case 1:
      return { text: `arg0.endsWith(${quoted})`, holds: ({ text }) => text.endsWith(wanted) };
    case 2:
      return { text: `arg0.contains(${quoted})`, holds: ({ text }) => text.includes(wanted) };
    case 3: {
      const form = JSON.stringify(`^${pattern}`);
      return { text: `arg0.matches(${form})`, holds: ({ text }) => text.startsWith(wanted) };
    }
    case 4: {
      const other = one(random, TEXTS.slice(0, 3));
      return { text: `arg0 != ${JSON.stringify(other)}`, holds: ({ text }) => text !== other };
    }
    default: {
      const other = one(random, TEXTS.slice(0, 3));
      return {
        text: `arg0 in [${JSON.stringify(other)}, "aab"]`,
        holds: ({ text }) => text === other || text === 'aab',
      };
    }
  }
}

interface Constant {
  readonly text: string;
  readonly value: bigint;
}

function randomConstant(random: Random, type: ExpressionNumber): Constant {
  const value = wrapWide(one(random, INTERESTING) + BigInt(random(3)) - 1n, type);
  return { value, text: random(2) === 0 ? spell(value, type) : spellConverted(value, type) };
}

/** Hexadecimal now and then, for the reader of expressions. */
function spell(value: bigint, type: ExpressionNumber): string {
  const digits = value >= 0n && value % 2n === 0n ? `0x${value.toString(16)}` : `${value}`;
  return isSignedType(type) ? digits : `${digits}${value % 3n === 0n ? 'u' : ''}`;
}

function spellConverted(value: bigint, type: ExpressionNumber): string {
  const name = isSignedType(type) ? 'int' : 'uint';
  return `${name}${WIDTHS[type][0] < 64 ? '32' : ''}(${value})`;
}

function isSignedType(type: ExpressionNumber): boolean {
  return WIDTHS[type][1];
}

/** In 32 or 64 bits, as expressions calculate. */
function wrapWide(value: bigint, type: ExpressionNumber): bigint {
  const [bits, isSigned] = WIDTHS[type];
  return wrap(value, bits === 64 ? 64 : 32, isSigned);
}

function wrap(value: bigint, bits: number, isSigned: boolean): bigint {
  return isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
