/** Detectors of a running agent: loaded, watched, and remembered for the next one. */

import type { DetectionEvent } from '../model/detection-event.ts';
import { CodedError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Logger } from '../model/log.ts';
import type { DetectionStats } from '../model/stats.ts';
import {
  type DetectionRule,
  DetectorHost,
  type FieldContext,
  rulesOfDetectors,
} from '../rules/index.ts';
import type { SavedDetections } from './persistence/saved-detections.ts';

export interface RunningDetectorsOptions {
  readonly files: readonly string[];
  readonly context: FieldContext;
  /** Of each detector that says nothing else; Infinity: all go out. */
  readonly findingsPerSecond: number;
  /** Boot id of the kernel. */
  readonly boot: string;
  readonly logger: Logger;
  readonly saved: SavedDetections | undefined;
  readonly onFinding: (finding: Finding) => void;
}

/** To be loaded, looked after now and then, and closed. */
export class RunningDetectors {
  readonly #options: RunningDetectorsOptions;
  /** Ids of detectors of which it was said that they are switched off. */
  readonly #told = new Set<string>();
  #host: DetectorHost | undefined;
  #savedSeen = '';
  #unloaded: DetectionStats['unloaded'] = [];
  #rules: readonly DetectionRule[] = [];

  constructor(options: RunningDetectorsOptions) {
    this.#options = options;
  }

  /** What the detectors want of the kernel; after `load`. */
  get rules(): readonly DetectionRule[] {
    return this.#rules;
  }

  /** Files without a detector are told, and the others run. */
  async load(): Promise<void> {
    const { logger, saved } = this.#options;
    const { host, loaded } = await this.#start(saved?.read('detectors'));
    this.#host = host;
    this.#rules = rulesOfDetectors(loaded.detectors);
    this.#savedSeen = this.#seen();
    this.#unloaded = loaded.problems.map(({ file, code, message }) => {
      logger.error({ file, code, reason: message }, 'a file of a detector is not loaded');
      return { file, reason: `${code}: ${message}` };
    });
  }

  detect(events: readonly DetectionEvent[]): void {
    this.#host?.detect(events);
  }

  /** Says once of each detector that it was switched off. */
  look(): void {
    for (const [id, { state }] of this.#host?.counts() ?? []) {
      if (state.kind === 'running' || this.#told.has(id)) continue;
      this.#told.add(id);
      const { code, message: reason } = state;
      this.#options.logger.error({ detector: id, code, reason }, 'a detector was switched off');
    }
  }

  /** Nothing is written when none has seen anything since the last time. */
  async save(): Promise<void> {
    const { saved } = this.#options;
    if (saved === undefined || this.#host === undefined) return;
    const seen = this.#seen();
    if (seen === this.#savedSeen) return;
    const text = await this.#host.save();
    this.#savedSeen = seen;
    saved.write('detectors', text);
  }

  stats(): Pick<DetectionStats, 'detectors' | 'unloaded'> {
    const counts = [...(this.#host?.counts() ?? [])];
    const detectors = counts.map(
      ([id, { events, findings, suppressed, errors, skipped, dropped, evicted, state }]) => {
        const reason = state.kind === 'running' ? '' : `${state.code}: ${state.message}`;
        const totals = { events, findings, suppressed, errors, skipped, dropped, evicted };
        return { id, state: state.kind, reason, ...totals };
      },
    );
    return { detectors, unloaded: this.#unloaded };
  }

  /** After what was handed over has been looked at, which the bounds of detectors limit. */
  async close(): Promise<void> {
    await this.#host?.drain();
    this.look();
    await this.save();
    this.#host?.close();
  }

  /** Another text than before: what they remember may be something else. */
  #seen(): string {
    const counts = [...(this.#host?.counts() ?? [])];
    return counts.map(([id, { events, state }]) => `${id} ${events} ${state.kind}`).join('\n');
  }

  async #start(
    text: string | undefined,
  ): Promise<{ host: DetectorHost; loaded: Awaited<ReturnType<DetectorHost['start']>> }> {
    const { files, context, boot, onFinding, saved, findingsPerSecond } = this.#options;
    const limits = { findingsPerSecond };
    const host = new DetectorHost({ files, context, boot, onFinding, saved: text, limits });
    try {
      return { host, loaded: await host.start() };
    } catch (error) {
      host.close();
      const isSaved = error instanceof CodedError && error.code === 'RULE_DETECTOR_SAVED_INVALID';
      if (!isSaved || text === undefined) throw error;
      saved?.setAside('detectors', error);
      return this.#start(undefined);
    }
  }
}
