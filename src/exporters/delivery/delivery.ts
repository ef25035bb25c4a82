/** The delivery side as one: what is published is kept on disk, and sent to every destination. */
import { join } from 'node:path';
import type { DeadLetter, DeliveryRecord, OutboundMessage } from '../../model/delivery.ts';
import type { Logger } from '../../model/log.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { DeliverySink } from '../delivery-sink.ts';
import { Spool, type SpoolCounts } from '../spool/spool.ts';
import type { MessageFilter } from '../stages/filter/compile-filter.ts';
import { createRoute, type Route } from '../stages/select.ts';
import type { Addition, StoredAlert } from '../store/additions.ts';
import { Outbox, type OutboxCounts } from '../store/outbox.ts';
import { Intake, type IntakeOptions } from './intake.ts';
import type { RetrySchedule } from './retry-schedule.ts';
import { SinkWorker, type SinkWorkerState } from './sink-worker.ts';
import { SpoolSource } from './spool-source.ts';

const SPOOL_BYTES_MAX = 256 * 1024 * 1024;
const STORE_BYTES_MAX = 64 * 1024 * 1024;
const DAY_MS = 86_400_000;
const BATCH = { records: 256, bytes: 1024 * 1024 };
/** How often suppressions are reported, and what was in memory is tried on the disk again. */
const TICK_MS = 1000;
const TIDY_MS = 3_600_000;

export interface Destination {
  /** Names its state on disk: another name is another destination, which gets everything kept. */
  readonly name: string;
  readonly sink: DeliverySink;
  readonly retry: RetrySchedule;
  readonly route: Route;
  /** Of what the route lets through. Alerts stay as they are: only events are shaped. */
  readonly filter?: MessageFilter | undefined;
  readonly batch?: { readonly records: number; readonly bytes: number } | undefined;
}

export interface DeliveryOptions
  extends Pick<IntakeOptions, 'redact' | 'redaction' | 'rateLimits'> {
  readonly directory: string;
  readonly node: string;
  readonly boot: string;
  readonly destinations: readonly Destination[];
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  /** Of events on disk, 256 MiB unless given; alerts have 64 MiB. */
  readonly spoolBytesMax?: number | undefined;
  readonly storeBytesMax?: number | undefined;
  /** Events that are older go; also how long what is done with alerts is remembered. */
  readonly ageMaxMs?: number | undefined;
}

export interface DeliveryCounts {
  readonly spool: SpoolCounts;
  readonly outbox: OutboxCounts;
  readonly suppressed: number;
  readonly sinks: Readonly<Record<string, SinkWorkerState>>;
}

/** A message of an alert, and the alert as it is from now on. */
export interface PublishedAlert {
  readonly message: OutboundMessage;
  readonly alert?: StoredAlert | undefined;
}

/** Publishing never throws because the disk or a destination fails: that is counted and said. */
export interface Delivery {
  /** True when all are on disk; else they wait in memory. Returns when it is so. */
  publishAlerts(alerts: readonly PublishedAlert[]): boolean;
  /** `matched`: a policy or rule had to do with them, so that they are dropped last. */
  publishEvents(lane: 'telemetry' | 'matched', events: readonly OutboundMessage[]): void;
  /** Resolves when all events that were published are on disk, or counted as dropped. */
  flush(): Promise<void>;
  counts(): DeliveryCounts;
  deadLetters(limit: number): readonly DeadLetter[];
  deliveries(limit: number): readonly DeliveryRecord[];
  /** Sends again what was given up, all of it or one message; returns how many. */
  replay(sink: string, messageId?: string): number;
  /** Delivers again to a destination that had said that it is gone. */
  enable(sink: string): void;
  close(): Promise<void>;
}

/** Rejects when the directory cannot be used for events, or belongs to another agent. */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { directory, logger, destinations, clock = systemClock } = options;
  const ageMaxMs = options.ageMaxMs ?? DAY_MS;
  const outbox = Outbox.open({
    ...{ directory, clock, logger, keepMs: ageMaxMs },
    bytesMax: options.storeBytesMax ?? STORE_BYTES_MAX,
  });
  const workers = new Map<string, SinkWorker>();
  const wakeAll = (): void => {
    for (const worker of workers.values()) worker.wake();
  };
  const spool = await Spool.open({
    ...{ clock, logger, ageMaxMs, directory: join(directory, 'spool') },
    bytesMax: options.spoolBytesMax ?? SPOOL_BYTES_MAX,
    readers: destinations.filter(wantsEvents).map(({ name }) => name),
    onWritten: wakeAll,
  }).catch((error: unknown) => {
    outbox.close();
    throw error;
  });
  for (const destination of destinations) {
    const { name, sink, retry, batch = BATCH } = destination;
    const source = createSource(spool, destination);
    workers.set(name, new SinkWorker({ name, sink, retry, batch, outbox, source, clock, logger }));
  }
  const intake = new Intake({ ...options, clock });
  return new RunningDelivery({ ...options, outbox, spool, workers, intake, clock });
}

function wantsEvents({ route: { kinds } }: Destination): boolean {
  return kinds === undefined || kinds.some((kind) => kind === 'event' || kind === 'health');
}

function createSource(spool: Spool, destination: Destination): SpoolSource | undefined {
  if (!wantsEvents(destination)) return undefined;
  return new SpoolSource({ spool, sink: destination.name, select: selectionOf(destination) });
}

function selectionOf({ route, filter }: Destination): MessageFilter {
  const wants = createRoute(route);
  return (message) => {
    if (!wants(message)) return undefined;
    return filter === undefined ? message : filter(message);
  };
}

interface Parts {
  readonly outbox: Outbox;
  readonly spool: Spool;
  readonly workers: ReadonlyMap<string, SinkWorker>;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly destinations: readonly Destination[];
}

class RunningDelivery implements Delivery {
  readonly #parts: Parts;
  readonly #routes: readonly { readonly name: string; readonly select: MessageFilter }[];
  #stopTimer: () => void = () => undefined;
  #isClosed = false;
  #tidiedAtMs: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { destinations, workers, clock } = parts;
    this.#routes = destinations.map((destination) => ({
      name: destination.name,
      select: selectionOf(destination),
    }));
    this.#tidiedAtMs = clock.now();
    this.#schedule();
    for (const worker of workers.values()) worker.start();
  }

  publishAlerts(alerts: readonly PublishedAlert[]): boolean {
    const additions = alerts.map(({ message: published, alert }): Addition => {
      const { message, isAdmitted } = this.#parts.intake.take(published);
      const isWanted = ({ select }: { readonly select: MessageFilter }): boolean =>
        select(message) !== undefined;
      const wanting = isAdmitted ? this.#routes.filter(isWanted) : [];
      return { message, alert, sinks: wanting.map(({ name }) => name) };
    });
    const isKept = this.#parts.outbox.add(additions);
    for (const worker of this.#parts.workers.values()) worker.wake();
    return isKept;
  }

  publishEvents(lane: 'telemetry' | 'matched', events: readonly OutboundMessage[]): void {
    const taken = events.map((event) => this.#parts.intake.take(event));
    const admitted = taken.filter(({ isAdmitted }) => isAdmitted);
    if (admitted.length === 0) return;
    const messages = admitted.map(({ message }) => message);
    this.#parts.spool.append(lane, messages);
  }

  flush(): Promise<void> {
    return this.#parts.spool.flush();
  }

  counts(): DeliveryCounts {
    const { spool, outbox, intake, workers } = this.#parts;
    const sinks = [...workers].map(([name, worker]) => [name, worker.state()]);
    return {
      spool: spool.counts(),
      outbox: outbox.counts(),
      suppressed: intake.suppressed,
      sinks: Object.fromEntries(sinks),
    };
  }

  deadLetters(limit: number): readonly DeadLetter[] {
    return this.#parts.outbox.deadLetters(limit);
  }

  deliveries(limit: number): readonly DeliveryRecord[] {
    return this.#parts.outbox.deliveries(limit);
  }

  replay(sink: string, messageId?: string): number {
    const count = this.#parts.outbox.replay(sink, messageId);
    this.#parts.workers.get(sink)?.wake();
    return count;
  }

  enable(sink: string): void {
    this.#parts.workers.get(sink)?.enable();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTimer();
    this.#report();
    await Promise.all([...this.#parts.workers.values()].map((worker) => worker.stop()));
    await this.#parts.spool.close();
    this.#parts.outbox.close();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#stopTimer = this.#parts.clock.after(TICK_MS, () => {
      this.#tick();
      this.#schedule();
    });
  }

  #tick(): void {
    const { outbox, clock } = this.#parts;
    this.#report();
    outbox.recover();
    if (clock.now() - this.#tidiedAtMs < TIDY_MS) return;
    this.#tidiedAtMs = clock.now();
    outbox.tidy();
  }

  #report(): void {
    const reports = this.#parts.intake.reports();
    if (reports.length > 0) this.#parts.spool.append('matched', reports);
  }
}
