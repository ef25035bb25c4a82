/** Runs rules over a recording, as fast as it can be read. */
import type { DetectionEvent } from '../model/detection-event.ts';
import type { Finding } from '../model/finding.ts';
import { DetectionEngine, type DetectionRule, type RuleCounts } from '../rules/index.ts';
import { openRecording } from './recording-file.ts';

/** Events that are looked at together. */
const BATCH = 512;

const NS_PER_MS = 1_000_000n;

export interface ReplayOptions {
  readonly path: string;
  readonly rules: readonly DetectionRule[];
  onFinding(finding: Finding, bootTimeMs: number): void;
}

/** What came of it. */
export interface ReplayResult {
  readonly events: number;
  readonly counts: ReadonlyMap<string, RuleCounts>;
}

/** Throws CONFIG_FILE_UNREADABLE, RULE_RECORDING_INVALID; findings up to there were told. */
export async function replayRecording(options: ReplayOptions): Promise<ReplayResult> {
  const { path, rules, onFinding } = options;
  const recording = openRecording(path);
  let engine: DetectionEngine | undefined;
  let batch: DetectionEvent[] = [];
  let lastNs = 0n;
  const open = (): DetectionEngine => {
    const { node = '', cluster = '', boot = '', bootTimeMs = 0 } = recording.head() ?? {};
    return new DetectionEngine({
      rules,
      context: {
        nodeName: node,
        clusterName: cluster,
        // Names of users are those of the machine that was recorded, and nobody knows them here.
        userName: (uid) => (uid === 0 ? 'root' : undefined),
        toEpochMs: (timeNs) => bootTimeMs + Number(timeNs / NS_PER_MS),
      },
      origin: `${node}/${boot}`,
      onFinding: (finding) => onFinding(finding, bootTimeMs),
    });
  };
  const look = (): void => {
    engine ??= open();
    engine.detect(batch);
    engine.advance(lastNs);
    batch = [];
  };
  for await (const event of recording.events) {
    batch.push(event);
    if (event.timeNs > lastNs) lastNs = event.timeNs;
    if (batch.length >= BATCH) look();
  }
  look();
  engine?.flush(lastNs);
  return { events: engine?.events ?? 0, counts: engine?.counts() ?? new Map() };
}
