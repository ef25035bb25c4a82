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
  readonly #options: CorrelationMemoryOptions;
  #savedChanges: number;
  #notBeforeMs = 0;
  #restored = 0;
  #discarded = 0;
  #unsaved = 0;

  constructor(options: CorrelationMemoryOptions) {
    this.#options = options;
    this.#savedChanges = options.engine.changes;
  }

  /** Goes on with what the agent before had; a file that cannot be read is set aside. */
  restore(): void {
    const { engine, head, saved, logger } = this.#options;
    const text = saved?.read('correlations');
    if (text === undefined) return;
    try {
      const groups = decodeState(text, head.boot);
      const all = Object.values(groups).reduce((sum, each) => sum + each.groups.length, 0);
      this.#discarded = engine.restore(groups);
      this.#restored = all - this.#discarded;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      saved?.setAside('correlations', error);
      return;
    }
    if (this.#discarded === 0) return;
    const message = 'groups of correlations are forgotten, as their rules have changed';
    logger.info({ groups: this.#discarded }, message);
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
    const { engine, head, saved } = this.#options;
    const { changes } = engine;
    if (saved === undefined || changes === this.#savedChanges) return;
    this.#savedChanges = changes;
    const { text, unsaved } = encodeState(head, engine.save());
    this.#unsaved = unsaved;
    saved.write('correlations', text);
  }

  stats(): CorrelationStats {
    const totals = { groups: 0, evicted: 0, dropped: 0, ungrouped: 0 };
    for (const { correlation } of this.#options.engine.counts().values()) {
      totals.groups += correlation?.groups ?? 0;
      totals.evicted += correlation?.evicted ?? 0;
      totals.dropped += correlation?.dropped ?? 0;
      totals.ungrouped += correlation?.ungrouped ?? 0;
    }
    const { late } = this.#options.engine;
    const [restored, discarded, unsaved] = [this.#restored, this.#discarded, this.#unsaved];
    return { ...totals, late, restored, discarded, unsaved };
  }
}
