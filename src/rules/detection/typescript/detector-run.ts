/** One detector at work: events in, findings out, within the bounds of one detector. */
import { FindingLimiter } from '../findings/finding-limiter.ts';
import { isRecord } from '../recording/is-record.ts';
import { BoundedTable, type EventClock, plainText } from './bounded-table.ts';
import type { CheckedDetector } from './check-definition.ts';
import type { DetectorErrorCode } from './errors.ts';
import { isWanted } from './event-filter.ts';
import { EventView } from './event-view.ts';
import type { DetectorFailure } from './head.ts';
import type { DetectorLimits } from './limits.ts';
import type { DetectorReport, EmittedFinding, EventRow, RowPlan, SavedState } from './protocol.ts';
import { readEmission } from './read-emission.ts';

/** Milliseconds of work of this thread since some moment. */
export type WorkClock = () => number;

/** Longest message about what a detector threw. */
const MESSAGE_LENGTH_MAX = 200;

type Counts = Omit<DetectorReport, 'id' | 'failure' | 'evicted'>;

const NO_COUNTS: Counts = { events: 0, suppressed: 0, errors: 0, overruns: 0, skipped: 0 };

/** Switched off for good when it breaks a bound too often. */
export class DetectorRun {
  readonly #detector: CheckedDetector;
  readonly #limits: DetectorLimits;
  readonly #clock: EventClock = { nowMs: 0 };
  readonly #tables: ReadonlyMap<string, BoundedTable>;
  readonly #state: Readonly<Record<string, BoundedTable>>;
  readonly #view: EventView;
  readonly #limiter: FindingLimiter | undefined;
  #counts: { -readonly [Name in keyof Counts]: Counts[Name] } = { ...NO_COUNTS };
  #evictedReported = 0;
  #errorsInARow = 0;
  #overrunsInARow = 0;
  #failure: DetectorFailure | undefined;
  #isFailureReported = false;
  /** Position of the event that is looked at; -1 between events. */
  #row = -1;
  #findings: EmittedFinding[] = [];

  constructor(detector: CheckedDetector, limits: DetectorLimits) {
    this.#detector = detector;
    this.#limits = limits;
    const { findingsPerSecond } = limits;
    this.#limiter =
      findingsPerSecond === undefined ? undefined : new FindingLimiter(findingsPerSecond);
    this.#view = new EventView(detector.head.fields);
    const tables = [...detector.tables].map(([name, bounds]) => {
      return [name, new BoundedTable(bounds, this.#clock)] as const;
    });
    this.#tables = new Map(tables);
    this.#state = Object.freeze(Object.fromEntries(tables));
  }

  get head(): CheckedDetector['head'] {
    return this.#detector.head;
  }

  get isRunning(): boolean {
    return this.#failure === undefined;
  }

  setPlan(plan: RowPlan): void {
    this.#view.setPlan(plan);
  }

  /** Looks at the events it asked for, in their order. */
  run(rows: readonly EventRow[], workMs: WorkClock): readonly EmittedFinding[] {
    this.#findings = [];
    const startMs = workMs();
    for (const [position, row] of rows.entries()) {
      if (!this.isRunning) break;
      if (!this.#isShown(row)) continue;
      this.#detect(position, row);
      if (workMs() - startMs <= this.#limits.budgetMs) continue;
      this.#overrun(rows.slice(position + 1));
      return this.#findings;
    }
    this.#overrunsInARow = 0;
    return this.#findings;
  }

  /** What was done since the last time. */
  report(): DetectorReport {
    const evicted = [...this.#tables.values()].reduce((sum, table) => sum + table.evicted, 0);
    const report = {
      ...{ id: this.head.id, ...this.#counts, evicted: evicted - this.#evictedReported },
      failure: this.#isFailureReported ? undefined : this.#failure,
    };
    this.#counts = { ...NO_COUNTS };
    this.#evictedReported = evicted;
    this.#isFailureReported = this.#failure !== undefined;
    return report;
  }

  /** Undefined when it is switched off, which it is when it cannot be saved. */
  save(): SavedState | undefined {
    if (!this.isRunning) return undefined;
    const { id, version } = this.head;
    try {
      const tables = Object.fromEntries([...this.#tables].map(([name, t]) => [name, t.save()]));
      const text = plainText({ nowMs: this.#clock.nowMs, tables });
      const { stateLength } = this.#limits;
      if (text.length <= stateLength) return { id, version, text };
      this.fail('RULE_DETECTOR_STATE', `it remembers ${text.length} characters of ${stateLength}`);
    } catch (error) {
      this.fail('RULE_DETECTOR_STATE', describeError(error));
    }
    return undefined;
  }

  /** Takes what a detector of the same version saved; anything else is left out. */
  restore({ version, text }: SavedState): void {
    if (version !== this.head.version) return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    if (!isRecord(value) || !isRecord(value['tables'])) return;
    if (typeof value['nowMs'] === 'number') this.#clock.nowMs = value['nowMs'];
    for (const [name, table] of this.#tables) {
      if (Object.hasOwn(value['tables'], name)) table.restore(value['tables'][name]);
    }
  }

  /** Switches it off. */
  fail(code: DetectorErrorCode, message: string): void {
    this.#failure ??= { code, message };
  }

  /** Sets it up to be looked at. */
  #isShown(row: EventRow): boolean {
    const { inputs, only } = this.#detector.head;
    if (!inputs.includes(row.class)) return false;
    this.#view.set(row);
    return isWanted(only, row.class, (written) => this.#view.value(written));
  }

  #detect(position: number, row: EventRow): void {
    this.#counts.events += 1;
    this.#clock.nowMs = Math.max(this.#clock.nowMs, row.timeMs);
    this.#row = position;
    let hasEmitted = false;
    const emit = (emission: unknown): void => {
      // One for each event, and none after detect() has returned.
      const isMeant = this.#row === position && !hasEmitted;
      const suppressed = isMeant ? this.#takeFinding(row) : undefined;
      if (suppressed === undefined) {
        this.#counts.suppressed += 1;
        return;
      }
      hasEmitted = true;
      const { id } = this.head;
      this.#findings.push({ id, row: position, suppressed, ...readEmission(emission) });
    };
    try {
      const returned = this.#detector.detect(this.#view, this.#state, emit);
      if (returned instanceof Promise) throw new TypeError('detect() waits for something');
      this.#errorsInARow = 0;
    } catch (error) {
      this.#countError(error);
    } finally {
      this.#row = -1;
    }
  }

  /** How many were left out before it; undefined when it is too many. */
  #takeFinding({ place }: EventRow): number | undefined {
    if (this.#limiter === undefined) return 0;
    const { id, findingsPerSecond } = this.head;
    const timeMs = this.#clock.nowMs;
    const suppressed = this.#limiter.take({ id, findingsPerSecond, timeMs, place });
    if (suppressed === undefined) this.#limiter.leaveOut(id);
    return suppressed;
  }

  #countError(error: unknown): void {
    this.#counts.errors += 1;
    this.#errorsInARow += 1;
    if (this.#errorsInARow < this.#limits.errorsInARow) return;
    this.fail('RULE_DETECTOR_THROWS', describeError(error));
  }

  #overrun(rest: readonly EventRow[]): void {
    this.#counts.overruns += 1;
    this.#counts.skipped += rest.filter((row) => this.#isShown(row)).length;
    this.#overrunsInARow += 1;
    if (this.#overrunsInARow < this.#limits.overrunsInARow) return;
    const { budgetMs } = this.#limits;
    this.fail(
      'RULE_DETECTOR_SLOW',
      `it took more than ${budgetMs} ms for each of its last batches`,
    );
  }
}

/** What was thrown, in few words. */
export function describeError(error: unknown): string {
  let text: string;
  try {
    text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    text = 'something that is no text';
  }
  return text.slice(0, MESSAGE_LENGTH_MAX);
}
