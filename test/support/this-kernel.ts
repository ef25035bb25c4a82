/** What the kernel of this machine can do, for tests that need to know. */
import { join } from 'node:path';
import { probeKernel } from '../../src/engine/sensors/capabilities.ts';
import { proveWriting } from '../../src/engine/sensors/prove-writing.ts';
import type { Capability, CapabilityName, KernelReport } from '../../src/model/capability.ts';
import { repositoryRoot } from './root.ts';

const OBJECTS = join(repositoryRoot(), 'build/bpf');

let report: KernelReport | undefined;

/** What this kernel can do, proven once per test process. */
export function thisKernel(): KernelReport {
  report ??= probeKernel(OBJECTS);
  return report;
}

let writing: Capability | undefined;

/** What one capability was found to be; `write_user` is proven when it is asked for. */
export function capabilityOf(name: CapabilityName): Omit<Capability, 'name'> {
  if (name === 'write_user') {
    writing ??= proveWriting(OBJECTS);
    return writing;
  }
  const found = thisKernel().capabilities.find((capability) => capability.name === name);
  return found ?? { available: false, detail: 'not probed' };
}
