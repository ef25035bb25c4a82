/** Names for the addresses of stacks. */
import { readFileSync } from 'node:fs';
import type { StackNames } from '../../model/pipeline.ts';
import { KernelSymbols } from './kernel-symbols.ts';
import { UserSymbols } from './user-symbols.ts';

/** Names from this machine; reads nothing before the first stack. */
export function createStackNames(): StackNames {
  const kernel = new KernelSymbols({
    readKallsyms: () => readText('/proc/kallsyms'),
    readModules: () => readText('/proc/modules'),
    now: Date.now,
  });
  const user = new UserSymbols();
  return {
    kernel: (addresses) => (addresses.length === 0 ? [] : kernel.name(addresses)),
    user: (addresses, process) => (addresses.length === 0 ? [] : user.name(addresses, process)),
  };
}

/** Without a file there are no names. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
