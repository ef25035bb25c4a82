/** Decides which of many rules an event satisfies, at a cost that hardly grows with them. */
import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import type { FieldSource } from '../fields/field-value.ts';
import type { EventRule } from '../ir/rule.ts';
import { chooseGuard } from './guard.ts';
import { specialise } from './specialise.ts';
import { compileCondition, TestTable } from './test-table.ts';

/** What events of one class may satisfy. */
interface Bucket {
  readonly holds: (() => boolean)[];
  /** By position in `holds`: number of the rule. */
  readonly rules: number[];
  /** Positions that every event is checked against. */
  readonly always: number[];
  /** By test: positions that are checked when it holds; most tests guard nothing. */
  guarded: readonly (readonly number[] | undefined)[];
  /** Columns of those tests. */
  readonly columns: number[];
}

const NONE: readonly EventRule[] = [];

/** Immutable once made; rules that are switched off are left out. Not to be used while in use. */
export class RuleIndex {
  readonly #rules: readonly EventRule[];
  readonly #table = new TestTable();
  readonly #buckets = new Map<EventClass, Bucket>();
  readonly #checkedAt: Uint32Array;
  readonly #matched: number[] = [];
  #event = 0;

  constructor(rules: readonly EventRule[]) {
    this.#rules = rules.filter(({ isEnabled }) => isEnabled);
    for (const eventClass of Object.keys(EVENT_CLASSES) as EventClass[]) {
      const bucket = this.#fillBucket(eventClass);
      if (bucket.rules.length > 0) this.#buckets.set(eventClass, bucket);
    }
    this.#table.freeze();
    this.#checkedAt = new Uint32Array(this.#rules.length);
  }

  /** Classes that some rule can match. */
  get classes(): readonly EventClass[] {
    return [...this.#buckets.keys()];
  }

  /** Rules that nothing guards, by class: they are what costs. */
  unguarded(eventClass: EventClass): readonly EventRule[] {
    const bucket = this.#buckets.get(eventClass);
    if (bucket === undefined) return NONE;
    return bucket.always.flatMap((at) => this.#rules[bucket.rules[at] ?? -1] ?? []);
  }

  /** Rules that the event satisfies, in the order in which they were given. */
  evaluate(source: FieldSource): readonly EventRule[] {
    const bucket = this.#buckets.get(source.class);
    if (bucket === undefined) return NONE;
    this.#table.open(source);
    this.#nextEvent();
    this.#matched.length = 0;
    const hits = this.#table.readColumns(bucket.columns);
    // Checks read further columns, and their hits come behind these.
    for (let index = 0, count = hits.length; index < count; index += 1) {
      const positions = bucket.guarded[hits[index] ?? 0];
      if (positions === undefined) continue;
      for (const at of positions) this.#check(bucket, at);
    }
    for (const at of bucket.always) this.#check(bucket, at);
    if (this.#matched.length === 0) return NONE;
    return this.#matched.sort((a, b) => a - b).flatMap((rule) => this.#rules[rule] ?? []);
  }

  #check(bucket: Bucket, at: number): void {
    const rule = bucket.rules[at] ?? 0;
    if (this.#checkedAt[rule] === this.#event) return;
    this.#checkedAt[rule] = this.#event;
    if (bucket.holds[at]?.() === true) this.#matched.push(rule);
  }

  #nextEvent(): void {
    this.#event += 1;
    if (this.#event < 0xffffffff) return;
    this.#event = 1;
    this.#checkedAt.fill(0);
  }

  #fillBucket(eventClass: EventClass): Bucket {
    const bucket: Bucket = { holds: [], rules: [], always: [], guarded: [], columns: [] };
    const columns = new Set<number>();
    const guarded = new Map<number, number[]>();
    for (const [number, rule] of this.#rules.entries()) {
      const condition = specialise(rule.condition, eventClass);
      if (condition.kind === 'constant' && !condition.value) continue;
      const at = bucket.holds.push(compileCondition(condition, this.#table)) - 1;
      bucket.rules.push(number);
      const guard = chooseGuard(condition);
      if (guard === undefined) bucket.always.push(at);
      for (const test of guard?.tests ?? []) {
        const hit = this.#table.add(test);
        columns.add(this.#table.columnOf(hit));
        const positions = guarded.get(hit) ?? [];
        if (!positions.includes(at)) positions.push(at);
        guarded.set(hit, positions);
      }
    }
    bucket.columns.push(...columns);
    bucket.guarded = listByTest(guarded);
    return bucket;
  }
}

/** As a list without holes, which is looked up faster than a map. */
function listByTest(guarded: ReadonlyMap<number, number[]>): (number[] | undefined)[] {
  const list: (number[] | undefined)[] = [];
  for (const [test, positions] of [...guarded].sort(([a], [b]) => a - b)) {
    while (list.length < test) list.push(undefined);
    list.push(positions);
  }
  return list;
}
