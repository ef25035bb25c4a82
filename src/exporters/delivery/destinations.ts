/** The destinations of a delivery, each with a loop of its own; they may change while it runs. */
import type { OutboundMessage } from '../../model/delivery.ts';
import type { SinkWorkerState } from '../../model/delivery-stats.ts';
import type { Logger } from '../../model/log.ts';
import type { Clock } from '../clock.ts';
import type { DeliverySink } from '../delivery-sink.ts';
import type { Spool } from '../spool/spool.ts';
import type { MessageFilter } from '../stages/filter/compile-filter.ts';
import { createRoute, type Route } from '../stages/select.ts';
import type { Outbox } from '../store/outbox.ts';
import type { RetrySchedule } from './retry-schedule.ts';
import { SinkWorker } from './sink-worker.ts';
import { SpoolSource } from './spool-source.ts';

const BATCH = { records: 256, bytes: 1024 * 1024 };

export interface Destination {
  /** Names its state on disk: another name is another destination, which gets everything kept. */
  readonly name: string;
  readonly sink: DeliverySink;
  readonly retry: RetrySchedule;
  readonly route: Route;
  /** Of what the route lets through. Alerts stay as they are: only events are shaped. */
  readonly filter?: MessageFilter | undefined;
  readonly batch?: { readonly records: number; readonly bytes: number } | undefined;
  /** Changes when anything about it does; without one, every change of any does. */
  readonly version?: string | undefined;
}

export interface DestinationParts {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Running {
  readonly destination: Destination;
  readonly select: MessageFilter;
  /** Undefined until the loop of the one before it has ended. */
  worker: SinkWorker | undefined;
}

export class Destinations {
  readonly #parts: DestinationParts;
  #spool: Spool | undefined;
  #all = new Map<string, Running>();
  /** Loops that are ending, by name. */
  readonly #ending = new Map<string, Promise<void>>();
  #isClosed = false;

  constructor(parts: DestinationParts) {
    this.#parts = parts;
  }

  /** Where events come from; without it, only alerts are delivered. */
  async attach(spool: Spool): Promise<void> {
    this.#spool = spool;
    await this.#replace(
      [...this.#all.values()].map(({ destination }) => destination),
      true,
    );
  }

  /**
   * These are the destinations from now on. Those that are not changed go on; what waits for the
   * others stays where it is kept. Resolves when those that are gone have ended.
   */
  async change(next: readonly Destination[]): Promise<void> {
    await this.#replace(next, false);
  }

  /** Names of those that want an alert. */
  wanting(message: OutboundMessage): readonly string[] {
    const all = [...this.#all.values()].filter(({ select }) => select(message) !== undefined);
    return all.map(({ destination }) => destination.name);
  }

  worker(name: string): SinkWorker | undefined {
    return this.#all.get(name)?.worker;
  }

  wake(): void {
    for (const { worker } of this.#all.values()) worker?.wake();
  }

  states(): Readonly<Record<string, SinkWorkerState>> {
    const states = [...this.#all].flatMap(([name, { worker }]) =>
      worker === undefined ? [] : [[name, worker.state()] as const],
    );
    return Object.fromEntries(states);
  }

  async stop(): Promise<void> {
    this.#isClosed = true;
    const workers = [...this.#all.values()].map(({ worker }) => worker?.stop());
    await Promise.all([...workers, ...this.#ending.values()]);
  }

  async #replace(next: readonly Destination[], isForced: boolean): Promise<void> {
    const before = this.#all;
    this.#all = new Map();
    const starting: Running[] = [];
    for (const destination of next) {
      const { name, version } = destination;
      const known = before.get(name);
      const isSame = version !== undefined && known?.destination.version === version;
      const isKept = known !== undefined && isSame && !isForced;
      const fresh = { destination, select: selectionOf(destination), worker: undefined };
      this.#all.set(name, isKept ? known : fresh);
      if (!isKept) starting.push(fresh);
    }
    const ended = [...before].filter(([name, running]) => this.#all.get(name) !== running);
    await Promise.all(ended.map(([name, running]) => this.#end(name, running)));
    for (const running of starting) this.#start(running);
  }

  async #end(name: string, { worker, destination }: Running): Promise<void> {
    const before = this.#ending.get(name);
    const end = Promise.all([before, worker?.stop()]).then(() => undefined);
    this.#ending.set(name, end);
    await end;
    if (this.#ending.get(name) === end) this.#ending.delete(name);
    const now = this.#all.get(name)?.destination;
    const isWanted = now !== undefined && wantsEvents(now);
    if (wantsEvents(destination) && !isWanted) this.#spool?.dropReaders(name);
  }

  #start(running: Running): void {
    const { destination } = running;
    const { name, sink, retry, batch = BATCH } = destination;
    // Changed again, or closed, while the one before it was ending.
    if (this.#isClosed || this.#all.get(name) !== running || running.worker !== undefined) return;
    const source = this.#sourceOf(running);
    running.worker = new SinkWorker({ ...this.#parts, name, sink, retry, batch, source });
    running.worker.start();
  }

  #sourceOf({ destination, select }: Running): SpoolSource | undefined {
    const spool = this.#spool;
    if (spool === undefined || !wantsEvents(destination)) return undefined;
    spool.openReaders(destination.name);
    return new SpoolSource({ spool, sink: destination.name, select });
  }
}

function selectionOf({ route, filter }: Destination): MessageFilter {
  const wants = createRoute(route);
  return (message) => {
    if (!wants(message)) return undefined;
    return filter === undefined ? message : filter(message);
  };
}

/** All but alerts go through the spool. */
export function wantsEvents({ route: { kinds } }: Destination): boolean {
  return kinds === undefined || kinds.some((kind) => kind !== 'alert' && kind !== 'alert_update');
}
