/** A pipeline without a kernel. */
import type { BatchSource } from '../../src/engine/pipeline/lane.ts';
import { Pipeline } from '../../src/engine/pipeline.ts';
import { ProcessTable } from '../../src/engine/process/process-table.ts';
import type { Event } from '../../src/model/event.ts';
import { type Logger, silentLogger } from '../../src/model/log.ts';
import type { HookDirectory, WorkloadDirectory } from '../../src/model/pipeline.ts';
import { ringBatch } from './record-bytes.ts';

/** Rings that hold what they are given; a fill takes one batch. */
export class MemoryRings implements BatchSource {
  readonly #waiting: readonly Uint8Array[][] = [[], []];
  readonly #batches: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0)];
  fills = 0;
  closed = 0;

  bulk(...records: readonly Uint8Array[]): void {
    this.#waiting[0]?.push(ringBatch(...records));
  }

  urgent(...records: readonly Uint8Array[]): void {
    this.#waiting[1]?.push(ringBatch(...records));
  }

  fill(ring: number): number {
    this.fills += 1;
    const batch = this.#waiting[ring]?.shift();
    if (batch !== undefined) this.#batches[ring] = batch;
    return batch?.length ?? 0;
  }

  batch(ring: number): Uint8Array {
    return this.#batches[ring] ?? new Uint8Array(0);
  }

  close(): void {
    this.closed += 1;
  }
}

/** What a test may replace; by default events are kept and no hook is known. */
export interface PipelineSetup {
  readonly publish?: (batch: readonly Event[]) => void;
  readonly logger?: Logger;
  readonly hooks?: HookDirectory;
  readonly workloads?: WorkloadDirectory;
  readonly onSignalled?: (tgid: number) => void;
}

/** A pipeline over rings in memory, and what came out of it. */
export interface MemoryPipeline {
  readonly rings: MemoryRings;
  readonly pipeline: Pipeline;
  readonly batches: (readonly Event[])[];
  readonly failures: unknown[];
  readonly processes: ProcessTable;
}

/** Builds one, with its rings attached. */
export function setUpPipeline(setup: PipelineSetup = {}): MemoryPipeline {
  const batches: (readonly Event[])[] = [];
  const failures: unknown[] = [];
  const processes = new ProcessTable({ nodeName: 'node' });
  const pipeline = new Pipeline({
    processes,
    hooks: setup.hooks ?? { resolve: () => undefined },
    workloads: setup.workloads,
    onSignalled: setup.onSignalled,
    publisher: { publish: setup.publish ?? ((batch) => batches.push(batch)) },
    logger: setup.logger ?? silentLogger,
    onFailure: (error) => failures.push(error),
  });
  const rings = new MemoryRings();
  pipeline.attach(rings);
  return { rings, pipeline, batches, failures, processes };
}
