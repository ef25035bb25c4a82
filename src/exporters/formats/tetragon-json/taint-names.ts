/** Why a module taints the kernel. */

/** By bit; those the kernel sets on modules, from linux/panic.h. */
const TAINTS: ReadonlyMap<number, string> = new Map([
  [0, 'TAINT_PROPRIETARY_MODULE'],
  [1, 'TAINT_FORCED_MODULE'],
  [10, 'TAINT_STAGED_MODULE'],
  [12, 'TAINT_OUT_OF_TREE_MODULE'],
  [13, 'TAINT_UNSIGNED_MODULE'],
  [15, 'TAINT_KERNEL_LIVE_PATCH_MODULE'],
  [18, 'TAINT_TEST_MODULE'],
]);

/** Names of the set bits that are known. */
export function taintNames(bits: bigint): readonly string[] {
  return [...TAINTS].filter(([bit]) => (bits >> BigInt(bit)) & 1n).map(([, name]) => name);
}
