/** Numbers of the kernel to the names Tetragon prints for them. */
import { constants } from 'node:os';
import { LINUX_CAPABILITIES } from '../../../model/linux-capabilities.ts';

/** By bit number. This one lacks its prefix in Tetragon's schema, and consumers match on that. */
const CAPABILITIES = LINUX_CAPABILITIES.map((name) =>
  name === 'CAP_DAC_OVERRIDE' ? 'DAC_OVERRIDE' : name,
);

const SECURE_BITS = [
  'SecBitNoRoot',
  'SecBitNoRootLocked',
  'SecBitNoSetUidFixup',
  'SecBitNoSetUidFixupLocked',
  'SecBitKeepCaps',
  'SecBitKeepCapsLocked',
  'SecBitNoCapAmbientRaise',
  'SecBitNoCapAmbientRaiseLocked',
];

/** First real-time signal programs may use; the C library keeps 32 and 33. */
const REAL_TIME_SIGNAL_MIN = 34;

// Reversed, because the usual name of a number with two comes first: SIGABRT, SIGIO, EAGAIN.
const SIGNALS = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number as number, name]),
);
const ERRORS = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number as number, name]),
);

/** `CAP_SYS_ADMIN` for 21, as Tetragon spells it. */
export function capabilityName(capability: number): string {
  return CAPABILITIES[capability] ?? `CAP_${capability}`;
}

/** Names of the set bits, in order of their numbers. */
export function capabilityNames(bits: bigint): readonly string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 64; bit += 1) {
    if ((bits >> BigInt(bit)) & 1n) names.push(CAPABILITIES[bit] ?? `CAP_${bit}`);
  }
  return names;
}

/** Names of the set secure bits. */
export function secureBitNames(bits: number): readonly string[] {
  return SECURE_BITS.filter((_, bit) => (bits >>> bit) & 1);
}

/** `SIGKILL` for 9; empty for 0. */
export function signalName(signal: number): string {
  if (signal === 0) return '';
  if (signal === REAL_TIME_SIGNAL_MIN) return 'SIGRTMIN';
  if (signal > REAL_TIME_SIGNAL_MIN) return `SIGRTMIN+${signal - REAL_TIME_SIGNAL_MIN}`;
  return SIGNALS.get(signal) ?? `SIG${signal}`;
}

/** `EPERM` for 1; the number as text when it has no name. */
export function errnoName(errno: number): string {
  return ERRORS.get(errno) ?? String(errno);
}
