/** What the agent answers about delivery, read as what it is. */
import type {
  DeliveryCounts,
  OutboxCounts,
  SinkWorkerState,
  SpoolCounts,
  SpoolDrops,
} from '../../model/delivery-stats.ts';
import {
  type JsonReader,
  readChoice,
  readFields,
  readNumber,
  readRecord,
  readString,
} from './read-json.ts';

const readSpool = readFields<SpoolCounts>({
  appended: readNumber,
  dropped: readFields<SpoolDrops>({
    bytes: readNumber,
    age: readNumber,
    disk: readNumber,
    buffer: readNumber,
    damage: readNumber,
  }),
  tornTails: readNumber,
  damagedSegments: readNumber,
  bytes: readNumber,
  ageMs: readNumber,
});

const readSink = readFields<SinkWorkerState>({
  state: readChoice(['starting', 'working', 'failing', 'gone', 'closed']),
  breaker: readChoice(['closed', 'open', 'half_open']),
  delivered: readNumber,
  duplicates: readNumber,
  retried: readNumber,
  dead: readNumber,
  waiting: readNumber,
  inFlight: readNumber,
  lagMs: readNumber,
  lost: readNumber,
  reason: readString,
});

/** Of the body of GET /v1/status. */
export const readDelivery: JsonReader<DeliveryCounts> = readFields<DeliveryCounts>({
  spool: readSpool,
  outbox: readFields<OutboxCounts>({
    dropped: readNumber,
    damaged: readNumber,
    failure: readString,
  }),
  suppressed: readNumber,
  sinks: readRecord(readSink),
});
