/** The base sensor with a pipeline behind it, as the agent has it, for tests on a real kernel. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RingReader } from '../../src/engine/kernel/index.ts';
import { Pipeline } from '../../src/engine/pipeline.ts';
import { ProcessTable } from '../../src/engine/process/process-table.ts';
import { countRingFull } from '../../src/engine/records/losses.ts';
import { countMissing } from '../../src/engine/records/sequence.ts';
import { BaseSensor, type BaseSensorOptions } from '../../src/engine/sensors/base-sensor.ts';
import type { Event, Process, ProcessExecEvent, ProcessExitEvent } from '../../src/model/event.ts';
import { silentLogger } from '../../src/model/log.ts';
import { repositoryRoot } from './root.ts';

/** How long records may take from the ring to the publisher before a test gives up on them. */
const SETTLE_MS_MAX = 30_000;

/** Options of the sensor but for its object, and where events go (default: kept in `events`). */
export interface LiveSensorOptions extends Omit<BaseSensorOptions, 'objectPath'> {
  readonly publish?: (batch: readonly Event[]) => void;
}

/** A program that ran to its end, and its exec events. */
export interface Run {
  readonly pid: number;
  readonly execs: readonly ProcessExecEvent[];
}

/** Names of the flags that are set. */
export function flagsOf(process: Process | undefined): readonly string[] {
  return Object.entries(process?.flags ?? {}).flatMap(([name, isSet]) => (isSet ? [name] : []));
}

/** Sensor, reader, pipeline and process table; close detaches everything. */
export class LiveSensor {
  readonly events: Event[] = [];
  readonly processes: ProcessTable = new ProcessTable({ nodeName: 'test' });
  readonly sensor: BaseSensor;
  readonly pipeline: Pipeline;
  #failure: unknown;

  constructor(options: LiveSensorOptions = {}) {
    const { publish, ...rest } = options;
    const objectPath = join(repositoryRoot(), 'build/bpf/process.bpf.o');
    this.sensor = BaseSensor.load({ objectPath, ...rest });
    this.pipeline = new Pipeline({
      processes: this.processes,
      hooks: { resolve: () => undefined },
      publisher: { publish: publish ?? ((batch) => this.events.push(...batch)) },
      logger: silentLogger,
      onFailure: (error) => {
        this.#failure = error;
      },
    });
    const { ring_bulk, ring_urgent } = this.sensor.maps;
    const onWake = (): void => this.pipeline.wake();
    this.pipeline.attach(new RingReader([{ map: ring_bulk }, { map: ring_urgent }], { onWake }));
    this.sensor.attach();
    this.pipeline.seed(this.sensor.readSeeds());
  }

  /** Runs a program to its end and waits for its events. */
  async run(program: string, args: readonly string[] = [], cwd = '/'): Promise<Run> {
    const { pid, error } = spawnSync(program, args, { cwd, stdio: 'ignore' });
    if (error !== undefined) throw error;
    await this.settle();
    return { pid, execs: this.execsOf(pid) };
  }

  /** Waits until every record up to now has been published or counted as lost. */
  async settle(): Promise<void> {
    const last = this.sensor.lastSequence();
    const deadline = Date.now() + SETTLE_MS_MAX;
    while (this.missing(last) > 0) {
      if (this.#failure !== undefined) throw this.#failure;
      if (Date.now() > deadline) throw new Error(`${this.missing(last)} records did not come`);
      await setTimeout(5);
    }
  }

  /** Ends the flow of records and takes in what is left, so that counts are final. */
  async stop(): Promise<void> {
    this.sensor.detach();
    // A program that was running on the other CPU may still be about to emit.
    await setTimeout(50);
    this.pipeline.close();
  }

  /** Sequence numbers up to `last` that neither arrived nor were counted as lost. */
  missing(last: number = this.sensor.lastSequence()): number {
    const { received } = this.pipeline.counts();
    return countMissing({ first: 0, last, received, ringFull: this.ringFull() });
  }

  /** Records that found a ring full. */
  ringFull(): number {
    return countRingFull(this.sensor.losses());
  }

  execsOf(tgid: number): readonly ProcessExecEvent[] {
    return this.events.filter(
      (event): event is ProcessExecEvent =>
        event.kind === 'process_exec' && event.process.tgid === tgid,
    );
  }

  exitsOf(tgid: number): readonly ProcessExitEvent[] {
    return this.events.filter(
      (event): event is ProcessExitEvent =>
        event.kind === 'process_exit' && event.process.tgid === tgid,
    );
  }

  close(): void {
    this.pipeline.close();
    this.sensor.close();
  }
}
