/** What each detector did, and how it is. */
import type { EventClass } from '../../../model/event-class.ts';
import type { DetectorFailure, DetectorHead } from './head.ts';
import type { DetectorReport } from './protocol.ts';

export type DetectorState =
  | { readonly kind: 'running' }
  | ({ readonly kind: 'disabled' } & DetectorFailure);

/** Totals of one detector since it was loaded. */
export interface DetectorCounts {
  /** Events that it looked at. */
  readonly events: number;
  readonly findings: number;
  /** Findings that were too many. */
  readonly suppressed: number;
  /** Events for which it threw. */
  readonly errors: number;
  /** Batches that took it too long, and the events that it was not shown for it. */
  readonly overruns: number;
  readonly skipped: number;
  /** Entries that went from full tables. */
  readonly evicted: number;
  /** Events that found the queue full. */
  readonly dropped: number;
  readonly state: DetectorState;
}

type Totals = { -readonly [Name in keyof DetectorCounts]: DetectorCounts[Name] };

/** Of all detectors of a host, by id. */
export class CountTable {
  readonly #totals = new Map<string, Totals>();
  readonly #heads = new Map<string, DetectorHead>();
  readonly #dropped = new Map<EventClass, number>();

  /** Detectors that were loaded; those that are there already go on counting. */
  add(heads: readonly DetectorHead[]): void {
    for (const head of heads) {
      if (this.#heads.has(head.id)) continue;
      this.#heads.set(head.id, head);
      this.#totals.set(head.id, {
        ...{ events: 0, findings: 0, suppressed: 0, errors: 0, overruns: 0, skipped: 0 },
        ...{ evicted: 0, dropped: 0, state: { kind: 'running' } },
      });
    }
  }

  head(id: string): DetectorHead | undefined {
    return this.#heads.get(id);
  }

  /** Those that are not switched off. */
  running(): readonly DetectorHead[] {
    return [...this.#heads.values()].filter(({ id }) => {
      return this.#totals.get(id)?.state.kind === 'running';
    });
  }

  /** The detector that it is about. */
  take(report: DetectorReport): DetectorHead | undefined {
    const totals = this.#totals.get(report.id);
    if (totals === undefined) return undefined;
    for (const name of COUNTED) totals[name] += report[name];
    return this.#heads.get(report.id);
  }

  countFinding(id: string): void {
    const totals = this.#totals.get(id);
    if (totals !== undefined) totals.findings += 1;
  }

  countDropped(eventClass: EventClass): void {
    this.#dropped.set(eventClass, (this.#dropped.get(eventClass) ?? 0) + 1);
  }

  /** For good. */
  disable(id: string, { code, message }: DetectorFailure): void {
    const totals = this.#totals.get(id);
    if (totals?.state.kind !== 'running') return;
    totals.dropped = this.#droppedOf(id);
    totals.state = { kind: 'disabled', code, message };
  }

  read(): ReadonlyMap<string, DetectorCounts> {
    return new Map(
      [...this.#totals].map(([id, totals]) => {
        const isRunning = totals.state.kind === 'running';
        return [id, { ...totals, dropped: isRunning ? this.#droppedOf(id) : totals.dropped }];
      }),
    );
  }

  #droppedOf(id: string): number {
    const inputs = new Set(this.#heads.get(id)?.inputs);
    return [...inputs].reduce((sum, input) => sum + (this.#dropped.get(input) ?? 0), 0);
  }
}

const COUNTED = ['events', 'suppressed', 'errors', 'overruns', 'skipped', 'evicted'] as const;
