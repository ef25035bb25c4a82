/** Detections of an agent without a kernel: events are handed to them, and findings collected. */
import { Detections } from '../../src/cli/detections.ts';
import type { DetectionsOptions } from '../../src/cli/detections-options.ts';
import { BootClock } from '../../src/model/clock.ts';
import { silentLogger } from '../../src/model/log.ts';
import type { Workload } from '../../src/model/workload.ts';
import { compileRules, type DetectionRule } from '../../src/rules/index.ts';
import { anExecEvent, aProcess } from './events.ts';

/** What differs between executions. */
export interface Execution {
  readonly second: number;
  readonly tgid?: number | undefined;
  readonly workload?: Workload | undefined;
}

export interface DetectionsStage {
  readonly detections: Detections;
  /** An execution of `whoami`. */
  exec(execution: Execution): void;
}

/** Without rules, and with nobody who listens; say what is different. */
export function stageOptions(changes: Partial<DetectionsOptions>): DetectionsOptions {
  return {
    ...{ rules: [], detectorFiles: [], findingsPerSecond: 10, stateDirectory: undefined },
    ...{ nodeName: 'node', clusterName: '', clock: new BootClock(0n), boot: 'boot' },
    ...{ logger: silentLogger, next: { publish: () => undefined }, onLine: () => undefined },
    processes: { ancestors: () => [], newest: () => undefined, descendants: () => [] },
    ...changes,
  };
}

/** To be closed by the test. */
export function detectionsStage(changes: Partial<DetectionsOptions>): DetectionsStage {
  const detections = new Detections(stageOptions(changes));
  let sequence = 0;
  const exec = ({ second, tgid = 7, workload }: Execution): void => {
    sequence += 1;
    const timeNs = BigInt(Math.round(second * 1000)) * 1_000_000n;
    const process = aProcess({ tgid });
    detections.publish([anExecEvent({ sequence, timeNs, process, workload })]);
  };
  return { detections, exec };
}

/** Rules of Sigma; throws when there is a mistake in them. */
export function rulesOf(text: string): readonly DetectionRule[] {
  const { rules, diagnostics } = compileRules([{ file: 'rules.yaml', text }]);
  const [mistake] = diagnostics.filter(({ severity }) => severity === 'error');
  if (mistake !== undefined) throw new Error(mistake.message);
  return rules;
}
