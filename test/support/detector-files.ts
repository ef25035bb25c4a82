/** Files of detectors, hosts that load them, and events for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { DetectionEvent } from '../../src/model/detection-event.ts';
import type { Finding } from '../../src/model/finding.ts';
import { DetectorHost } from '../../src/rules/detection/typescript/detector-host.ts';
import type { DetectorLimits } from '../../src/rules/detection/typescript/limits.ts';
import { aDetectionEvent } from './detection-events.ts';
import { someLimits } from './detectors.ts';
import { aProcess } from './events.ts';
import { someContext } from './findings.ts';

/** Executions by processes of these ids, a second apart. */
export function execs(...pids: readonly number[]): readonly DetectionEvent[] {
  return pids.map((tgid, position) => {
    return aDetectionEvent({
      sequence: position + 1,
      timeNs: BigInt(position + 1) * 1_000_000_000n,
      process: aProcess({ tgid }),
    });
  });
}

/** Text of a file with a detector whose `detect` is the code; the id is that of the file. */
export function detectorText(code: string, changes = ''): string {
  return `import { defineDetector, table } from 'warder/detector';
export default defineDetector({
  id: 'NAME', title: 'A detector', level: 'medium', description: 'For tests.', attack: ['T1059'],
  falsePositives: [], runbook: 'Look.', version: '1',
  inputs: ['process.exec'], fields: ['process.pid', 'process.exe.path'],
  ${changes}
  detect(event, state, emit): void { ${code} },
});
`;
}

/** Files by name, in a directory that is gone after the test. `NAME` in a text is the name. */
export function writeDetectors(
  t: TestContext,
  texts: Readonly<Record<string, string>>,
): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'warder-detectors-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return Object.entries(texts).map(([name, text]) => {
    const file = join(directory, name.includes('.') ? name : `${name}.ts`);
    writeFileSync(file, text.replaceAll('NAME', name));
    return file;
  });
}

/** A host, and what it found. */
export interface HostStage {
  readonly host: DetectorHost;
  readonly findings: Finding[];
}

/** What a test says of its host. */
export interface StageOptions {
  readonly limits?: Partial<DetectorLimits>;
  readonly saved?: string;
  readonly boot?: string;
}

/** A host of these files, which ends with the test. To be started. */
export function aHost(
  t: TestContext,
  files: readonly string[],
  { limits = {}, saved, boot = 'boot' }: StageOptions = {},
): HostStage {
  const findings: Finding[] = [];
  const host = new DetectorHost({
    ...{ files, context: someContext(), boot, saved, limits: someLimits(limits) },
    onFinding: (finding) => findings.push(finding),
  });
  t.after(() => host.close());
  return { host, findings };
}
