/**
 * Finds out whether programs of the kernel side may overwrite memory of a process, which lockdown
 * forbids. Only when somebody asks: older kernels log each time that such a program is loaded.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Capability, KernelReport } from '../../model/capability.ts';
import { CodedError } from '../../model/errors.ts';
import { BpfObject } from '../kernel/index.ts';
import { u32Bytes } from './bytes.ts';
import { probeKernel, refusal } from './capabilities.ts';

const PROGRAM = 'probe_write_user';

/** Number of the system call `write`. */
const WRITE_CALL = process.arch === 'arm64' ? 64 : 1;

/** What the bytes become, all of them different from what they were. */
const MARK = 0x77_61_72_64;

/** Probes this kernel for everything. Needs root; never throws. */
export function probeWholeKernel(objectDirectory: string): KernelReport {
  const report = probeKernel(objectDirectory);
  return { ...report, capabilities: [...report.capabilities, proveWriting(objectDirectory)] };
}

/** Why it is not possible, or undefined; what the report does not say is proven. */
export function createWriteObstacle(
  { capabilities }: KernelReport,
  objectDirectory: string,
): () => string | undefined {
  const told = capabilities.find(({ name }) => name === 'write_user');
  let proven: Capability | undefined;
  return () => {
    // What failed may have failed for want of memory.
    if (told === undefined && proven?.available !== true) proven = proveWriting(objectDirectory);
    const found = told ?? proven;
    return found?.available === false ? found.detail : undefined;
  };
}

/** Lets a program overwrite a buffer of the agent. Needs root; never throws. */
export function proveWriting(objectDirectory: string): Capability {
  const answer = (available: boolean, detail: string): Capability => ({
    ...{ name: 'write_user', available, detail },
  });
  let fd: number | undefined;
  try {
    fd = openSync('/dev/null', 'w');
    using object = BpfObject.open(join(objectDirectory, 'capability.bpf.o'));
    for (const program of object.programNames()) object.setAutoload(program, program === PROGRAM);
    object.setVariable('prober_tgid', u32Bytes(process.pid));
    object.setVariable('prober_call', u32Bytes(WRITE_CALL));
    object.setVariable('prober_fd', u32Bytes(fd));
    object.setVariable('prober_mark', u32Bytes(MARK));
    object.load();
    object.program(PROGRAM).attach();
    const bytes = u32Bytes(0);
    writeSync(fd, bytes);
    const isWritten = Buffer.compare(bytes, u32Bytes(MARK)) === 0;
    return answer(isWritten, isWritten ? 'writes' : 'loads and attaches, but does not write');
  } catch (error) {
    if (error instanceof CodedError) {
      return answer(false, lockdown() ?? `${refusal(error)}, as when it is locked down`);
    }
    return answer(false, error instanceof Error ? error.message : String(error));
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Undefined when the kernel is not locked down, or does not say. */
function lockdown(): string | undefined {
  try {
    const modes = readFileSync('/sys/kernel/security/lockdown', 'utf8');
    const mode = /\[(\w+)\]/.exec(modes)?.[1] ?? 'none';
    return mode === 'none' ? undefined : `the kernel is locked down (${mode})`;
  } catch {
    return undefined;
  }
}
