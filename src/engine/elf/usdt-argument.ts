/** Where an argument of a user static probe is, in the notation of the assembler. */

import { arm64RegisterOffset, x64RegisterOffset } from '../../model/registers.ts';

/** Registers are named by their offset in struct pt_regs. */
export type UsdtArgument = {
  /** 1, 2, 4 or 8 bytes. */
  readonly size: number;
  readonly isSigned: boolean;
} & (
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'register'; readonly register: number }
  | {
      readonly kind: 'memory';
      readonly register: number;
      readonly displacement: bigint;
      /** Added after it was multiplied with the scale. */
      readonly index?: { readonly register: number; readonly scale: number };
    }
  /** Not in a form that can be read. */
  | { readonly kind: 'unknown' }
);

const ARGUMENT = /^(-?)([1248])@(.+)$/;
const CONSTANT = /^\$?(-?\d+|-?0x[0-9a-f]+)$/i;
const X64_REGISTER = /^%(\w+)$/;
const X64_MEMORY = /^(-?\d+)?\(%(\w+)(?:,%(\w+)(?:,([1248]))?)?\)$/;
const ARM64_REGISTER = /^([xw]\d{1,2}|sp)$/;
const ARM64_MEMORY = /^\[([xw]\d{1,2}|sp)(?:,\s*(-?\d+))?\]$/;

/** The arguments of one place; those in a form that cannot be read keep theirs. */
export function parseUsdtArguments(text: string): readonly UsdtArgument[] {
  const words = text.match(/-?\d@(?:\[[^\]]*\]|\S+)/g) ?? [];
  return words.map((word) => {
    const [, sign = '', size = '8', place = ''] = ARGUMENT.exec(word) ?? [];
    const shared = { size: Number(size), isSigned: sign === '-' };
    return { ...shared, ...(parseConstant(place) ?? parseX64(place) ?? parseArm64(place)) };
  });
}

type Place =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'register'; readonly register: number }
  | {
      readonly kind: 'memory';
      readonly register: number;
      readonly displacement: bigint;
      readonly index?: { readonly register: number; readonly scale: number };
    }
  | { readonly kind: 'unknown' };

function parseConstant(text: string): Place | undefined {
  const [, digits] = CONSTANT.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const isNegative = digits.startsWith('-');
  const magnitude = BigInt(isNegative ? digits.slice(1) : digits);
  return { kind: 'constant', value: isNegative ? -magnitude : magnitude };
}

function parseX64(text: string): Place | undefined {
  const plain = X64_REGISTER.exec(text)?.[1];
  if (plain !== undefined) {
    const register = x64RegisterOffset(plain);
    return register === undefined ? undefined : { kind: 'register', register };
  }
  const [, displacement = '0', base, index, scale = '1'] = X64_MEMORY.exec(text) ?? [];
  if (base === undefined) return undefined;
  const register = x64RegisterOffset(base);
  const indexRegister = index === undefined ? undefined : x64RegisterOffset(index);
  if (register === undefined || (index !== undefined && indexRegister === undefined)) {
    return undefined;
  }
  return {
    ...{ kind: 'memory', register, displacement: BigInt(displacement) },
    ...(indexRegister === undefined
      ? {}
      : { index: { register: indexRegister, scale: Number(scale) } }),
  };
}

function parseArm64(text: string): Place {
  const plain = ARM64_REGISTER.exec(text)?.[1];
  if (plain !== undefined) return { kind: 'register', register: arm64Offset(plain) };
  const [, base, displacement = '0'] = ARM64_MEMORY.exec(text) ?? [];
  if (base === undefined) return { kind: 'unknown' };
  return { kind: 'memory', register: arm64Offset(base), displacement: BigInt(displacement) };
}

/** The notation lets no other names through than those of registers. */
function arm64Offset(name: string): number {
  return arm64RegisterOffset(name) ?? 0;
}
