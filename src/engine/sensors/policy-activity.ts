/** What policies did at one hook: the counters of its selectors, over all its generations. */
import type { BpfMap } from '../kernel/index.ts';
import { decodeSelectorCountersRow, STRUCT_SIZES } from '../records/index.ts';
import { u32Bytes } from './bytes.ts';
import type { JoinedPlans, JoinedSelector } from './join-plans.ts';

const SIGKILL = 9;

/** Totals of a selector, or of all of a policy. */
export interface Tally {
  readonly fired: number;
  /** CLOCK_BOOTTIME; 0 when it never fired. */
  readonly lastNs: bigint;
  readonly actions: Readonly<Record<string, number>>;
}

/** Totals of one policy. */
export interface Activity extends Tally {
  /** By their place in the policy, as `kprobes[0].selectors[1]`. */
  readonly selectors: ReadonlyMap<string, Tally>;
}

/** A generation and the map it counts in. */
export interface CountedGeneration {
  readonly joined: JoinedPlans;
  readonly counters: BpfMap;
}

type Tallies = ReadonlyMap<string, ReadonlyMap<string, Tally>>;

const NOTHING: Tally = { fired: 0, lastNs: 0n, actions: {} };

/** Adds up generation by generation: each has counters of its own. */
export class ActivityLog {
  /** By policy and selector. */
  #past: Tallies = new Map();

  /** Keeps the counts of a generation that went out of force, but of policies that are gone. */
  retire(generation: CountedGeneration, staying: ReadonlySet<string>): void {
    const totals = [...this.#total(generation)];
    this.#past = new Map(totals.filter(([policyName]) => staying.has(policyName)));
  }

  /** Totals by policy, with those of the running generation. */
  read(current: CountedGeneration | undefined): ReadonlyMap<string, Activity> {
    const totals = [...this.#total(current)];
    return new Map(
      totals.map(([policyName, selectors]) => [
        policyName,
        { ...[...selectors.values()].reduce(add, NOTHING), selectors },
      ]),
    );
  }

  #total(current: CountedGeneration | undefined): Tallies {
    const totals = new Map([...this.#past].map(([name, tallies]) => [name, new Map(tallies)]));
    for (const selector of current?.joined.selectors ?? []) {
      const { policyName, plan } = selector.member;
      const row = current?.counters.get(u32Bytes(selector.number));
      const tally = tallyOf(selector, sumRows(row ?? new Uint8Array(0)));
      const place = `${plan.source}.selectors[${selector.place}]`;
      const tallies = totals.get(policyName) ?? new Map<string, Tally>();
      totals.set(policyName, tallies.set(place, add(tallies.get(place) ?? NOTHING, tally)));
    }
    return totals;
  }
}

interface Counts {
  readonly enforced: number;
  readonly monitored: number;
  readonly returned: number;
  readonly returnMonitored: number;
  readonly lastNs: bigint;
}

/** The rows of all CPUs in one. */
function sumRows(bytes: Uint8Array): Counts {
  const total = { enforced: 0, monitored: 0, returned: 0, returnMonitored: 0, lastNs: 0n };
  const size = STRUCT_SIZES.SELECTOR_COUNTERS_ROW;
  for (let at = 0; at + size <= bytes.length; at += size) {
    const row = decodeSelectorCountersRow(bytes.subarray(at, at + size));
    total.enforced += Number(row.enforced);
    total.monitored += Number(row.monitored);
    total.returned += Number(row.returned);
    total.returnMonitored += Number(row.returnMonitored);
    if (row.lastNs > total.lastNs) total.lastNs = row.lastNs;
  }
  return total;
}

/** A selector that waits for the return and does not enforce at the entry has fired there. */
function tallyOf(selector: JoinedSelector, counts: Counts): Tally {
  const { isShown, signal, overrideError, raised, variable, requests, onReturn } = selector;
  const { enforced, monitored, returned, returnMonitored, lastNs } = counts;
  const isLate = onReturn !== undefined && signal === 0 && overrideError === 0;
  const fired = isLate ? returned + returnMonitored : enforced + monitored;
  const hasEvent = isLate ? onReturn.isShown : isShown;
  const actions: Record<string, number> = { [hasEvent ? 'post' : 'no_post']: fired };
  for (const { kind } of requests) actions[kind === 'GetUrl' ? 'get_url' : 'dns_lookup'] = fired;
  const enforce = (name: string, done: number, withheld: number): void => {
    actions[name] = (actions[name] ?? 0) + done;
    actions[`monitor_${name}`] = (actions[`monitor_${name}`] ?? 0) + withheld;
  };
  if (signal !== 0) enforce(nameOf(signal), enforced, monitored);
  if (overrideError !== 0) enforce('override', enforced, monitored);
  if (variable !== undefined) enforce('set', enforced, monitored);
  if (raised !== 0n) enforce('notify_enforcer', enforced, monitored);
  if (onReturn !== undefined && onReturn.signal !== 0) {
    enforce(nameOf(onReturn.signal), returned, returnMonitored);
  }
  return { fired, lastNs: fired === 0 ? 0n : lastNs, actions };
}

function nameOf(signal: number): string {
  return signal === SIGKILL ? 'sigkill' : 'signal';
}

function add(one: Tally, other: Tally): Tally {
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
