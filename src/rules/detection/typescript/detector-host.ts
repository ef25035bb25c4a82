/** Detectors in TypeScript, for the main thread: events go in, findings come out, nothing waits. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Finding } from '../../../model/finding.ts';
import { EventFields, type FieldContext } from '../fields/event-fields.ts';
import type { FieldSource } from '../fields/field-value.ts';
import { BatchQueue, type QueuedBatch } from './batch-queue.ts';
import { describeDetection } from './describe-detection.ts';
import { CountTable, type DetectorCounts } from './detector-counts.ts';
import { DetectorWorker, type WorkerEnd } from './detector-worker.ts';
import type { DetectorHead, LoadProblem } from './head.ts';
import type { DetectorLimits } from './limits.ts';
import { LIMITS_DEFAULT } from './limits.ts';
import type { DetectorReport, FromThread, RowPlan, SavedState } from './protocol.ts';
import { decodeStates, encodeStates } from './saved-states.ts';

export interface DetectorHostOptions {
  /** Paths of files, one detector each; see `listDetectors`. */
  readonly files: readonly string[];
  readonly context: FieldContext;
  /** Boot id of the kernel; with the name of the node it makes numbers of records unique. */
  readonly boot: string;
  readonly onFinding: (finding: Finding) => void;
  /** What `save` gave before; undefined: the detectors begin with nothing. */
  readonly saved?: string | undefined;
  readonly limits?: Partial<DetectorLimits> | undefined;
  /** Reads events that are not of a machine; undefined: fields are those of the event. */
  readonly sourceOf?: ((event: DetectionEvent) => FieldSource) | undefined;
}

/** What came of loading. */
export interface LoadedDetectors {
  readonly detectors: readonly DetectorHead[];
  readonly problems: readonly LoadProblem[];
}

/** Ends of the thread that are the fault of no detector, each within the time of the one before. */
const UNEXPLAINED_MAX = 3;
const UNEXPLAINED_MS = 60_000;

/**
 * One thread for all detectors. One that breaks a bound is switched off, and the others go on: in
 * the same thread, or in a new one with what they remembered at the last snapshot. To be closed.
 */
export class DetectorHost {
  readonly #options: DetectorHostOptions;
  readonly #limits: DetectorLimits;
  readonly #counts = new CountTable();
  readonly #queue: BatchQueue;
  readonly #problems: LoadProblem[] = [];
  readonly #states = new Map<string, SavedState>();
  /** Files that are not loaded again. */
  readonly #refused = new Set<string>();
  #waiting: (() => void)[] = [];
  #worker: DetectorWorker | undefined;
  #isLoaded = false;
  #isSaving = false;
  #isToRestart = false;
  #restarts = 0;
  #unexplained = 0;
  #unexplainedMs = 0;
  #sentPlan: RowPlan | undefined;
  #hasNews = false;
  #timer: NodeJS.Timeout | undefined;
  #fields: EventFields | undefined;

  constructor(options: DetectorHostOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS_DEFAULT, ...options.limits };
    this.#queue = new BatchQueue({
      ...{ context: options.context, sourceOf: options.sourceOf },
      eventsMax: this.#limits.queueEvents,
      onDropped: ({ class: eventClass }) => this.#counts.countDropped(eventClass),
    });
  }

  /** Threads that had to be replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Loads the files. Resolves when the detectors are ready; what comes before is not looked at. */
  async start(): Promise<LoadedDetectors> {
    const { saved, boot } = this.#options;
    for (const state of saved === undefined ? [] : decodeStates(saved, boot)) {
      this.#states.set(state.id, state);
    }
    this.#launch();
    await this.#until(() => this.#worker === undefined || this.#isLoaded);
    this.#timer = setInterval(() => this.#save(), this.#limits.snapshotMs);
    this.#timer.unref();
    return { detectors: this.#counts.running(), problems: this.#problems };
  }

  /** Hands over what the detectors asked for, and returns. */
  detect(batch: readonly DetectionEvent[]): void {
    for (const queued of this.#queue.add(batch)) this.#post(queued);
  }

  /** By id; detectors that were switched off are there, too. */
  counts(): ReadonlyMap<string, DetectorCounts> {
    return this.#counts.read();
  }

  /** Resolves when everything that was handed over has been looked at. */
  drain(): Promise<void> {
    return this.#until(() => this.#queue.isEmpty);
  }

  /** What the detectors remember now. */
  async save(): Promise<string> {
    await this.#until(() => !this.#isSaving);
    this.#hasNews = true;
    this.#save();
    await this.#until(() => !this.#isSaving);
    const running = new Set(this.#counts.running().map(({ id }) => id));
    const states = [...this.#states.values()].filter(({ id }) => running.has(id));
    return encodeStates(this.#options.boot, states);
  }

  /** Ends the thread; events that it has not looked at yet are left. */
  close(): void {
    clearInterval(this.#timer);
    this.#worker?.close();
    this.#worker = undefined;
    this.#queue.setDetectors([]);
    this.#queue.clear();
    this.#settle();
  }

  #launch(): void {
    const files = this.#options.files.filter((file) => !this.#refused.has(file));
    this.#isLoaded = false;
    this.#isSaving = false;
    this.#isToRestart = false;
    this.#sentPlan = undefined;
    this.#worker = undefined;
    if (files.length === 0) this.#queue.clear();
    else {
      this.#worker = new DetectorWorker({
        ...{ files, states: [...this.#states.values()], limits: this.#limits },
        onMessage: (message) => this.#receive(message),
        onEnd: (end) => this.#replace(end),
      });
      for (const queued of this.#queue.unanswered()) this.#post(queued);
    }
    this.#settle();
  }

  #post({ number, rows, plan }: QueuedBatch): void {
    if (plan !== this.#sentPlan) this.#worker?.post({ kind: 'plan', plan });
    this.#sentPlan = plan;
    this.#hasNews = true;
    this.#worker?.post({ kind: 'batch', number, rows });
  }

  #receive(message: FromThread): void {
    switch (message.kind) {
      case 'loaded':
        this.#takeLoaded(message);
        break;
      case 'batch':
        this.#report(message);
        this.#take(message.reports);
        break;
      default:
        this.#isSaving = false;
        for (const state of message.states) this.#states.set(state.id, state);
        this.#take(message.reports);
        if (this.#isToRestart) this.#restart();
    }
    this.#settle();
  }

  #takeLoaded({ detectors, problems }: Extract<FromThread, { kind: 'loaded' }>): void {
    this.#isLoaded = true;
    for (const problem of problems) this.#refuse(problem);
    for (const { id, file, fileHash } of this.#counts.running()) {
      const isSame = detectors.some((head) => head.id === id && head.fileHash === fileHash);
      if (isSame) continue;
      const message = 'its file was changed after it was loaded';
      this.#refuse({ file, code: 'RULE_DETECTOR_LOAD', message });
    }
    this.#counts.add(detectors.filter(({ file }) => !this.#refused.has(file)));
    this.#replan();
  }

  #report({ number, findings }: Extract<FromThread, { kind: 'batch' }>): void {
    const events = this.#queue.answer(number);
    const { context, boot, onFinding, sourceOf } = this.#options;
    for (const emitted of findings) {
      const event = events[emitted.row];
      const head = this.#counts.head(emitted.id);
      if (event === undefined || head === undefined || this.#refused.has(head.file)) continue;
      this.#counts.countFinding(head.id);
      this.#fields ??= new EventFields(context, event);
      const source = sourceOf?.(event) ?? this.#fields.set(event);
      const origin = `${context.nodeName}/${boot}`;
      onFinding(describeDetection({ head, emitted, event, source, origin }));
    }
  }

  #take(reports: readonly DetectorReport[]): void {
    for (const { id, failure, ...report } of reports) {
      const file = this.#counts.take({ id, ...report })?.file;
      if (failure === undefined || file === undefined) continue;
      this.#refuse({ file, ...failure });
      // What its file holds is there for as long as the thread is. What the others remember is
      // asked for first: answers come in order, so it is what it was after the last batch.
      if (failure.code === 'RULE_DETECTOR_MEMORY') this.#isToRestart = true;
    }
    if (!this.#isToRestart) return;
    this.#hasNews = true;
    this.#save();
  }

  #restart(): void {
    this.#restarts += 1;
    this.#worker?.close();
    this.#launch();
  }

  /** A file is not tried again, whatever was wrong with it. */
  #refuse(problem: LoadProblem): void {
    if (this.#refused.has(problem.file)) return;
    this.#refused.add(problem.file);
    const running = this.#counts.running().find(({ file }) => file === problem.file);
    if (running === undefined) {
      this.#problems.push(problem);
      return;
    }
    this.#counts.disable(running.id, problem);
    this.#states.delete(running.id);
    this.#replan();
  }

  #replan(): void {
    this.#queue.setDetectors(this.#counts.running());
  }

  /** The thread is gone. */
  #replace({ file, code, message }: WorkerEnd): void {
    this.#restarts += 1;
    if (file === undefined) this.#endUnexplained(message);
    else this.#refuse({ file, code, message });
    this.#launch();
  }

  #endUnexplained(message: string): void {
    const now = performance.now();
    if (now - this.#unexplainedMs > UNEXPLAINED_MS) this.#unexplained = 0;
    this.#unexplainedMs = now;
    this.#unexplained += 1;
    if (this.#unexplained < UNEXPLAINED_MAX) return;
    for (const file of this.#options.files) {
      this.#refuse({ file, code: 'RULE_DETECTOR_WORKER', message });
    }
  }

  #save(): void {
    if (!this.#hasNews || this.#isSaving || this.#worker === undefined) return;
    this.#hasNews = false;
    this.#isSaving = true;
    this.#worker.post({ kind: 'save' });
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Lets those look again who wait for something. */
  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
