/** Detections of a running agent: events to rules, findings to whoever listens. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bootTimeNs } from '../engine/index.ts';
import { toJsonFinding } from '../exporters/index.ts';
import type { LineListener } from '../model/agent-api.ts';
import type { DetectionEvent } from '../model/detection-event.ts';
import type { Event } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { Publisher } from '../model/pipeline.ts';
import type { ResponseApi, ResponseHandler } from '../model/response.ts';
import type { DetectionStats, ResponseStats } from '../model/stats.ts';
import {
  DetectionEngine,
  type DetectionRule,
  EventTranslator,
  type FieldContext,
  type LoadProblem,
  mayAct,
  RecordingEncoder,
  type RecordingHead,
} from '../rules/index.ts';
import type { DetectionSetup } from './agent-options.ts';
import { CorrelationMemory } from './correlation-memory.ts';
import type { DetectionsOptions } from './detections-options.ts';
import {
  attachSources,
  detachSources,
  type EventSourceOptions,
  type SourceState,
} from './event-sources.ts';
import { EventTime } from './event-time.ts';
import { KilledProcesses } from './killed-processes.ts';
import { SavedDetections } from './persistence/saved-detections.ts';
import { RuleResponses } from './rule-responses.ts';
import { RunningDetectors } from './running-detectors.ts';
import { readUsers } from './user-names.ts';
import { withoutSources } from './without-sources.ts';

/** How often spans of correlations are looked at. */
const ADVANCE_MS = 250;

/** How often what is remembered is written down: an agent that is killed loses as much. */
const SAVE_MS = 10_000;

/** Longer than a record waits in a ring. */
const QUIET_NS = BigInt(ADVANCE_MS) * 1_000_000n;

const NO_RESPONSES: ResponseStats = {
  ...{ enforced: 0, notEnforced: 0, dryRuns: 0, repeated: 0, pending: 0 },
};

/** Told of every event that rules look at. */
type DetectionEventListener = (events: readonly DetectionEvent[]) => void;

/** Between the events of the engine and their listeners. */
export class Detections implements Publisher {
  readonly #options: DetectionsOptions;
  readonly #context: FieldContext;
  readonly #translator: EventTranslator;
  readonly #rest: Publisher;
  readonly #listeners = new Set<DetectionEventListener>();
  readonly #users = readUsers();
  readonly #detectors: RunningDetectors;
  readonly #memory: CorrelationMemory;
  readonly #killed = new KilledProcesses();
  readonly #time = new EventTime({ clock: bootTimeNs, quietNs: QUIET_NS });
  #setup: DetectionSetup;
  #engine: DetectionEngine;
  #timers: readonly NodeJS.Timeout[] = [];
  #responses: RuleResponses | undefined;
  #arm: (() => void) | undefined;
  #sensors: EventSourceOptions | undefined;
  #sources: readonly SourceState[] = [];
  #findings = 0;

  constructor(options: DetectionsOptions) {
    this.#options = options;
    this.#setup = options;
    const { nodeName, clusterName, boot, clock, processes, logger } = options;
    this.#rest = withoutSources(options.next);
    this.#translator = new EventTranslator({
      ancestorsOf: (each) => processes.ancestors(each),
      processOf: (pid) => processes.newest(pid),
      // What the agent does for the rules is not what they are about.
      ownPid: process.pid,
    });
    this.#context = {
      ...{ nodeName, clusterName },
      userName: (uid) => this.#users.get(uid),
      toEpochMs: (timeNs) => Date.parse(clock.toIso(timeNs)),
    };
    const { stateDirectory } = options;
    this.#engine = this.#createEngine(options);
    const saved =
      stateDirectory === undefined ? undefined : new SavedDetections(stateDirectory, logger);
    this.#detectors = new RunningDetectors({
      ...{ context: this.#context, boot, logger, saved },
      onFinding: (finding) => this.#report(finding),
    });
    this.#memory = new CorrelationMemory({
      ...{ engine: this.#engine, head: this.#head(), saved, logger },
    });
  }

  /** Answers findings from now on. */
  respondBy(responses: ResponseHandler & ResponseApi): void {
    this.#arm = () => responses.arm();
    this.#armFor(this.#setup);
    this.#responses = new RuleResponses({
      ...this.#options,
      handler: responses,
      killed: this.#killed,
      quarantines: () => responses.quarantines(),
    });
  }

  /** Takes up what the agent before remembered; before the first event. */
  restore(): void {
    this.#memory.restore();
  }

  /** Loads the detectors, which may take a while when one of them is not well. */
  async load(): Promise<void> {
    if (this.#setup.detectorFiles.length > 0) await this.#detectors.load(this.#setup);
  }

  /** Attaches the hooks that the rules and the detectors need. */
  start(sensors: EventSourceOptions): void {
    this.#sensors = sensors;
    this.#attach([...this.#setup.rules, ...this.#detectors.rules], sensors);
    const advance = setInterval(() => this.#advance(), ADVANCE_MS);
    const save = setInterval(() => this.#save(), SAVE_MS);
    this.#timers = [advance.unref(), save.unref()];
  }

  /**
   * Other rules and detectors from the next batch on; what is remembered of those that are the same
   * stays. Gives what is wrong with files of detectors: those of before are then in force, as they
   * are when it rejects. Once started; calls must not overlap.
   */
  async change(setup: DetectionSetup): Promise<readonly LoadProblem[]> {
    const problems = await this.#detectors.check(setup.detectorFiles);
    if (problems.length > 0) return problems;
    // To make an engine keeps events waiting, so they have their turn before and after.
    await nextTurn();
    const engine = this.#createEngine(setup);
    const next = await this.#detectors.prepare(setup);
    let isTaken = false;
    try {
      if (next.problems.length > 0) return next.problems;
      this.#armFor(setup);
      this.#replace(engine, [...setup.rules, ...next.rules]);
      this.#setup = setup;
      isTaken = true;
      return [];
    } finally {
      next.settle(isTaken);
    }
  }

  publish(batch: readonly Event[]): void {
    if (this.#responses !== undefined) this.#killed.see(batch);
    const events = this.#translator.translate(batch);
    this.#time.see(events);
    this.#detect(events);
    this.#rest.publish(batch);
  }

  /** Lines of a recording of the events from now on; the returned function ends it. */
  record(onLines: LineListener): () => void {
    const encoder = new RecordingEncoder();
    onLines([encoder.head(this.#head()).trimEnd()]);
    const listener: DetectionEventListener = (events) => {
      const lines = events.flatMap((event) => encoder.encode(event).trimEnd().split('\n'));
      if (lines.length > 0) onLines(lines);
    };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  stats(): Omit<DetectionStats, 'reloads'> {
    return {
      rules: this.#setup.rules.length,
      events: this.#engine.events,
      findings: this.#findings,
      responses: this.#responses?.stats() ?? NO_RESPONSES,
      suppressed: [...this.#engine.counts()].flatMap(([rule, { suppressed: count }]) =>
        count === 0 ? [] : [{ rule, count }],
      ),
      correlations: this.#memory.stats(),
      ...this.#detectors.stats(),
      sources: this.#sources.map(({ source, way = 'none', reason }) => ({ source, way, reason })),
    };
  }

  /** Decides what can be decided, and writes down the rest for the agent that comes after. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    // Without an event nobody knows how late it is, and what was restored is not over.
    const { latestNs } = this.#time;
    if (latestNs > 0n) this.#engine.flush(latestNs);
    this.#memory.save();
    await this.#detectors.close();
  }

  #createEngine({ rules, findingsPerSecond }: DetectionSetup): DetectionEngine {
    const { nodeName, boot } = this.#options;
    return new DetectionEngine({
      ...{ rules, findingsPerSecond, context: this.#context, origin: `${nodeName}/${boot}` },
      onFinding: (finding) => this.#report(finding),
      onExcess: (finding) => this.#reportExcess(finding),
    });
  }

  /** Once for all: what was made ready stays so. */
  #armFor({ rules }: DetectionSetup): void {
    if (this.#arm === undefined || !rules.some(mayAct)) return;
    this.#arm();
    this.#arm = undefined;
  }

  /** What was seen until now is for the rules of before, and whatever comes is for these. */
  #replace(engine: DetectionEngine, rules: readonly DetectionRule[]): void {
    this.#options.catchUp?.();
    this.#attach(rules);
    this.#memory.follow(engine, engine.takeOver(this.#engine));
    this.#engine = engine;
  }

  /** What these rules want of the kernel, and nothing else. */
  #attach(rules: readonly DetectionRule[], sensors = this.#sensors): void {
    if (sensors === undefined) return;
    const before = this.#sources;
    const wanted = attachSources(rules, sensors, before);
    this.#sources = [...wanted, ...detachSources(before, wanted, sensors)];
  }

  #advance(): void {
    this.#engine.advance(this.#time.nowNs());
    this.#detectors.look();
  }

  #save(): void {
    this.#memory.saveSometimes();
    this.#detectors.save().catch((error: unknown) => {
      this.#options.logger.error({ error }, 'what detectors remember could not be saved');
    });
  }

  #head(): RecordingHead {
    const { nodeName: node, clusterName: cluster, boot, clock } = this.#options;
    return { node, cluster, boot, bootTimeMs: Date.parse(clock.toIso(0n)) };
  }

  #detect(events: readonly DetectionEvent[]): void {
    this.#engine.detect(events);
    this.#detectors.detect(events);
    for (const listener of this.#listeners) listener(events);
  }

  #report(finding: Finding): void {
    // Before anything is written: who is to be killed does not wait.
    this.#responses?.answer(finding);
    this.#write(finding);
  }

  /** A flood must not save anybody: what is too many is answered, and goes out when it was. */
  #reportExcess(finding: Finding): boolean {
    const isAnswered = this.#responses?.answer(finding, true) ?? false;
    if (isAnswered) this.#write(finding);
    return isAnswered;
  }

  #write(finding: Finding): void {
    this.#findings += 1;
    const line = JSON.stringify(toJsonFinding(finding, this.#options));
    this.#options.onLine(line);
    this.#options.onFinding?.(finding, line);
  }
}
