/** Builders of process facts: what the kernel would state about exec, fork and exit. */
import type { ExitFacts, ForkFacts, ImageFacts } from '../../src/engine/process/facts.ts';
import { HOST_NAMESPACES, NO_FLAGS, ROOT_CREDENTIALS } from './events.ts';

/** argv as it lies in memory. */
export function argsBytes(...argv: readonly string[]): Uint8Array {
  return Buffer.from(argv.map((argument) => `${argument}\0`).join(''));
}

/** `ls -l` executed by process 100, whose image is (100, 1000001). */
export function someImageFacts(overrides: Partial<ImageFacts> = {}): ImageFacts {
  return {
    tgid: 200,
    startNs: 2_000_001n,
    timeNs: 2_500_000n,
    imageTimeNs: 2_500_000n,
    parentTgid: 100,
    parentStartNs: 1_000_001n,
    namespacePid: 200,
    tty: 0,
    filename: '/usr/bin/ls',
    interpreter: '',
    args: argsBytes('ls', '-l'),
    cwd: '/root',
    executable: {
      path: '/usr/bin/ls',
      inode: 42n,
      device: 0x80_0001,
      links: 1,
      uid: 0,
      gid: 0,
      mode: 0o100755,
    },
    credentials: { ...ROOT_CREDENTIALS },
    namespaces: { ...HOST_NAMESPACES },
    cgroupId: 77n,
    cgroupName: 'session-1.scope',
    flags: { ...NO_FLAGS, exec: true, clone: true },
    ...overrides,
  };
}

/** The shell that someImageFacts() names as parent, running since before the agent. */
export function someSeedFacts(overrides: Partial<ImageFacts> = {}): ImageFacts {
  return someImageFacts({
    tgid: 100,
    startNs: 1_000_001n,
    timeNs: 2_000_000n,
    imageTimeNs: 1_100_000n,
    parentTgid: 1,
    parentStartNs: 11n,
    namespacePid: 100,
    filename: '',
    args: argsBytes('-bash'),
    executable: { ...someImageFacts().executable, path: '/usr/bin/bash' },
    flags: { ...NO_FLAGS, seeded: true },
    ...overrides,
  });
}

/** Process 200 forked by process 100; the exec in someImageFacts() comes after it. */
export function someForkFacts(overrides: Partial<ForkFacts> = {}): ForkFacts {
  return {
    tgid: 200,
    startNs: 2_000_000n,
    timeNs: 2_000_000n,
    parentTgid: 100,
    parentStartNs: 1_000_001n,
    namespacePid: 200,
    cgroupId: 77n,
    forkerTgid: 100,
    forkerStartNs: 1_000_001n,
    ...overrides,
  };
}

/** The end of someImageFacts(). */
export function someExitFacts(overrides: Partial<ExitFacts> = {}): ExitFacts {
  return { tgid: 200, startNs: 2_000_001n, timeNs: 3_000_000n, ...overrides };
}
