/** A responder with a live sensor behind it, as the agent has it, for tests on a real kernel. */
import { join } from 'node:path';
import { bootTimeNs } from '../../src/engine/kernel/index.ts';
import { Responder, type SavedQuarantine, VerdictSensor } from '../../src/engine/response/index.ts';
import { probeKernel } from '../../src/engine/sensors/capabilities.ts';
import type { Capability } from '../../src/model/capability.ts';
import type { Event } from '../../src/model/event.ts';
import { silentLogger } from '../../src/model/log.ts';
import type { ProcessTarget, ResponseRequest } from '../../src/model/response.ts';
import { LiveSensor } from './live-sensor.ts';
import { repositoryRoot } from './root.ts';

const OBJECTS = join(repositoryRoot(), 'build/bpf');

export class LiveResponder {
  readonly live: LiveSensor;
  readonly sensor: VerdictSensor;
  readonly responder: Responder;
  readonly lsm: Capability;
  saved: readonly SavedQuarantine[] = [];

  constructor(publish?: (batch: readonly Event[]) => void) {
    this.live = new LiveSensor(publish === undefined ? {} : { publish });
    const { processes, pipeline, sensor } = this.live;
    const lsm = probeKernel(OBJECTS).capabilities.find(({ name }) => name === 'lsm');
    this.lsm = lsm ?? { name: 'lsm', available: false, detail: 'not looked for' };
    const canDeny = this.lsm.available;
    this.sensor = new VerdictSensor({
      objectDirectory: OBJECTS,
      shared: sensor.maps,
      canDeny,
      pinDirectory: undefined,
      logger: silentLogger,
    });
    this.responder = new Responder({
      sensor: this.sensor,
      denialObstacle: canDeny ? undefined : this.lsm.detail,
      saved: [],
      save: (all) => {
        this.saved = all;
      },
      toIso: String,
      catchUp: () => pipeline.drain(),
      descendantsOf: (process) => processes.descendants(process),
    });
  }

  /** The process that runs under a pid, when records have told of it. */
  async target(pid: number): Promise<ProcessTarget> {
    await this.live.settle();
    const found = this.live.processes.running(pid);
    if (found === undefined) throw new Error(`no record tells of ${pid}`);
    return { tgid: pid, startNs: found.startNs };
  }

  close(): void {
    this.responder.close();
    this.live.close();
  }
}

/** A kill of one process that somebody asks for now. */
export function aRequest(changes: Partial<ResponseRequest> = {}): ResponseRequest {
  return {
    kind: 'kill',
    scope: 'process',
    causeTimeNs: bootTimeNs(),
    isDryRun: false,
    reason: 'a test',
    rule: 'test',
    ...changes,
  };
}
