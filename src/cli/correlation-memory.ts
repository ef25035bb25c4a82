/** What correlations remember, from one agent to the next. */
import { CodedError } from '../model/errors.ts';
import type { Logger } from '../model/log.ts';
import type { CorrelationStats } from '../model/stats.ts';
import {
  type DetectionEngine,
  decodeState,
  encodeState,
  type RecordingHead,
} from '../rules/index.ts';
import type { SavedDetections } from './persistence/saved-detections.ts';

export interface CorrelationMemoryOptions {
  readonly engine: DetectionEngine;
  readonly head: RecordingHead;
  readonly saved: SavedDetections | undefined;
  readonly logger: Logger;
}

/** After a save there is none for so many times as long as it took: at most 2 % of a CPU. */
const REST_FACTOR = 50;

/** Between the engine and a file. */
export class CorrelationMemory {
  readonly #options: Omit<CorrelationMemoryOptions, 'engine'>;
  #engine: DetectionEngine;
  #savedChanges: number;
  /** What was counted of correlations that are gone: totals never fall. */
  #gone: Totals = { evicted: 0, dropped: 0, ungrouped: 0 };
  #notBeforeMs = 0;
  #restored = 0;
  #discarded = 0;
  #unsaved = 0;

  constructor({ engine, ...options }: CorrelationMemoryOptions) {
    this.#options = options;
    this.#engine = engine;
    this.#savedChanges = engine.changes;
  }

  /** Goes on with what the agent before had; a file that cannot be read is set aside. */
  restore(): void {
    const { head, saved } = this.#options;
    const text = saved?.read('correlations');
    if (text === undefined) return;
    try {
      const groups = decodeState(text, head.boot);
      const all = Object.values(groups).reduce((sum, each) => sum + each.groups.length, 0);
      this.#discarded = this.#engine.restore(groups);
      this.#restored = all - this.#discarded;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      saved?.setAside('correlations', error);
      return;
    }
    this.#tellDiscarded(this.#discarded);
  }

  /** Another engine has taken over from the one before, but for so many groups. */
  follow(engine: DetectionEngine, discarded: number): void {
    const { groups: _, ...before } = countsOf(this.#engine);
    const { groups: __, ...after } = countsOf(engine);
    this.#gone = plus(plus(this.#gone, before), after, -1);
    this.#engine = engine;
    this.#discarded += discarded;
    this.#tellDiscarded(discarded);
  }

  /**
   * Now and then: nothing when nothing has changed since the last time, and less often when it
   * takes long, as whoever chooses the groups chooses how much there is to write.
   */
  saveSometimes(): void {
    if (performance.now() < this.#notBeforeMs) return;
    const startMs = performance.now();
    this.save();
    const endMs = performance.now();
    this.#notBeforeMs = endMs + (endMs - startMs) * REST_FACTOR;
  }

  /** Nothing is written when nothing has changed since the last time. */
  save(): void {
    const { head, saved } = this.#options;
    const { changes } = this.#engine;
    if (saved === undefined || changes === this.#savedChanges) return;
    this.#savedChanges = changes;
    const { text, unsaved } = encodeState(head, this.#engine.save());
    this.#unsaved = unsaved;
    saved.write('correlations', text);
  }

  stats(): CorrelationStats {
    const { groups, ...counted } = countsOf(this.#engine);
    const { late } = this.#engine;
    const [restored, discarded, unsaved] = [this.#restored, this.#discarded, this.#unsaved];
    return { groups, ...plus(this.#gone, counted), late, restored, discarded, unsaved };
  }

  #tellDiscarded(groups: number): void {
    if (groups === 0) return;
    const message = 'groups of correlations are forgotten, as their rules have changed';
    this.#options.logger.info({ groups }, message);
  }
}

type Totals = Pick<CorrelationStats, 'evicted' | 'dropped' | 'ungrouped'>;

function countsOf(engine: DetectionEngine): Totals & Pick<CorrelationStats, 'groups'> {
  const totals = { groups: 0, evicted: 0, dropped: 0, ungrouped: 0 };
  for (const { correlation } of engine.counts().values()) {
    totals.groups += correlation?.groups ?? 0;
    totals.evicted += correlation?.evicted ?? 0;
    totals.dropped += correlation?.dropped ?? 0;
    totals.ungrouped += correlation?.ungrouped ?? 0;
  }
  return totals;
}

function plus(one: Totals, other: Totals, factor = 1): Totals {
  return {
    evicted: one.evicted + factor * other.evicted,
    dropped: one.dropped + factor * other.dropped,
    ungrouped: one.ungrouped + factor * other.ungrouped,
  };
}
