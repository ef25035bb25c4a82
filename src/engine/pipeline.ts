/** The data plane: batches to records to events to the publisher. Synchronous and bounded. */
import { InvariantError } from '../model/errors.ts';
import type { Event } from '../model/event.ts';
import type { Logger } from '../model/log.ts';
import type { HookDirectory, Publisher, StackNames, WorkloadDirectory } from '../model/pipeline.ts';
import type { RequestSender } from '../model/request.ts';
import { EventBuilder } from './pipeline/event-builder.ts';
import { type BatchSource, Lane } from './pipeline/lane.ts';
import type { ProcessTable } from './process/process-table.ts';
import { RecordCursor } from './records/cursor.ts';
import { RejectCounts } from './records/reject.ts';

/** Rings by the order in which the reader is given their maps. */
export const RING_ORDER = { bulk: 0, urgent: 1 } as const;

/** Batches taken before other work of this thread gets its turn; 16 of 256 KiB are about 20 ms. */
const BATCHES_PER_TURN = 16;

/** Batches taken when the pipeline is closed: what the rings can hold, and some that still come. */
const BATCHES_AT_CLOSE = 256;

export interface PipelineConfig {
  readonly processes: ProcessTable;
  readonly hooks: HookDirectory;
  readonly publisher: Publisher;
  /** Without it events have no stacks. */
  readonly stacks?: StackNames | undefined;
  /** Makes the requests of selectors; without it nothing is asked for. */
  readonly requests?: RequestSender | undefined;
  /** Whose cgroups are; without it events have no workload. */
  readonly workloads?: WorkloadDirectory | undefined;
  readonly logger: Logger;
  /** Last number given out before this agent: what has it or a lower one is inherited. */
  readonly firstSequence?: number;
  /** Told of a process that the kernel has signalled, before anything is made of it. */
  readonly onSignalled?: ((tgid: number) => void) | undefined;
  /** Told once when the rings can no longer be read; the agent cannot go on. */
  readonly onFailure: (error: unknown) => void;
}

/** Totals since start. `received` = `decoded` + rejects, as far as those were records of a ring. */
export interface PipelineCounts {
  readonly received: number;
  readonly decoded: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Events handed to the publisher. */
  readonly published: number;
  /** Batches of events that the publisher threw on. */
  readonly publishFailures: number;
  readonly seeded: number;
  /** Records received that were sent before this agent began. */
  readonly inherited: number;
}

/** Takes records out of both rings in the order of their numbers and publishes their events. */
export class Pipeline {
  readonly #config: PipelineConfig;
  readonly #rejects = new RejectCounts();
  readonly #builder: EventBuilder;
  #source: BatchSource | undefined;
  #lanes: { readonly bulk: Lane; readonly urgent: Lane } | undefined;
  #continuation: NodeJS.Immediate | undefined;
  #events: Event[] = [];
  #decoded = 0;
  #published = 0;
  #publishFailures = 0;
  #seeded = 0;
  #inherited = 0;

  constructor(config: PipelineConfig) {
    this.#config = config;
    const { processes, hooks, stacks, requests, workloads } = config;
    const rejects = this.#rejects;
    this.#builder = new EventBuilder({ processes, hooks, stacks, requests, workloads, rejects });
  }

  /** Sets where batches come from; `wake` does nothing before. Closes the source when closed. */
  attach(source: BatchSource): void {
    this.#source = source;
    this.#lanes = {
      bulk: new Lane(source, RING_ORDER.bulk, this.#rejects),
      urgent: new Lane(source, RING_ORDER.urgent, this.#rejects),
    };
  }

  /** Takes in what the seed iterator wrote: records one after the other. */
  seed(bytes: Uint8Array): void {
    const cursor = new RecordCursor('bare', this.#rejects);
    cursor.open(bytes);
    this.#seeded += this.#builder.seed(cursor);
  }

  /** Reads what is waiting, at most one turn's worth now and the rest in turns that follow. */
  wake(): void {
    if (this.#continuation !== undefined) return;
    if (!this.#take(BATCHES_PER_TURN)) return;
    this.#continuation = setImmediate(() => {
      this.#continuation = undefined;
      this.wake();
    });
  }

  /** Reads all that waits, now. Not for those that a turn calls: they are in the middle of one. */
  drain(): void {
    this.#take(BATCHES_AT_CLOSE);
  }

  counts(): PipelineCounts {
    const { bulk, urgent } = this.#lanes ?? {};
    return {
      received: (bulk?.cursor.received ?? 0) + (urgent?.cursor.received ?? 0),
      decoded: this.#decoded,
      rejected: this.#rejects.totals(),
      published: this.#published,
      publishFailures: this.#publishFailures,
      seeded: this.#seeded,
      inherited: this.#inherited,
    };
  }

  /** Takes what the rings still hold, then closes the source; closing twice is fine. */
  close(): void {
    clearImmediate(this.#continuation);
    this.#continuation = undefined;
    if (this.#source === undefined) return;
    this.#take(BATCHES_AT_CLOSE);
    this.#source?.close();
    this.#source = undefined;
  }

  /** Takes up to `batches` batches; true when there may be more. */
  #take(batches: number): boolean {
    const source = this.#source;
    try {
      for (let left = batches; left > 0; left--) if (!this.#step()) return false;
      return true;
    } catch (error) {
      // A ring that is corrupt once stays so: records would be lost without a count.
      this.#source = undefined;
      source?.close();
      this.#config.onFailure(error);
      return false;
    }
  }

  /**
   * Takes one batch of the bulk ring and the urgent records that belong among it. The urgent ring
   * is filled first, so that everything committed before an urgent record is in a bulk batch by
   * then: the exec of the process that was killed comes before the kill. False when both are empty.
   */
  #step(): boolean {
    if (this.#source === undefined || this.#lanes === undefined) return false;
    const { bulk, urgent } = this.#lanes;
    const hasUrgent = this.#fillUrgent(urgent);
    if (bulk.fill()) {
      while (bulk.isReady) {
        this.#build(urgent.isReady && urgent.sequence < bulk.sequence ? urgent : bulk);
      }
    } else if (hasUrgent) {
      while (urgent.isReady) this.#build(urgent);
    } else {
      return false;
    }
    this.#publish();
    return true;
  }

  #fillUrgent(urgent: Lane): boolean {
    if (urgent.isReady) return true;
    if (!urgent.fill()) return false;
    const { signalled } = urgent.cursor;
    if (signalled !== undefined) this.#config.onSignalled?.(signalled);
    return true;
  }

  #build(lane: Lane): void {
    if (lane.sequence <= (this.#config.firstSequence ?? 0)) this.#inherited += 1;
    if (this.#builder.build(lane.cursor, this.#events)) this.#decoded += 1;
    lane.advance();
  }

  #publish(): void {
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    try {
      this.#config.publisher.publish(events);
      this.#published += events.length;
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      this.#publishFailures += 1;
      if (this.#publishFailures > 1) return;
      this.#config.logger.error({ error }, 'publisher failed; later failures are only counted');
    }
  }
}
