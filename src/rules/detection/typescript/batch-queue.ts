/** Events on their way through the thread of the detectors, in their order. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import { EventFields, type FieldContext } from '../fields/event-fields.ts';
import type { FieldSource } from '../fields/field-value.ts';
import { hasOne } from './event-filter.ts';
import type { DetectorHead } from './head.ts';
import type { EventRow, RowPlan } from './protocol.ts';
import { type FieldFilter, makeRow, planRows, readersOf, rowLength } from './row-plan.ts';

/** What is handed over at once. */
export interface QueuedBatch {
  readonly number: number;
  readonly rows: readonly EventRow[];
  /** What the rows were made by. */
  readonly plan: RowPlan;
  readonly events: readonly DetectionEvent[];
  /** Characters of the rows. */
  readonly length: number;
}

export interface BatchQueueOptions {
  readonly context: FieldContext;
  /** Events that may be on their way. */
  readonly eventsMax: number;
  readonly onDropped: (event: DetectionEvent) => void;
  /** Reads events that are not of a machine; undefined: fields are those of the event. */
  readonly sourceOf?: ((event: DetectionEvent) => FieldSource) | undefined;
}

/** Events of one batch; a detector that takes too long loses the rest of it. */
const BATCH_EVENTS_MAX = 512;

/** Characters of all rows on their way. */
const QUEUE_LENGTH_MAX = 16_777_216;

/** Batches are kept until they were answered: a new thread is given them again. */
export class BatchQueue {
  readonly #options: BatchQueueOptions;
  readonly #batches = new Map<number, QueuedBatch>();
  #plan: RowPlan = {};
  #readers = readersOf({}, []);
  #fields: EventFields | undefined;
  #number = 0;
  #events = 0;
  #length = 0;

  constructor(options: BatchQueueOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#batches.size === 0;
  }

  /** For what comes from now on. */
  setDetectors(detectors: readonly DetectorHead[]): void {
    this.#plan = planRows(detectors);
    this.#readers = readersOf(this.#plan, detectors);
  }

  /** What of it is wanted and has room, as batches. */
  add(events: readonly DetectionEvent[]): readonly QueuedBatch[] {
    const made: QueuedBatch[] = [];
    for (let start = 0; start < events.length; start += BATCH_EVENTS_MAX) {
      const batch = this.#make(events.slice(start, start + BATCH_EVENTS_MAX));
      if (batch !== undefined) made.push(batch);
    }
    return made;
  }

  unanswered(): readonly QueuedBatch[] {
    return [...this.#batches.values()];
  }

  /** Events of a batch, which is then forgotten. */
  answer(number: number): readonly DetectionEvent[] {
    const batch = this.#batches.get(number);
    if (batch === undefined) return [];
    this.#batches.delete(number);
    this.#events -= batch.events.length;
    this.#length -= batch.length;
    return batch.events;
  }

  clear(): void {
    this.#batches.clear();
    this.#events = 0;
    this.#length = 0;
  }

  #make(all: readonly DetectionEvent[]): QueuedBatch | undefined {
    const rows: EventRow[] = [];
    const events: DetectionEvent[] = [];
    const lengthBefore = this.#length;
    for (const event of all) {
      const row = this.#rowOf(event);
      if (row === undefined) continue;
      rows.push(row);
      events.push(event);
      this.#events += 1;
      this.#length += rowLength(row);
    }
    if (rows.length === 0) return undefined;
    this.#number += 1;
    const length = this.#length - lengthBefore;
    const batch = { number: this.#number, rows, plan: this.#plan, events, length };
    this.#batches.set(batch.number, batch);
    return batch;
  }

  #sourceOf(event: DetectionEvent): FieldSource {
    const { context, sourceOf } = this.#options;
    if (sourceOf !== undefined) return sourceOf(event);
    this.#fields ??= new EventFields(context, event);
    return this.#fields.set(event);
  }

  #rowOf(event: DetectionEvent): EventRow | undefined {
    const reader = this.#readers.get(event.class);
    if (reader === undefined) return undefined;
    const { eventsMax, onDropped } = this.#options;
    const source = this.#sourceOf(event);
    if (!reader.filters.some((filter) => passes(filter, source))) return undefined;
    if (this.#events >= eventsMax || this.#length >= QUEUE_LENGTH_MAX) {
      onDropped(event);
      return undefined;
    }
    return makeRow(
      event,
      reader.fields.map(({ field, key }) => source.value(field, key)),
    );
  }
}

function passes(filter: readonly FieldFilter[], source: FieldSource): boolean {
  return filter.every(({ field, key, wanted }) => hasOne(source.value(field, key), wanted));
}
