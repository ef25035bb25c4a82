/** Sets of capabilities as texts. */
import { LINUX_CAPABILITIES } from '../../../model/linux-capabilities.ts';

/** Few sets are in use on a machine; this many are remembered. */
const REMEMBERED_SETS = 256;

const known = new Map<bigint, readonly string[]>();

/** Names of the bits of a set, as CAP_SYS_ADMIN. */
export function capabilityNames(set: bigint): readonly string[] {
  const remembered = known.get(set);
  if (remembered !== undefined) return remembered;
  const names = LINUX_CAPABILITIES.filter((_name, bit) => ((set >> BigInt(bit)) & 1n) === 1n);
  if (known.size >= REMEMBERED_SETS) known.clear();
  known.set(set, names);
  return names;
}
