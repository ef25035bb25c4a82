/** What must be there before anything is loaded: kernel version, type information, privileges. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { missingPrivileges } from './capabilities.ts';
import { SensorError } from './errors.ts';

/** Oldest kernel line that is supported, see docs/reference/limits.md. */
const KERNEL_FLOOR = { major: 6, minor: 1 } as const;

/** Facts about the machine; the defaults look at the running one. */
export interface Machine {
  readonly release: string;
  readonly hasTypes: boolean;
  readonly missingPrivileges: readonly string[];
}

/** Looks at the running machine. */
export function thisMachine(): Machine {
  return {
    release: release(),
    hasTypes: isReadable('/sys/kernel/btf/vmlinux'),
    missingPrivileges: missingPrivileges(readFileSync('/proc/self/status', 'utf8')),
  };
}

/** Throws a SensorError that names the first thing missing. */
export function checkRequirements(machine: Machine): void {
  const [major = 0, minor = 0] = machine.release
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  if (major < KERNEL_FLOOR.major || (major === KERNEL_FLOOR.major && minor < KERNEL_FLOOR.minor)) {
    throw new SensorError(
      'ENGINE_KERNEL_TOO_OLD',
      `kernel ${machine.release} is older than ${KERNEL_FLOOR.major}.${KERNEL_FLOOR.minor}`,
    );
  }
  if (machine.missingPrivileges.length > 0) {
    throw new SensorError(
      'ENGINE_CAPABILITY_MISSING',
      `the agent needs ${machine.missingPrivileges.join(', ')}: run it as root`,
    );
  }
  if (!machine.hasTypes) {
    throw new SensorError(
      'ENGINE_TYPES_MISSING',
      'the kernel has no type information at /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF)',
    );
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
