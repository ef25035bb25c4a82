/** What detections of an agent are made with. */
import type { ProcessTable } from '../engine/index.ts';
import type { BootClock } from '../model/clock.ts';
import type { Finding } from '../model/finding.ts';
import type { Logger } from '../model/log.ts';
import type { Publisher } from '../model/pipeline.ts';
import type { DetectionSetup } from './agent-options.ts';

export interface DetectionsOptions extends DetectionSetup {
  /** Where what is remembered outlives the agent; undefined: it ends with it. */
  readonly stateDirectory: string | undefined;
  readonly logger: Logger;
  readonly nodeName: string;
  readonly clusterName: string;
  readonly clock: BootClock;
  /** Boot id of the kernel. */
  readonly boot: string;
  /** Where events go that are not of sources. */
  readonly next: Publisher;
  /** Takes one line of JSON without a line end. */
  readonly onLine: (line: string) => void;
  /** Told of findings, and of their lines. Does not throw. */
  readonly onFinding?: ((finding: Finding, line: string) => void) | undefined;
  readonly processes: Pick<ProcessTable, 'ancestors' | 'newest' | 'descendants'>;
  /** Publishes what the kernel has told until now. Not within a batch. */
  readonly catchUp?: (() => void) | undefined;
}
