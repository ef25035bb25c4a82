/** Numbers of the kernel to the names Tetragon prints for them. */
import { constants } from 'node:os';

/** By bit number. The second lacks its prefix in Tetragon's schema, and consumers match on that. */
const CAPABILITIES = [
  'CAP_CHOWN',
  'DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
];

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
