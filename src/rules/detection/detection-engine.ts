/** Events to findings: the rules of one version, with what their correlations remember. */
import type { DetectionEvent } from '../../model/detection-event.ts';
import type { Finding, RuleResponse } from '../../model/finding.ts';
import type { CorrelationCounts } from './correlate/correlation.ts';
import { Correlator } from './correlate/correlator.ts';
import type { RuleMatch } from './correlate/match.ts';
import { ruleVersions } from './correlate/rule-versions.ts';
import type { SavedGroups } from './correlate/state-text.ts';
import { RuleIndex } from './evaluate/rule-index.ts';
import { EventFields, type FieldContext } from './fields/event-fields.ts';
import type { FieldName } from './fields/field-table.ts';
import { FindingLimiter, placeOf } from './findings/finding-limiter.ts';
import { describeCorrelation, describeEvent, textOfField } from './findings/make-finding.ts';
import type { CorrelationRule } from './ir/correlation.ts';
import type { DetectionRule, EventRule } from './ir/rule.ts';

/** Takes findings as they are made. Must return at once. */
export type FindingListener = (finding: Finding) => void;

export interface EngineOptions {
  readonly rules: readonly DetectionRule[];
  readonly context: FieldContext;
  /** `node/boot`: what makes numbers of records unique. */
  readonly origin: string;
  readonly onFinding: FindingListener;
  /** Of each rule that says nothing else, see `FindingLimiter`; undefined: all go out of any. */
  readonly findingsPerSecond?: number | undefined;
  /**
   * Takes what is too many of a rule that does something to processes, which must be done all the
   * same; says whether the finding went out. Must return at once.
   */
  readonly onExcess?: ((finding: Finding) => boolean) | undefined;
}

/** Totals of one rule since it was loaded. */
export interface RuleCounts {
  readonly matched: number;
  /** Findings that were too many. */
  readonly suppressed: number;
  readonly correlation?: CorrelationCounts | undefined;
}

/** What completed a finding; a correlation that counts what is missing may have no event. */
interface Completed {
  readonly event: DetectionEvent | undefined;
  readonly timeMs: number;
}

const NS_PER_US = 1000n;
const NS_PER_MS = 1_000_000n;
const US_PER_MS = 1000;

/** Synchronous; one event costs microseconds. A change of rules makes another engine. */
export class DetectionEngine {
  readonly #options: EngineOptions;
  readonly #index: RuleIndex;
  readonly #correlator: Correlator;
  readonly #correlations: ReadonlyMap<string, CorrelationRule>;
  readonly #versions: ReadonlyMap<string, string>;
  readonly #limiter: FindingLimiter | undefined;
  readonly #matched = new Map<string, number>();
  #fields: EventFields | undefined;
  #events = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { rules, findingsPerSecond } = options;
    this.#limiter =
      findingsPerSecond === undefined ? undefined : new FindingLimiter(findingsPerSecond);
    this.#versions = ruleVersions(rules);
    this.#index = new RuleIndex(rules.filter((rule) => rule.kind === 'event'));
    const correlations = rules.filter((rule) => rule.kind === 'correlation');
    this.#correlations = new Map(correlations.map((rule) => [rule.id, rule]));
    this.#correlator = new Correlator(correlations, (match, field, key) =>
      this.#readOf(match, field as FieldName, key),
    );
  }

  /** Events looked at. */
  get events(): number {
    return this.#events;
  }

  /** Rules that every event of their classes is checked against; see `RuleIndex`. */
  get index(): RuleIndex {
    return this.#index;
  }

  /** Looks at events in the order in which they came. */
  detect(batch: readonly DetectionEvent[]): void {
    this.#events += batch.length;
    for (const event of batch) {
      const matched = this.#index.evaluate(this.#fieldsOf(event));
      for (const rule of matched) this.#see(rule, event);
    }
  }

  /** Decides what time decides; `nowNs` by CLOCK_BOOTTIME. To be called some times a second. */
  advance(nowNs: bigint): void {
    this.#report(this.#correlator.advance(Number(nowNs / NS_PER_US)));
  }

  /** Decides what can be decided now, late events or not: for the end. */
  flush(nowNs: bigint): void {
    this.#report(this.#correlator.flush(Number(nowNs / NS_PER_US)));
  }

  /** By id of the rule. Rules that never matched are there, too. */
  counts(): ReadonlyMap<string, RuleCounts> {
    const correlations = this.#correlator.counts();
    const suppressed = this.#limiter?.suppressed();
    return new Map(
      this.#options.rules.map(({ id }) => [
        id,
        {
          matched: this.#matched.get(id) ?? 0,
          suppressed: suppressed?.get(id) ?? 0,
          correlation: correlations.get(id),
        },
      ]),
    );
  }

  /** Matches for correlations that were out of order when they came, and too late to be put in. */
  get late(): number {
    return this.#correlator.late;
  }

  /** Another number than before: `save` gives something else. */
  get changes(): number {
    return this.#correlator.changes;
  }

  /** What correlations remember, with the versions of their rules. */
  save(): SavedGroups {
    const entries = Object.entries(this.#correlator.save());
    return Object.fromEntries(
      entries
        .filter(([, groups]) => groups.length > 0)
        .map(([id, groups]) => [id, { version: this.#versions.get(id) ?? '', groups }]),
    );
  }

  /** Goes on with what is of the same rules; gives how many groups were of others, and are not. */
  restore(saved: SavedGroups): number {
    let dropped = 0;
    const mine = Object.entries(saved).filter(([id, { version, groups }]) => {
      const isSame = this.#versions.get(id) === version;
      if (!isSame) dropped += groups.length;
      return isSame;
    });
    this.#correlator.restore(Object.fromEntries(mine.map(([id, { groups }]) => [id, groups])));
    return dropped;
  }

  /**
   * Goes on where another one is, whose use ends with it: what is remembered and counted of rules
   * of the same version stays. Gives how many groups of correlations were of others.
   */
  takeOver(previous: DetectionEngine): number {
    const isSame = (id: string): boolean => {
      const version = this.#versions.get(id);
      return version !== undefined && version === previous.#versions.get(id);
    };
    this.#events = previous.#events;
    for (const [id, count] of previous.#matched) if (isSame(id)) this.#matched.set(id, count);
    if (previous.#limiter !== undefined) this.#limiter?.takeOver(previous.#limiter, isSame);
    return this.#correlator.takeOver(previous.#correlator, isSame);
  }

  #see(rule: EventRule, event: DetectionEvent): void {
    this.#count(rule.id);
    if (rule.emits) {
      this.#emit(rule, { event, timeMs: Number(event.timeNs / NS_PER_MS) }, (origin) =>
        describeEvent({ rule, event, origin, source: this.#fieldsOf(event) }),
      );
    }
    if (!this.#correlator.needs(rule.id)) return;
    const timeUs = Number(event.timeNs / NS_PER_US);
    // Looked up now: when the span ends, nobody may know them any more.
    void event.ancestors;
    this.#correlator.add({ rule: rule.id, timeUs, events: [event], count: 1 });
  }

  #report(matches: readonly RuleMatch[]): void {
    for (const match of matches) {
      this.#count(match.rule);
      const rule = this.#correlations.get(match.rule);
      if (rule?.emits !== true) continue;
      this.#emit(rule, { event: match.events.at(-1), timeMs: match.timeUs / US_PER_MS }, (origin) =>
        describeCorrelation({ rule, match, origin, fieldsOf: (e) => this.#fieldsOf(e) }),
      );
    }
  }

  /** To describe a finding costs the most of it: one that is too many is not even described. */
  #emit(rule: DetectionRule, completed: Completed, describe: (origin: string) => Finding): void {
    const { origin, onFinding, onExcess } = this.#options;
    const suppressed = this.#take(rule, completed);
    if (suppressed !== undefined) {
      const finding = describe(origin);
      onFinding(suppressed === 0 ? finding : { ...finding, suppressed });
      return;
    }
    if (onExcess !== undefined && mayAct(rule)) {
      const finding = describe(origin);
      if (isAct(finding.rule.respond) && onExcess(finding)) return;
    }
    this.#limiter?.leaveOut(rule.id);
  }

  /** How many were left out before this one; undefined when it is too many. */
  #take(
    { id, findingsPerSecond }: DetectionRule,
    { event, timeMs }: Completed,
  ): number | undefined {
    if (this.#limiter === undefined) return 0;
    const place = event === undefined ? '' : placeOf(event);
    return this.#limiter.take({ id, findingsPerSecond, timeMs, place });
  }

  #count(rule: string): void {
    this.#matched.set(rule, (this.#matched.get(rule) ?? 0) + 1);
  }

  #readOf(match: RuleMatch, field: FieldName, key?: string): string | undefined {
    const event = match.events.at(-1);
    return event === undefined ? undefined : textOfField(this.#fieldsOf(event), { field, key });
  }

  #fieldsOf(event: DetectionEvent): EventFields {
    this.#fields ??= new EventFields(this.#options.context, event);
    return this.#fields.set(event);
  }
}

/** Whether something is done to processes: who is only told is told within bounds. */
function isAct(respond: RuleResponse | undefined): boolean {
  return respond !== undefined && !respond.isDryRun && respond.kind !== 'webhook';
}

/** Whether the rule, or what it is told when it finds something, asks for such a thing. */
export function mayAct({ respond, respondWhen = [] }: DetectionRule): boolean {
  return isAct(respond) || respondWhen.some(({ response }) => isAct(response));
}
