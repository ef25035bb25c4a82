/** The counters of one hook, over all its policies. */
import type { HookActivity } from '../../model/policy.ts';
import type { HookCount } from '../../model/stats.ts';
import { decodeHookCountersRow, STRUCT_SIZES } from '../records/index.ts';

export type PolicyHookCounts = Omit<HookCount, 'hook' | 'method' | 'policies' | 'selectors'>;

/** Whether a hook has shown that it runs. */
export type HookSigns = Pick<HookActivity, 'runs' | 'canary'>;

/** Sums the rows of a per-CPU map. */
export function sumCounters(bytes: Uint8Array): Omit<PolicyHookCounts, 'runTimeNs' | 'missed'> {
  const total = { runs: 0, matched: 0, posted: 0, signalled: 0, overridden: 0, set: 0 };
  const size = STRUCT_SIZES.HOOK_COUNTERS_ROW;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const row = decodeHookCountersRow(bytes.subarray(at, at + size));
    total.runs += Number(row.runs);
    total.matched += Number(row.matched);
    total.posted += Number(row.posted);
    total.signalled += Number(row.signalled);
    total.overridden += Number(row.overridden);
    total.set += Number(row.set);
  }
  return total;
}
