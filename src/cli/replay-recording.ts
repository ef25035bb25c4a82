/** Runs rules over a recording, as fast as it can be read. */
import type { DetectionEvent } from '../model/detection-event.ts';
import type { Finding } from '../model/finding.ts';
import {
  DetectionEngine,
  type DetectionRule,
  DetectorHost,
  type FieldContext,
  type RecordingHead,
  type RuleCounts,
} from '../rules/index.ts';
import { openRecording } from './recording-file.ts';

/** Events that are looked at together. */
const BATCH = 512;

const NS_PER_MS = 1_000_000n;

export interface ReplayOptions {
  readonly path: string;
  readonly rules: readonly DetectionRule[];
  /** Files of detectors. */
  readonly detectorFiles: readonly string[];
  onFinding(finding: Finding, bootTimeMs: number): void;
}

/** A detector that was switched off. */
export interface StoppedDetector {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** What came of it. */
export interface ReplayResult {
  readonly events: number;
  readonly counts: ReadonlyMap<string, Pick<RuleCounts, 'matched'>>;
  readonly stopped: readonly StoppedDetector[];
}

/** Throws CONFIG_FILE_UNREADABLE, RULE_RECORDING_INVALID; findings up to there were told. */
export async function replayRecording(options: ReplayOptions): Promise<ReplayResult> {
  const recording = openRecording(options.path);
  let parts: ReplayParts | undefined;
  let batch: DetectionEvent[] = [];
  let lastNs = 0n;
  const look = async (): Promise<void> => {
    parts ??= await openParts(options, recording.head() ?? NO_HEAD);
    parts.engine.detect(batch);
    parts.engine.advance(lastNs);
    parts.host?.detect(batch);
    // The queue of the detectors is bounded, and a replay leaves nothing out.
    await parts.host?.drain();
    batch = [];
  };
  try {
    for await (const event of recording.events) {
      batch.push(event);
      if (event.timeNs > lastNs) lastNs = event.timeNs;
      if (batch.length >= BATCH) await look();
    }
    await look();
    parts?.engine.flush(lastNs);
    return resultOf(parts);
  } finally {
    parts?.host?.close();
  }
}

const NO_HEAD: RecordingHead = { node: '', cluster: '', boot: '', bootTimeMs: 0 };

interface ReplayParts {
  readonly engine: DetectionEngine;
  readonly host: DetectorHost | undefined;
}

async function openParts(options: ReplayOptions, head: RecordingHead): Promise<ReplayParts> {
  const { rules, detectorFiles: files } = options;
  const { node, cluster, boot, bootTimeMs } = head;
  const context: FieldContext = {
    nodeName: node,
    clusterName: cluster,
    // Names of users are those of the machine that was recorded, and nobody knows them here.
    userName: (uid) => (uid === 0 ? 'root' : undefined),
    toEpochMs: (timeNs) => bootTimeMs + Number(timeNs / NS_PER_MS),
  };
  const onFinding = (finding: Finding): void => options.onFinding(finding, bootTimeMs);
  const engine = new DetectionEngine({ rules, context, origin: `${node}/${boot}`, onFinding });
  if (files.length === 0) return { engine, host: undefined };
  const limits = { findingsPerSecond: undefined };
  const host = new DetectorHost({ files, context, boot, onFinding, limits });
  await host.start();
  return { engine, host };
}

/** What a detector found is what it matched. */
function resultOf(parts: ReplayParts | undefined): ReplayResult {
  const detectors = [...(parts?.host?.counts() ?? [])];
  return {
    events: parts?.engine.events ?? 0,
    counts: new Map([
      ...(parts?.engine.counts() ?? []),
      ...detectors.map(([id, { findings, suppressed }]) => {
        return [id, { matched: findings + suppressed }] as const;
      }),
    ]),
    stopped: detectors.flatMap(([id, { state }]) => {
      return state.kind === 'running' ? [] : [{ id, code: state.code, message: state.message }];
    }),
  };
}
