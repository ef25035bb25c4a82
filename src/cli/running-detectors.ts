/** Detectors of a running agent: loaded, watched, and remembered for the next one. */

import type { DetectionEvent } from '../model/detection-event.ts';
import { CodedError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Logger } from '../model/log.ts';
import type { DetectionStats, DetectorStats } from '../model/stats.ts';
import {
  type DetectionRule,
  DetectorHost,
  type FieldContext,
  type LoadedDetectors,
  type LoadProblem,
  rulesOfDetectors,
} from '../rules/index.ts';
import type { DetectionSetup } from './agent-options.ts';
import type { SavedDetections } from './persistence/saved-detections.ts';

/** Of what is there, as far as it is about detectors. */
type DetectorSetup = Pick<DetectionSetup, 'detectorFiles' | 'findingsPerSecond'>;

export interface RunningDetectorsOptions {
  readonly context: FieldContext;
  /** Boot id of the kernel. */
  readonly boot: string;
  readonly logger: Logger;
  readonly saved: SavedDetections | undefined;
  readonly onFinding: (finding: Finding) => void;
}

/** Events that wait while detectors are replaced; looked at one by one they take a second. */
const HELD_MAX = 65_536;

/** Detectors that are loaded, while events wait for them or for those before: to be settled. */
export interface NextDetectors {
  readonly rules: readonly DetectionRule[];
  readonly problems: readonly LoadProblem[];
  /** They run from now on, or else those before go on. */
  settle(isTaken: boolean): void;
}

const NO_CHANGE: NextDetectors = { rules: [], problems: [], settle: () => undefined };

/** To be loaded, looked after now and then, and closed. */
export class RunningDetectors {
  readonly #options: RunningDetectorsOptions;
  /** Ids of detectors of which it was said that they are switched off. */
  readonly #told = new Set<string>();
  /** What was counted of detectors before they were loaded again: totals never fall. */
  readonly #earlier = new Map<string, DetectorTotals>();
  #host: DetectorHost | undefined;
  /** While detectors are replaced: what those that come have to look at. */
  #held: DetectionEvent[] | undefined;
  #unheld = 0;
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
  async load(setup: DetectorSetup): Promise<void> {
    const { logger, saved } = this.#options;
    const { host, loaded } = await this.#start(setup, saved?.read('detectors'));
    this.#host = host;
    this.#rules = rulesOfDetectors(loaded.detectors);
    this.#savedSeen = this.#seen();
    this.#unloaded = loaded.problems.map(({ file, code, message }) => {
      logger.error({ file, code, reason: message }, 'a file of a detector is not loaded');
      return { file, reason: `${code}: ${message}` };
    });
  }

  /** Loads files in a thread of their own, which ends; those that run do not wait for it. */
  async check(files: readonly string[]): Promise<readonly LoadProblem[]> {
    if (files.length === 0) return [];
    const { context, boot } = this.#options;
    const host = new DetectorHost({ files, context, boot, onFinding: () => undefined });
    try {
      return (await host.start()).problems;
    } finally {
      host.close();
    }
  }

  /** Loads others with what those of the same version remember that run. */
  async prepare(setup: DetectorSetup): Promise<NextDetectors> {
    if (this.#host === undefined && setup.detectorFiles.length === 0) return NO_CHANGE;
    this.#held = [];
    try {
      const text = await this.#lastWords();
      const { host, loaded } = await this.#start(setup, text);
      const rules = rulesOfDetectors(loaded.detectors);
      const settle = (isTaken: boolean): void => {
        if (isTaken) this.#take(host, rules);
        else host.close();
        this.#letGo();
      };
      return { rules, problems: loaded.problems, settle };
    } catch (error) {
      this.#letGo();
      throw error;
    }
  }

  detect(events: readonly DetectionEvent[]): void {
    if (this.#held === undefined) this.#host?.detect(events);
    else this.#hold(this.#held, events);
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
    const detectors = counts.map(([id, { state, ...totals }]): DetectorStats => {
      const reason = state.kind === 'running' ? '' : `${state.code}: ${state.message}`;
      return { id, state: state.kind, reason, ...plus(totals, this.#earlier.get(id)) };
    });
    return { detectors, unloaded: this.#unloaded };
  }

  /** After what was handed over has been looked at, which the bounds of detectors limit. */
  async close(): Promise<void> {
    await this.#host?.drain();
    this.look();
    await this.save();
    this.#host?.close();
  }

  /** What those remember that run until now, after all that they were given. */
  async #lastWords(): Promise<string | undefined> {
    await this.#host?.drain();
    this.look();
    return this.#host?.save();
  }

  #take(host: DetectorHost, rules: readonly DetectionRule[]): void {
    for (const detector of this.stats().detectors) this.#earlier.set(detector.id, detector);
    this.#host?.close();
    this.#host = host;
    this.#rules = rules;
    this.#unloaded = [];
    this.#told.clear();
    this.#savedSeen = '';
  }

  #hold(held: DetectionEvent[], events: readonly DetectionEvent[]): void {
    const room = HELD_MAX - held.length;
    for (const event of events.slice(0, room)) held.push(event);
    this.#unheld += Math.max(0, events.length - room);
  }

  #letGo(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#host?.detect(held);
    if (this.#unheld === 0) return;
    const message = 'detectors do not see events that came while they were replaced';
    this.#options.logger.warn({ events: this.#unheld }, message);
    this.#unheld = 0;
  }

  /** Another text than before: what they remember may be something else. */
  #seen(): string {
    const counts = [...(this.#host?.counts() ?? [])];
    return counts.map(([id, { events, state }]) => `${id} ${events} ${state.kind}`).join('\n');
  }

  async #start(
    setup: DetectorSetup,
    text: string | undefined,
  ): Promise<{ readonly host: DetectorHost; readonly loaded: LoadedDetectors }> {
    const { context, boot, onFinding, saved } = this.#options;
    const { detectorFiles: files, findingsPerSecond } = setup;
    const limits = { findingsPerSecond };
    const host = new DetectorHost({ files, context, boot, onFinding, saved: text, limits });
    try {
      return { host, loaded: await host.start() };
    } catch (error) {
      host.close();
      const isSaved = error instanceof CodedError && error.code === 'RULE_DETECTOR_SAVED_INVALID';
      if (!isSaved || text === undefined) throw error;
      saved?.setAside('detectors', error);
      return this.#start(setup, undefined);
    }
  }
}

type DetectorTotals = Omit<DetectorStats, 'id' | 'state' | 'reason'>;

function plus(now: DetectorTotals, earlier: DetectorTotals | undefined): DetectorTotals {
  return {
    events: now.events + (earlier?.events ?? 0),
    findings: now.findings + (earlier?.findings ?? 0),
    suppressed: now.suppressed + (earlier?.suppressed ?? 0),
    errors: now.errors + (earlier?.errors ?? 0),
    skipped: now.skipped + (earlier?.skipped ?? 0),
    dropped: now.dropped + (earlier?.dropped ?? 0),
    evicted: now.evicted + (earlier?.evicted ?? 0),
  };
}
