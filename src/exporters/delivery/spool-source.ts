/** Events of the spool for one destination: decoded, selected, and numbered. */
import type { Dispatch, OutboundMessage } from '../../model/delivery.ts';
import type { LaneReader, LaneRecord, ReadLimit } from '../spool/lane-reader.ts';
import type { Spool } from '../spool/spool.ts';
import { type LaneName, SPOOL_LANES } from '../spool/spool-lanes.ts';

export interface SpoolSourceOptions {
  readonly spool: Spool;
  readonly sink: string;
  /** As the destination is sent it; undefined for messages that it does not want. */
  readonly select: (message: OutboundMessage) => OutboundMessage | undefined;
}

/** Messages to deliver, and what to do when all of them are done with. */
export interface SpoolBatch {
  readonly dispatches: readonly Dispatch[];
  done(): void;
}

interface LaneState {
  readonly name: LaneName;
  readonly reader: LaneReader;
  /** The first number that no message has answered for. */
  open: number;
  /** The last number that was read. */
  last: number;
}

/** What was matched comes before telemetry. */
export class SpoolSource {
  readonly #options: SpoolSourceOptions;
  readonly #lanes: readonly LaneState[];
  #undecodable = 0;

  constructor(options: SpoolSourceOptions) {
    this.#options = options;
    this.#lanes = SPOOL_LANES.toReversed().flatMap((name) => {
      const reader = options.spool.reader(options.sink, name);
      if (reader === undefined) return [];
      return [{ name, reader, open: reader.acked + 1, last: reader.acked }];
    });
  }

  get waiting(): number {
    return this.#lanes.reduce((sum, { reader }) => sum + reader.waiting, 0);
  }

  /** Numbers that were dropped, or written by another version. */
  get lost(): number {
    return this.#lanes.reduce((sum, { reader }) => sum + reader.lost, this.#undecodable);
  }

  /** Undefined when there is nothing new; a batch may be empty when nothing of it is wanted. */
  async next(limit: ReadLimit): Promise<SpoolBatch | undefined> {
    for (const lane of this.#lanes) {
      const records = await lane.reader.read(limit);
      const last = records.at(-1);
      if (last === undefined) continue;
      const dispatches = records.flatMap((record) => this.#dispatch(lane, record) ?? []);
      return { dispatches, done: () => lane.reader.ack(last.sequence) };
    }
    return undefined;
  }

  #dispatch(lane: LaneState, { sequence, message: read }: LaneRecord): Dispatch | undefined {
    if (sequence !== lane.last + 1) lane.open = sequence;
    lane.last = sequence;
    if (read === undefined) {
      this.#undecodable += 1;
      lane.open = sequence + 1;
      return undefined;
    }
    const message = this.#options.select(read);
    if (message === undefined) return undefined;
    const first = lane.open;
    lane.open = sequence + 1;
    const series = `${this.#options.spool.series}/${lane.name}`;
    return { message, series, first, last: sequence, attempts: 0 };
  }
}
