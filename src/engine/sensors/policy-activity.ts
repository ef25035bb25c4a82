/** What policies did at one hook: the counters of its selectors, over all its generations. */
import type { BpfMap } from '../kernel/index.ts';
import { decodeSelectorCountersRow, STRUCT_SIZES } from '../records/index.ts';
import { u32Bytes } from './bytes.ts';
import type { JoinedPlans, JoinedSelector } from './join-plans.ts';

const SIGKILL = 9;

/** Totals of one policy. */
export interface Activity {
  readonly fired: number;
  /** CLOCK_BOOTTIME; 0 when it never fired. */
  readonly lastNs: bigint;
  readonly actions: Readonly<Record<string, number>>;
}

/** A generation and the map it counts in. */
export interface CountedGeneration {
  readonly joined: JoinedPlans;
  readonly counters: BpfMap;
}

/** Adds up generation by generation: each has counters of its own. */
export class ActivityLog {
  #past: ReadonlyMap<string, Activity> = new Map();

  /** Keeps the counts of a generation that went out of force, but of policies that are gone. */
  retire(generation: CountedGeneration, staying: ReadonlySet<string>): void {
    const totals = [...this.read(generation)];
    this.#past = new Map(totals.filter(([policyName]) => staying.has(policyName)));
  }

  /** Totals by policy, with those of the running generation. */
  read(current: CountedGeneration | undefined): ReadonlyMap<string, Activity> {
    const totals = new Map(this.#past);
    for (const selector of current?.joined.selectors ?? []) {
      const { policyName } = selector.member;
      const row = current?.counters.get(u32Bytes(selector.number));
      const activity = activityOf(selector, sumRows(row ?? new Uint8Array(0)));
      totals.set(policyName, add(totals.get(policyName), activity));
    }
    return totals;
  }
}

interface Counts {
  readonly enforced: number;
  readonly monitored: number;
  readonly lastNs: bigint;
}

/** The rows of all CPUs in one. */
function sumRows(bytes: Uint8Array): Counts {
  let enforced = 0;
  let monitored = 0;
  let lastNs = 0n;
  const size = STRUCT_SIZES.SELECTOR_COUNTERS_ROW;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const row = decodeSelectorCountersRow(bytes.subarray(at, at + size));
    enforced += Number(row.enforced);
    monitored += Number(row.monitored);
    if (row.lastNs > lastNs) lastNs = row.lastNs;
  }
  return { enforced, monitored, lastNs };
}

function activityOf(selector: JoinedSelector, counts: Counts): Activity {
  const { enforced, monitored, lastNs } = counts;
  const fired = enforced + monitored;
  const actions: Record<string, number> = { [selector.isPosted ? 'post' : 'no_post']: fired };
  for (const name of enforcingActions(selector)) {
    actions[name] = enforced;
    actions[`monitor_${name}`] = monitored;
  }
  return { fired, lastNs, actions };
}

function enforcingActions({ signal, overrideError }: JoinedSelector): readonly string[] {
  const names = [];
  if (signal !== 0) names.push(signal === SIGKILL ? 'sigkill' : 'signal');
  if (overrideError !== 0) names.push('override');
  return names;
}

function add(one: Activity | undefined, other: Activity): Activity {
  if (one === undefined) return other;
  const actions: Record<string, number> = { ...one.actions };
  for (const [name, count] of Object.entries(other.actions)) {
    actions[name] = (actions[name] ?? 0) + count;
  }
  const isLater = other.lastNs > one.lastNs;
  return {
    fired: one.fired + other.fired,
    lastNs: (isLater ? other : one).lastNs,
    actions,
  };
}
