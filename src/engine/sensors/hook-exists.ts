/** Whether a kernel has a hook. */
import { CodedError } from '../../model/errors.ts';
import type { Hook } from '../../model/plan.ts';
import { SYSCALL_NUMBERS } from '../../model/syscalls.ts';
import type { KernelBtfTypes } from '../btf/index.ts';
import { findPlace, hasDigest } from '../elf/index.ts';

/** Why a hook is left out: it is not there, or is in another program than the policy means. */
export type Absence = 'not_found' | 'digest_rejected';

/** True as well where nothing can be said: attaching will tell. */
export function hookExists(hook: Hook, types: KernelBtfTypes): boolean {
  if (hook.kind === 'syscall') {
    const table = process.arch === 'arm64' ? SYSCALL_NUMBERS.arm64 : SYSCALL_NUMBERS.x64;
    return table[hook.name] !== undefined;
  }
  try {
    return isKnown(hook, types);
  } catch (error) {
    // Without type information nothing can be said; attaching will tell.
    if (error instanceof CodedError) return true;
    throw error;
  }
}

function isKnown(hook: Hook, types: KernelBtfTypes): boolean {
  switch (hook.kind) {
    case 'raw_tracepoint':
      return types.rawTracepointParameters(hook.name) !== undefined;
    case 'tracepoint':
      // Where tracefs is not mounted, attaching says so better than a missing hook would.
      return types.tracepointNames(hook.subsystem)?.includes(hook.name) ?? true;
    case 'uprobe':
    case 'usdt':
      // Attaching opens the file, and says what is missing in it.
      return true;
    default:
      return types.functionParameters(functionOf(hook)) !== undefined;
  }
}

function functionOf(hook: Hook): string {
  return hook.kind === 'lsm' ? `bpf_lsm_${hook.name}` : hook.name;
}

/** Whether a program lacks the place of a probe; whatever else is wrong, attaching will tell. */
export function isPlaceMissing(hook: Hook): boolean {
  if (hook.kind !== 'uprobe') return false;
  try {
    findPlace(hook.path, hook.place);
    return false;
  } catch (error) {
    if (error instanceof CodedError) return error.code === 'ENGINE_SYMBOL_MISSING';
    throw error;
  }
}

/** Whether a program is not the one that a policy means; of no program, attaching will tell. */
export function isDigestRejected(hook: Hook): boolean {
  if (hook.kind !== 'uprobe' || hook.digests === undefined) return false;
  try {
    return !hasDigest(hook.path, hook.digests);
  } catch (error) {
    if (error instanceof CodedError) return false;
    throw error;
  }
}
