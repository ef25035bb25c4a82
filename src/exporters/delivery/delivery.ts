/** The delivery side as one: what is published is kept on disk, and sent to every destination. */
import { join } from 'node:path';
import type { DeadLetter, DeliveryRecord, OutboundMessage } from '../../model/delivery.ts';
import type { DeliveryCounts, SpoolCounts } from '../../model/delivery-stats.ts';
import { InvariantError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import { type Clock, systemClock } from '../clock.ts';
import { Spool } from '../spool/spool.ts';
import type { Addition, StoredAlert } from '../store/additions.ts';
import { Outbox } from '../store/outbox.ts';
import { type Destination, Destinations, wantsEvents } from './destinations.ts';
import { Intake, type IntakeOptions } from './intake.ts';

const SPOOL_BYTES_MAX = 256 * 1024 * 1024;
const STORE_BYTES_MAX = 64 * 1024 * 1024;
const DAY_MS = 86_400_000;
/** How often suppressions are reported, and what was in memory is tried on the disk again. */
const TICK_MS = 1000;
const TIDY_MS = 3_600_000;
/** How often a disk is tried again that had no room for a spool. */
const SPOOL_RETRY_MS = 10_000;

const NO_SPOOL: SpoolCounts = {
  ...{ appended: 0, tornTails: 0, damagedSegments: 0, bytes: 0, ageMs: 0 },
  dropped: { bytes: 0, age: 0, disk: 0, buffer: 0, damage: 0 },
};

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

export type DeliveryChanges = Pick<
  DeliveryOptions,
  'redact' | 'redaction' | 'rateLimits' | 'destinations'
>;

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
  /** Alerts of which nobody is told now; those that have their ids go. */
  keepAlerts(alerts: readonly StoredAlert[]): void;
  /** Newest first; with `onlyFiring`, those that still are. */
  recentAlerts(limit: number, onlyFiring?: boolean): readonly StoredAlert[];
  alert(id: string): StoredAlert | undefined;
  /**
   * Other destinations, redaction and rates from now on. Nothing is lost: what waits for a
   * destination waits for the one of its name. Resolves when those that are gone have ended.
   */
  change(changes: DeliveryChanges): Promise<void>;
  /** Resolves when all events that were published are on disk, or counted as dropped. */
  flush(): Promise<void>;
  counts(): DeliveryCounts;
  deadLetters(limit: number): readonly DeadLetter[];
  deliveries(limit: number): readonly DeliveryRecord[];
  /** Sends again what was given up, all of it or one message; returns how many. */
  replay(sink: string, messageId?: string): number;
  /** Delivers again to a destination that had said that it is gone; false when there is none. */
  enable(sink: string): boolean;
  close(): Promise<void>;
}

/** Throws SINK_STORE_IN_USE when the directory belongs to another agent. */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { directory, logger, clock = systemClock } = options;
  const outbox = Outbox.open({
    ...{ directory, clock, logger, keepMs: options.ageMaxMs ?? DAY_MS },
    bytesMax: options.storeBytesMax ?? STORE_BYTES_MAX,
  });
  const delivery = new RunningDelivery({ ...options, outbox, clock });
  await delivery.start();
  return delivery;
}

interface Parts extends DeliveryOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
}

class RunningDelivery implements Delivery {
  readonly #parts: Parts;
  readonly #destinations: Destinations;
  readonly #intake: Intake;
  #spool: Spool | undefined;
  /** Events that came while there was no spool. */
  #unspooled = 0;
  #spoolTriedMs = 0;
  #isSpoolSaid = false;
  #stopTimer: () => void = () => undefined;
  #isClosed = false;
  #tidiedAtMs: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#destinations = new Destinations(parts);
    this.#intake = new Intake(parts);
    this.#tidiedAtMs = parts.clock.now();
  }

  async start(): Promise<void> {
    await this.#openSpool();
    if (this.#spool !== undefined) await this.#destinations.attach(this.#spool);
    await this.#destinations.change(this.#parts.destinations);
    this.#schedule();
  }

  publishAlerts(alerts: readonly PublishedAlert[]): boolean {
    const additions = alerts.map(({ message: published, alert: whole }): Addition => {
      const { message, isAdmitted } = this.#intake.take(published);
      const alert = whole && this.#redacted(whole);
      return { message, alert, sinks: isAdmitted ? this.#destinations.wanting(message) : [] };
    });
    const isKept = this.#parts.outbox.add(additions);
    this.#destinations.wake();
    return isKept;
  }

  publishEvents(lane: 'telemetry' | 'matched', events: readonly OutboundMessage[]): void {
    const taken = events.map((event) => this.#intake.take(event));
    const admitted = taken.filter(({ isAdmitted }) => isAdmitted);
    if (admitted.length === 0) return;
    const messages = admitted.map(({ message }) => message);
    if (this.#spool === undefined) this.#unspooled += messages.length;
    else this.#spool.append(lane, messages);
  }

  keepAlerts(alerts: readonly StoredAlert[]): void {
    this.#parts.outbox.keepAlerts(alerts.map((alert) => this.#redacted(alert)));
  }

  recentAlerts(limit: number, onlyFiring = false): readonly StoredAlert[] {
    return this.#parts.outbox.recentAlerts(limit, onlyFiring);
  }

  alert(id: string): StoredAlert | undefined {
    return this.#parts.outbox.alert(id);
  }

  async change(changes: DeliveryChanges): Promise<void> {
    this.#intake.change(changes);
    await this.#destinations.change(changes.destinations);
  }

  async flush(): Promise<void> {
    await this.#spool?.flush();
  }

  counts(): DeliveryCounts {
    const { outbox } = this.#parts;
    const { dropped, ...counts } = this.#spool?.counts() ?? NO_SPOOL;
    return {
      spool: { ...counts, dropped: { ...dropped, disk: dropped.disk + this.#unspooled } },
      outbox: outbox.counts(),
      suppressed: this.#intake.suppressed,
      sinks: this.#destinations.states(),
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
    this.#destinations.worker(sink)?.wake();
    return count;
  }

  enable(sink: string): boolean {
    const worker = this.#destinations.worker(sink);
    worker?.enable();
    return worker !== undefined;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTimer();
    this.#report();
    await this.#destinations.stop();
    await this.#spool?.close();
    this.#parts.outbox.close();
  }

  #redacted(alert: StoredAlert): StoredAlert {
    return { ...alert, body: this.#intake.redact(alert.body) };
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
    outbox.verify();
    outbox.recover();
    if (this.#spool === undefined) this.#retrySpool();
    if (clock.now() - this.#tidiedAtMs < TIDY_MS) return;
    this.#tidiedAtMs = clock.now();
    outbox.tidy();
  }

  #report(): void {
    const reports = this.#intake.reports();
    if (reports.length > 0) this.#spool?.append('matched', reports);
  }

  /** Alerts are delivered without it, from memory if need be. */
  async #openSpool(): Promise<void> {
    const { clock, logger, directory, ageMaxMs = DAY_MS, destinations } = this.#parts;
    this.#spoolTriedMs = clock.now();
    try {
      this.#spool = await Spool.open({
        ...{ clock, logger, ageMaxMs, directory: join(directory, 'spool') },
        bytesMax: this.#parts.spoolBytesMax ?? SPOOL_BYTES_MAX,
        readers: destinations.filter(wantsEvents).map(({ name }) => name),
        onWritten: () => this.#destinations.wake(),
      });
    } catch (cause) {
      if (cause instanceof InvariantError) throw cause;
      const message = 'events cannot be kept on disk and are dropped meanwhile; alerts go on';
      if (!this.#isSpoolSaid)
        logger.error({ code: 'SINK_SPOOL_FAILED', cause, directory }, message);
      this.#isSpoolSaid = true;
    }
  }

  #retrySpool(): void {
    const { clock, logger } = this.#parts;
    if (clock.now() - this.#spoolTriedMs < SPOOL_RETRY_MS) return;
    this.#openSpool()
      .then(async () => {
        if (this.#spool === undefined) return;
        if (this.#isClosed) await this.#spool.close();
        else await this.#destinations.attach(this.#spool);
      })
      .catch((error: unknown) => logger.error({ error }, 'the spool of events is not in use'));
  }
}
