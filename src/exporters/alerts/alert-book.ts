/** Groups findings and events of policies to alerts, and says when somebody is told of one. */
import type { Alert, AlertLabel } from '../../model/alert.ts';
import type { Clock } from '../clock.ts';
import type { PublishedAlert } from '../delivery/delivery.ts';
import type { StoredAlert } from '../store/additions.ts';
import type { Occurrence } from './occurrence.ts';
import {
  addOccurrence,
  groupOf,
  messageOf,
  type OpenAlert,
  openAlert,
  settled,
} from './open-alert.ts';
import { fromStored, toStored } from './stored-alert.ts';

/** What there are more of makes those that were seen least recently be resolved. */
const OPEN_MAX = 10_000;

/** How often it is looked whether an alert is to be told again, or is over. */
const TICK_MS = 1000;

/** Counts that nobody was told of are written down as often. */
const KEEP_MS = 30_000;

export interface AlertSettings {
  readonly groupBy: readonly AlertLabel[];
  /** More of the same is told at most once in this time. */
  readonly resendMs: number;
  readonly resolveMs: number;
}

export interface AlertBookOptions {
  readonly node: string;
  readonly cluster: string;
  readonly settings: AlertSettings;
  readonly clock: Clock;
  /** Keeps them, and sends them where they are wanted. Does not throw. */
  publish(alerts: readonly PublishedAlert[]): void;
  /** Keeps alerts of which nobody is told now. Does not throw. */
  keep(alerts: readonly StoredAlert[]): void;
  /** Alerts that are kept and of which nobody is told. */
  isMuted?(alert: Alert): boolean;
}

export interface AlertCounts {
  readonly open: number;
  readonly opened: number;
  readonly resolved: number;
  /** Findings and events that were added to an alert that was open. */
  readonly grouped: number;
  /** Alerts that were resolved as there were too many. */
  readonly evicted: number;
}

/** Starts its timer at once; it has to be closed. */
export class AlertBook {
  readonly #options: AlertBookOptions;
  #settings: AlertSettings;
  /** By fingerprint; what was seen last is last. */
  readonly #open = new Map<string, OpenAlert>();
  #counts = { opened: 0, resolved: 0, grouped: 0, evicted: 0 };
  #stopTimer: () => void = () => undefined;
  #keptAtMs: number;
  #isClosed = false;

  constructor(options: AlertBookOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#keptAtMs = options.clock.now();
    this.#schedule();
  }

  /** Goes on with what was open before; what was silent for too long since is resolved soon. */
  restore(stored: readonly StoredAlert[]): void {
    const found = stored.flatMap((one) => fromStored(one) ?? []);
    const firing = found.filter(({ alert }) => alert.state === 'firing');
    for (const one of firing.toSorted((a, b) => a.alert.lastSeenMs - b.alert.lastSeenMs)) {
      if (!this.#open.has(one.alert.fingerprint)) this.#open.set(one.alert.fingerprint, one);
    }
  }

  /** From now on; alerts that are open stay what they are. */
  change(settings: AlertSettings): void {
    this.#settings = settings;
  }

  take(occurrences: readonly Occurrence[]): void {
    const news: OpenAlert[] = [];
    for (const occurrence of occurrences) {
      const { fingerprint } = groupOf(occurrence, this.#settings.groupBy);
      const known = this.#open.get(fingerprint);
      if (known === undefined) {
        news.push(this.#add(occurrence));
        continue;
      }
      this.#counts.grouped += 1;
      this.#open.delete(fingerprint);
      this.#open.set(fingerprint, addOccurrence(known, occurrence));
    }
    const fresh = news.map(({ alert }) => alert.fingerprint);
    this.#tell(fresh.flatMap((fingerprint) => this.#open.get(fingerprint) ?? []));
    if (this.#open.size > OPEN_MAX) this.#evict();
  }

  /** Those that are open, the last seen first. */
  open(): readonly Alert[] {
    return [...this.#open.values()].reverse().map((one) => settled(one).alert);
  }

  counts(): AlertCounts {
    return { open: this.#open.size, ...this.#counts };
  }

  /** Writes down how often each was seen; they stay open for whoever comes next. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTimer();
    this.#keep();
  }

  #add(occurrence: Occurrence): OpenAlert {
    const { node, cluster } = this.#options;
    const opened = openAlert(occurrence, { node, cluster, groupBy: this.#settings.groupBy });
    this.#open.set(opened.alert.fingerprint, opened);
    this.#counts.opened += 1;
    return opened;
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#stopTimer = this.#options.clock.after(TICK_MS, () => {
      this.#tick();
      this.#schedule();
    });
  }

  #tick(): void {
    const now = this.#options.clock.now();
    const all = [...this.#open.values()];
    const isOver = ({ alert }: OpenAlert): boolean =>
      now - alert.lastSeenMs >= this.#settings.resolveMs;
    const isDue = ({ alert, sentMs, sentCount }: OpenAlert): boolean =>
      alert.count > sentCount && now - sentMs >= this.#settings.resendMs;
    this.#resolve(all.filter(isOver));
    this.#tell(all.filter((one) => !isOver(one) && isDue(one)));
    if (now - this.#keptAtMs >= KEEP_MS) this.#keep();
  }

  #resolve(alerts: readonly OpenAlert[]): void {
    this.#counts.resolved += alerts.length;
    this.#tell(
      alerts.map((one) => ({ ...one, alert: { ...one.alert, state: 'resolved' as const } })),
    );
  }

  #evict(): void {
    const excess = [...this.#open.values()].slice(0, this.#open.size - OPEN_MAX);
    this.#counts.evicted += excess.length;
    this.#resolve(excess);
  }

  #tell(alerts: readonly OpenAlert[]): void {
    if (alerts.length === 0) return;
    const sentMs = this.#options.clock.now();
    const published: PublishedAlert[] = [];
    const muted: StoredAlert[] = [];
    for (const one of alerts) {
      const whole = settled(one);
      const { alert, messages } = whole;
      const isMuted = this.#options.isMuted?.(alert) ?? false;
      const told = { sentMs, sentCount: alert.count, messages: messages + 1 };
      const next: OpenAlert = { ...whole, ...(isMuted ? {} : told), keptCount: alert.count };
      this.#put(next);
      if (isMuted) muted.push(toStored(next));
      else published.push({ message: messageOf(whole, sentMs), alert: toStored(next) });
    }
    if (published.length > 0) this.#options.publish(published);
    if (muted.length > 0) this.#options.keep(muted);
  }

  #put(one: OpenAlert): void {
    const { fingerprint, state } = one.alert;
    if (state === 'resolved') this.#open.delete(fingerprint);
    else this.#open.set(fingerprint, one);
  }

  #keep(): void {
    this.#keptAtMs = this.#options.clock.now();
    const changed = [...this.#open.values()].filter((one) => one.alert.count > one.keptCount);
    const whole = changed.map((one) => ({ ...settled(one), keptCount: one.alert.count }));
    for (const one of whole) this.#open.set(one.alert.fingerprint, one);
    if (whole.length > 0) this.#options.keep(whole.map(toStored));
  }
}
