/** One correlation rule with its groups. */
import type { CorrelationRule, GroupKey } from '../ir/correlation.ts';
import { canBeLeft, isWithin } from './bounds.ts';
import type { Entry, Group } from './group.ts';
import { GroupTable } from './group-table.ts';
import type { MatchReader, RuleMatch } from './match.ts';
import { measure } from './measure.ts';
import { findTemporal } from './temporal.ts';

/** Totals since the rule was loaded. */
export interface CorrelationCounts {
  readonly groups: number;
  /** Groups that were forgotten because there were too many. */
  readonly evicted: number;
  /** Matches that were not counted, because a field of the group is not known. */
  readonly ungrouped: number;
  /** Matches that a group forgot because it had too many. */
  readonly dropped: number;
}

/** A group as it is handed to an agent that comes after. */
export interface SavedGroup {
  readonly values: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

/** Events kept as evidence of one finding, half from each end. */
const EVIDENCE_MAX = 16;

/** Feed it matches in the order of their times. */
export class Correlation {
  readonly rule: CorrelationRule;
  readonly #read: MatchReader;
  #groups = new GroupTable();
  readonly #spanUs: number;
  readonly #isTemporal: boolean;
  /** Decided at the end of the span, which begins with the first match of a group. */
  readonly #isLate: boolean;
  #ungrouped = 0;

  constructor(rule: CorrelationRule, read: MatchReader) {
    this.rule = rule;
    this.#read = read;
    this.#spanUs = Number(rule.timespanNs / 1000n);
    this.#isTemporal = rule.type === 'temporal' || rule.type === 'temporal_ordered';
    this.#isLate = !this.#isTemporal && canBeLeft(rule.bounds);
  }

  counts(): CorrelationCounts {
    const { size: groups, evicted, dropped } = this.#groups;
    return { groups, evicted, dropped, ungrouped: this.#ungrouped };
  }

  /** Takes a match of one of the rules; gives what came about. */
  add(match: RuleMatch): readonly RuleMatch[] {
    const values = this.#valuesOf(this.rule.groupBy, match);
    const counted = this.#valuesOf(this.rule.values, match);
    if (values === undefined || counted === undefined) {
      this.#ungrouped += 1;
      return [];
    }
    const group = this.#groups.use(values);
    const made = this.#makeRoom(group, match.timeUs);
    const value = Object.values(counted).join('\0');
    for (const [rule, id] of this.rule.rules.entries()) {
      if (id === match.rule) this.#remember(group, { ...match, rule, value });
    }
    return this.#isLate ? made : [...made, ...this.#decide(group)];
  }

  /** Says how late it is: spans that ended are decided, and what is too old is forgotten. */
  advance(nowUs: number): readonly RuleMatch[] {
    const made: RuleMatch[] = [];
    this.#groups.sweep((group) => {
      if (!this.#isLate) group.expire(nowUs - this.#spanUs);
      else if (group.oldestUs + this.#spanUs <= nowUs) made.push(...this.#close(group));
    });
    return made;
  }

  save(): readonly SavedGroup[] {
    return [...this.#groups.groups()].map((group) => {
      return { values: group.values, entries: group.entries() };
    });
  }

  restore(saved: readonly SavedGroup[]): void {
    for (const { values, entries } of saved) {
      const group = this.#groups.use(values);
      for (const entry of entries) this.#groups.add(group, entry);
    }
  }

  /** Goes on with what another one of the same version remembers, which ends with it. */
  takeOver(previous: Correlation): void {
    this.#groups = previous.#groups;
    this.#ungrouped = previous.#ungrouped;
  }

  #makeRoom(group: Group, timeUs: number): readonly RuleMatch[] {
    if (this.#isLate) {
      if (group.oldestUs + this.#spanUs > timeUs) return [];
      const made: RuleMatch[] = [];
      this.#groups.change(group, () => made.push(...this.#close(group)));
      return made;
    }
    this.#groups.change(group, () => group.expire(timeUs - this.#spanUs));
    return [];
  }

  /** Where only the latest counts, those before it go: a flood of the same stays one entry. */
  #remember(group: Group, match: Entry): void {
    const { timeUs, rule, value, count, events } = match;
    const isSame =
      this.rule.type === 'value_count'
        ? (entry: Entry) => entry.value === value
        : (entry: Entry) => entry.rule === rule;
    if (this.rule.type === 'value_count' || this.rule.type === 'temporal') {
      this.#groups.change(group, () => group.remove(isSame));
    }
    this.#groups.add(group, { timeUs, rule, value, count, events });
  }

  #valuesOf(keys: readonly GroupKey[], match: RuleMatch): Record<string, string> | undefined {
    const values: Record<string, string> = Object.create(null);
    for (const { written, fields } of keys) {
      const reference = fields.get(match.rule);
      const value =
        match.group?.[written] ?? (reference && this.#read(match, reference.field, reference.key));
      if (value === undefined) return undefined;
      values[written] = value;
    }
    return values;
  }

  #decide(group: Group): readonly RuleMatch[] {
    const found = this.#find(group.entries());
    if (found === undefined) return [];
    const made = this.#finish(group, found);
    // What made a finding is used up, so that the next one needs as much again.
    this.#groups.change(group, () => group.clear());
    return [made];
  }

  #close(group: Group): readonly RuleMatch[] {
    const found = this.#find(group.entries());
    const made = found === undefined ? [] : [this.#finish(group, found)];
    group.clear();
    return made;
  }

  #find(entries: readonly Entry[]): readonly Entry[] | undefined {
    if (this.#isTemporal) return findTemporal(this.rule, entries);
    const number = measure(this.rule, entries);
    return number !== undefined && isWithin(number, this.rule.bounds) ? entries : undefined;
  }

  #finish(group: Group, entries: readonly Entry[]): RuleMatch {
    const events = entries.flatMap((entry) => entry.events);
    const half = EVIDENCE_MAX / 2;
    const isLong = events.length > EVIDENCE_MAX;
    return {
      rule: this.rule.id,
      timeUs: entries.at(-1)?.timeUs ?? 0,
      events: isLong ? [...events.slice(0, half), ...events.slice(-half)] : events,
      count: entries.reduce((count, entry) => count + entry.count, 0),
      group: group.values,
    };
  }
}
