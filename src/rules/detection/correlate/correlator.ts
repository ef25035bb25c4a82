/** All correlations of a set of rules: matches of rules go in, matches of correlations come out. */
import type { CorrelationRule } from '../ir/correlation.ts';
import { Correlation, type CorrelationCounts, type SavedGroup } from './correlation.ts';
import type { MatchReader, RuleMatch } from './match.ts';
import { Reorder } from './reorder.ts';

/** Correlations of correlations; a longer chain is a cycle, which front ends refuse. */
const DEPTH_MAX = 16;

/** How often spans are looked at that end without a match. */
const SWEEP_INTERVAL_US = 1_000_000;

/** Matches that come about, by the order of their times. */
export class Correlator {
  readonly #correlations: readonly Correlation[];
  /** By id of a rule: correlations that need its matches. */
  readonly #users = new Map<string, Correlation[]>();
  readonly #reorder = new Reorder();
  #sweptUs = Number.NEGATIVE_INFINITY;
  #changes = 0;

  constructor(rules: readonly CorrelationRule[], read: MatchReader) {
    this.#correlations = rules
      .filter(({ isEnabled }) => isEnabled)
      .map((rule) => new Correlation(rule, read));
    for (const correlation of this.#correlations) {
      for (const id of new Set(correlation.rule.rules)) {
        this.#users.set(id, [...(this.#users.get(id) ?? []), correlation]);
      }
    }
  }

  /** Whether matches of the rule are of any use here. */
  needs(rule: string): boolean {
    return this.#users.has(rule);
  }

  counts(): ReadonlyMap<string, CorrelationCounts> {
    return new Map(this.#correlations.map((each) => [each.rule.id, each.counts()]));
  }

  /** Matches that were out of order when they came. */
  get late(): number {
    return this.#reorder.late;
  }

  /** Grows whenever what is remembered becomes another; that time passes is no change. */
  get changes(): number {
    return this.#changes;
  }

  add(match: RuleMatch): void {
    this.#reorder.add(match);
  }

  /** Takes in what is due, and decides what has ended; `nowUs` by CLOCK_BOOTTIME. */
  advance(nowUs: number): readonly RuleMatch[] {
    const made: RuleMatch[] = [];
    for (const match of this.#reorder.release(nowUs)) this.#spread(match, made, 0);
    this.#sweep(nowUs, made);
    return made;
  }

  /** Takes in everything, whatever may still come. */
  flush(nowUs: number): readonly RuleMatch[] {
    const made: RuleMatch[] = [];
    for (const match of this.#reorder.releaseAll()) this.#spread(match, made, 0);
    this.#sweptUs = Number.NEGATIVE_INFINITY;
    this.#sweep(nowUs, made);
    return made;
  }

  /** What an agent that comes after is given, by id of the correlation. */
  save(): Readonly<Record<string, readonly SavedGroup[]>> {
    return Object.fromEntries(this.#correlations.map((each) => [each.rule.id, each.save()]));
  }

  /** Takes over groups of correlations that are still there. */
  restore(saved: Readonly<Record<string, readonly SavedGroup[]>>): void {
    for (const correlation of this.#correlations) {
      correlation.restore(
        Object.hasOwn(saved, correlation.rule.id) ? (saved[correlation.rule.id] ?? []) : [],
      );
    }
  }

  /**
   * Goes on where another one is, whose use ends with it: with what correlations remember that are
   * the same, and with matches of rules that are. Gives how many groups were of others.
   */
  takeOver(previous: Correlator, isSame: (rule: string) => boolean): number {
    this.#changes = previous.#changes + 1;
    this.#reorder.takeOver(previous.#reorder, ({ rule }) => isSame(rule));
    const mine = new Map(this.#correlations.map((each) => [each.rule.id, each]));
    let dropped = 0;
    for (const each of previous.#correlations) {
      const { id } = each.rule;
      const heir = isSame(id) ? mine.get(id) : undefined;
      if (heir === undefined) dropped += each.counts().groups;
      else heir.takeOver(each);
    }
    return dropped;
  }

  /** Looking at all groups takes a while, and spans are long. */
  #sweep(nowUs: number, made: RuleMatch[]): void {
    if (nowUs - this.#sweptUs < SWEEP_INTERVAL_US) return;
    this.#sweptUs = nowUs;
    for (const correlation of this.#correlations) {
      for (const match of correlation.advance(nowUs)) {
        this.#changes += 1;
        made.push(match);
        this.#spread(match, made, 1);
      }
    }
  }

  #spread(match: RuleMatch, made: RuleMatch[], depth: number): void {
    if (depth > DEPTH_MAX) return;
    this.#changes += 1;
    for (const correlation of this.#users.get(match.rule) ?? []) {
      for (const next of correlation.add(match)) {
        made.push(next);
        this.#spread(next, made, depth + 1);
      }
    }
  }
}
