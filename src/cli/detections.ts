/** Detections of a running agent: events to rules, findings to whoever listens. */
import { readFileSync } from 'node:fs';
import type { PolicySensors, ProcessTable } from '../engine/index.ts';
import { toJsonFinding } from '../exporters/index.ts';
import type { LineListener } from '../model/agent-api.ts';
import type { BootClock } from '../model/clock.ts';
import type { DetectionEvent } from '../model/detection-event.ts';
import type { Event } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { Logger } from '../model/log.ts';
import type { Publisher } from '../model/pipeline.ts';
import type { ResponseApi, ResponseHandler } from '../model/response.ts';
import type { DetectionStats, ResponseStats } from '../model/stats.ts';
import {
  DetectionEngine,
  type DetectionRule,
  EventTranslator,
  isOfSource,
  RecordingEncoder,
} from '../rules/index.ts';
import { attachSources, type EventSourceOptions, type SourceState } from './event-sources.ts';
import { RuleResponses } from './rule-responses.ts';

/** How often spans of correlations are looked at. */
const ADVANCE_MS = 250;

const NO_RESPONSES: ResponseStats = {
  ...{ enforced: 0, notEnforced: 0, dryRuns: 0, repeated: 0, pending: 0 },
};

const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1e9;

export interface DetectionsOptions {
  readonly rules: readonly DetectionRule[];
  readonly nodeName: string;
  readonly clusterName: string;
  readonly clock: BootClock;
  /** Boot id of the kernel. */
  readonly boot: string;
  /** Where events go that are not of sources. */
  readonly next: Publisher;
  /** Takes one line of JSON without a line end. */
  readonly onLine: (line: string) => void;
  readonly processes: Pick<ProcessTable, 'ancestors' | 'newest'>;
  readonly logger: Logger;
}

/** Told of every event that rules look at. */
type DetectionEventListener = (events: readonly DetectionEvent[]) => void;

/** Between the events of the engine and their listeners. */
export class Detections implements Publisher {
  readonly #options: DetectionsOptions;
  readonly #engine: DetectionEngine;
  readonly #translator: EventTranslator;
  readonly #rest: Publisher;
  readonly #listeners = new Set<DetectionEventListener>();
  readonly #users = readUsers();
  readonly #timer: NodeJS.Timeout;
  #responses: RuleResponses | undefined;
  #sources: readonly SourceState[] = [];
  #findings = 0;
  #latestNs = 0n;

  constructor(options: DetectionsOptions) {
    this.#options = options;
    const { rules, nodeName, clusterName, boot, clock, processes } = options;
    this.#rest = withoutSources(options.next);
    this.#translator = new EventTranslator({
      ancestorsOf: (each) => processes.ancestors(each),
      processOf: (pid) => processes.newest(pid),
      // What the agent does for the rules is not what they are about.
      ownPid: process.pid,
    });
    this.#engine = new DetectionEngine({
      rules,
      context: {
        ...{ nodeName, clusterName },
        userName: (uid) => this.#users.get(uid),
        toEpochMs: (timeNs) => Date.parse(clock.toIso(timeNs)),
      },
      origin: `${nodeName}/${boot}`,
      onFinding: (finding) => this.#report(finding),
    });
    this.#timer = setInterval(() => this.#engine.advance(this.#latestNs), ADVANCE_MS);
    this.#timer.unref();
  }

  /** Answers findings from now on. */
  respondBy(responses: ResponseHandler & ResponseApi): void {
    this.#responses = new RuleResponses({
      ...this.#options,
      handler: responses,
      quarantines: () => responses.quarantines(),
    });
  }

  /** Attaches the hooks that the rules need. */
  start(sources: EventSourceOptions): void {
    this.#sources = attachSources(this.#options.rules, sources);
  }

  publish(batch: readonly Event[]): void {
    this.#detect(this.#translator.translate(batch));
    this.#rest.publish(batch);
  }

  /** Lines of a recording of the events from now on; the returned function ends it. */
  record(onLines: LineListener): () => void {
    const { nodeName: node, clusterName: cluster, boot, clock } = this.#options;
    const encoder = new RecordingEncoder();
    const bootTimeMs = Date.parse(clock.toIso(0n));
    onLines([encoder.head({ node, cluster, boot, bootTimeMs }).trimEnd()]);
    const listener: DetectionEventListener = (events) => {
      const lines = events.flatMap((event) => encoder.encode(event).trimEnd().split('\n'));
      if (lines.length > 0) onLines(lines);
    };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  stats(): DetectionStats {
    return {
      rules: this.#options.rules.length,
      events: this.#engine.events,
      findings: this.#findings,
      responses: this.#responses?.stats() ?? NO_RESPONSES,
      sources: this.#sources.map(({ source, way = 'none', reason }) => ({ source, way, reason })),
    };
  }

  close(): void {
    clearInterval(this.#timer);
    const now = process.uptime() * NS_PER_SECOND;
    this.#engine.flush(this.#latestNs > 0n ? this.#latestNs : BigInt(Math.round(now)) * NS_PER_MS);
  }

  #detect(events: readonly DetectionEvent[]): void {
    for (const { timeNs } of events) if (timeNs > this.#latestNs) this.#latestNs = timeNs;
    this.#engine.detect(events);
    for (const listener of this.#listeners) listener(events);
  }

  #report(finding: Finding): void {
    this.#findings += 1;
    this.#options.onLine(JSON.stringify(toJsonFinding(finding, this.#options)));
    this.#responses?.answer(finding);
  }
}

/** Events of sources go no further, nor do those that an agent before this one left in the ring. */
export function withoutSources(next: Publisher): Publisher {
  return {
    publish(batch: readonly Event[]): void {
      // Nearly always, without rules: then nothing is copied.
      const shown = batch.some(isOfSource) ? batch.filter((event) => !isOfSource(event)) : batch;
      if (shown.length > 0) next.publish(shown);
    },
  };
}

/** Without rules, events go on as they are. */
export function openDetections(options: DetectionsOptions): Detections | undefined {
  return options.rules.length === 0 ? undefined : new Detections(options);
}

/** Sensors, as far as detections need them. */
export type DetectionSensors = Pick<PolicySensors, 'manager'>;

/** Names of the users of this node by their ids. */
function readUsers(): ReadonlyMap<number, string> {
  const users = new Map<number, string>();
  let text = '';
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    // A node without the file has no names to give.
  }
  for (const line of text.split('\n')) {
    const [name = '', , uid] = line.split(':');
    if (uid !== undefined && !users.has(Number(uid))) users.set(Number(uid), name);
  }
  return users;
}
