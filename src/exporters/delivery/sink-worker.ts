/** Delivers to one destination, in a loop of its own: a slow one never delays another. */
import type { DeliveryOutcome, Dispatch } from '../../model/delivery.ts';
import type { SinkWorkerState } from '../../model/delivery-stats.ts';
import { InvariantError } from '../../model/errors.ts';
import type { Logger } from '../../model/log.ts';
import type { Clock } from '../clock.ts';
import type { DeliverySink } from '../delivery-sink.ts';
import type { Settlement } from '../store/additions.ts';
import type { Outbox } from '../store/outbox.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { holdLine } from './hold-line.ts';
import { delayAfter, type RetrySchedule } from './retry-schedule.ts';
import type { SpoolBatch, SpoolSource } from './spool-source.ts';

/** Nothing that waits is forgotten, should a wake-up get lost. */
const IDLE_MS = 30_000;
const UNSETTLED_MS = 100;

export interface SinkWorkerOptions {
  readonly name: string;
  readonly sink: DeliverySink;
  readonly outbox: Outbox;
  /** Absent when it wants no events. */
  readonly source?: SpoolSource | undefined;
  /** With an endless one, alerts arrive in their order: none overtakes one that waits. */
  readonly retry: RetrySchedule;
  readonly batch: { readonly records: number; readonly bytes: number };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Starts with `start`; `stop` waits for the try that is running. */
export class SinkWorker {
  readonly #options: SinkWorkerOptions;
  readonly #breaker: CircuitBreaker;
  #state: Exclude<SinkWorkerState['state'], 'closed'> = 'starting';
  #isClosed = false;
  #reason = '';
  #counts = { delivered: 0, duplicates: 0, retried: 0, dead: 0 };
  #inFlight = 0;
  #loop: Promise<void> | undefined;
  #wake: () => void = () => undefined;
  #isWoken = false;
  /** Alerts wait for those before them until then. */
  #heldUntilMs = 0;
  /** Events that are read and not done with yet. */
  #events: { readonly batch: SpoolBatch; left: readonly Dispatch[]; dueMs: number } | undefined;

  constructor(options: SinkWorkerOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(options.clock);
    options.sink.onReady?.(() => this.#hurry());
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Something may be there to deliver. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** It is back: what was to be tried later is tried now. */
  #hurry(): void {
    this.#breaker.succeed();
    this.#options.outbox.hurry(this.#options.name);
    this.#heldUntilMs = 0;
    if (this.#events !== undefined) this.#events.dueMs = 0;
    this.wake();
  }

  /** Delivers to a destination again that wanted no more. */
  enable(): void {
    if (this.#state === 'gone') this.#state = 'working';
    this.wake();
  }

  state(): SinkWorkerState {
    const { name, outbox, source } = this.#options;
    return {
      state: this.#isClosed ? 'closed' : this.#state,
      breaker: this.#breaker.state,
      ...this.#counts,
      waiting: outbox.waiting(name) + (source?.waiting ?? 0),
      inFlight: this.#inFlight,
      lagMs: this.#lagMs(),
      lost: source?.lost ?? 0,
      reason: this.#reason,
    };
  }

  #lagMs(): number {
    const { name, outbox, clock } = this.#options;
    const now = clock.now();
    const event = this.#events?.left[0]?.message.timeMs ?? now;
    return Math.max(0, now - Math.min(event, outbox.oldestMs(name) ?? now));
  }

  async stop(): Promise<void> {
    this.#isClosed = true;
    this.wake();
    await this.#options.sink.close();
    await this.#loop;
  }

  async #run(): Promise<void> {
    await this.#open();
    while (!this.#isClosed) {
      this.#isWoken = false;
      const isAlone = this.#state === 'gone' || this.#breaker.state === 'open';
      if (isAlone || !(await this.#deliverSome())) await this.#idle();
    }
  }

  /** False when there is nothing to deliver now. */
  async #deliverSome(): Promise<boolean> {
    if (await this.#deliverAlerts()) return true;
    try {
      return await this.#deliverEvents();
    } catch (error) {
      // Alerts go on when the disk does not give the events back.
      if (error instanceof InvariantError) throw error;
      this.#fail(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  async #open(): Promise<void> {
    for (let attempts = 1; !this.#isClosed; attempts += 1) {
      try {
        await this.#options.sink.open();
        this.#state = 'working';
        this.#reason = '';
        return;
      } catch (error) {
        this.#fail(error instanceof Error ? error.message : String(error));
        const { retry, clock } = this.#options;
        const delay = delayAfter({ ...retry, isEndless: true }, attempts, clock.random());
        await this.#pause(delay ?? IDLE_MS);
      }
    }
  }

  /** False when none is due. */
  async #deliverAlerts(): Promise<boolean> {
    const { name, outbox, batch, retry, clock } = this.#options;
    if (this.#heldUntilMs > clock.now()) return false;
    const limit = this.#breaker.state === 'half_open' ? 1 : batch.records;
    const due = outbox.due(name, limit);
    if (due.length === 0) return false;
    const outcomes = await this.#try(due);
    const pairs = due.map((dispatch, index) => this.#settlement(dispatch, outcomes[index]));
    const { settlements, untilMs } = retry.isEndless
      ? holdLine(pairs)
      : { settlements: pairs, untilMs: 0 };
    this.#heldUntilMs = untilMs;
    outbox.settle(settlements);
    this.#count(settlements);
    return true;
  }

  /** False when there are none, or they are to wait. */
  async #deliverEvents(): Promise<boolean> {
    const { source, batch, clock, outbox } = this.#options;
    if (source === undefined) return false;
    if (this.#events === undefined) {
      const next = await source.next(batch);
      if (next === undefined) return false;
      this.#events = { batch: next, left: next.dispatches, dueMs: 0 };
    }
    const events = this.#events;
    if (events.dueMs > clock.now()) return false;
    const limit = this.#breaker.state === 'half_open' ? 1 : events.left.length;
    const tried = events.left.slice(0, limit);
    const outcomes = tried.length === 0 ? [] : await this.#try(tried);
    const settlements = tried.map((one, index) => this.#settlement(one, outcomes[index]));
    const dead = settlements.filter(({ next }) => next === 'dead');
    if (dead.length > 0) outbox.settle(dead);
    this.#count(settlements);
    const later = settlements.filter(({ next }) => next === 'later');
    const again = later.map(({ dispatch }) => ({ ...dispatch, attempts: dispatch.attempts + 1 }));
    events.left = [...again, ...events.left.slice(limit)];
    events.dueMs = Math.max(0, ...later.map(({ dueMs }) => dueMs));
    if (events.left.length > 0) return true;
    events.batch.done();
    this.#events = undefined;
    return true;
  }

  async #try(dispatches: readonly Dispatch[]): Promise<readonly DeliveryOutcome[]> {
    this.#inFlight = dispatches.length;
    try {
      const outcomes = await this.#options.sink.deliver(dispatches);
      this.#counts.duplicates += outcomes.filter(isDuplicate).length;
      return outcomes;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return dispatches.map(() => ({ kind: 'retry', reason }));
    } finally {
      this.#inFlight = 0;
    }
  }

  #settlement(dispatch: Dispatch, outcome: DeliveryOutcome | undefined): Settlement {
    const { name: sink, clock, retry } = this.#options;
    const answer = outcome ?? { kind: 'retry', reason: 'the destination did not answer for it' };
    const timeMs = clock.now();
    const detail = answer.kind === 'delivered' ? '' : answer.reason;
    const about = { sink, dispatch, outcome: answer.kind, detail, timeMs, dueMs: timeMs };
    if (answer.kind === 'delivered') return { ...about, next: 'done' };
    if (answer.kind === 'rejected') return { ...about, next: 'dead' };
    // What a destination that is gone did not take waits for it to be enabled again.
    if (answer.kind === 'gone') return { ...about, next: 'later' };
    const delay = delayAfter(retry, dispatch.attempts + 1, clock.random());
    if (delay === undefined) return { ...about, next: 'dead' };
    return { ...about, next: 'later', dueMs: timeMs + Math.max(delay, answer.afterMs ?? 0) };
  }

  #count(settlements: readonly Settlement[]): void {
    for (const { next } of settlements) {
      if (next === 'done') this.#counts.delivered += 1;
      else if (next === 'dead') this.#counts.dead += 1;
      else this.#counts.retried += 1;
    }
    const gone = settlements.find(({ outcome }) => outcome === 'gone');
    if (gone !== undefined) {
      this.#fail(gone.detail);
      this.#state = 'gone';
      return;
    }
    const failed = settlements.find(({ outcome }) => outcome === 'retry');
    const hasAnswered = settlements.some(({ outcome }) => outcome !== 'retry');
    if (hasAnswered) this.#breaker.succeed();
    else if (failed !== undefined) this.#breaker.fail();
    if (failed !== undefined) this.#fail(failed.detail);
    else if (hasAnswered) this.#recover();
  }

  /** Said when it begins; that it goes on is in the counts. */
  #fail(reason: string): void {
    const { logger, name } = this.#options;
    if (this.#reason === '') {
      const message = `${name} does not take messages: ${reason}; they are kept and sent later`;
      logger.warn({ code: 'SINK_DELIVERY_FAILED', sink: name }, message);
    }
    this.#reason = reason;
    if (this.#state === 'working') this.#state = 'failing';
  }

  #recover(): void {
    if (this.#state === 'failing') this.#state = 'working';
    this.#reason = '';
  }

  async #idle(): Promise<void> {
    const { name, outbox, clock } = this.#options;
    const now = clock.now();
    const alertsMs = Math.max(outbox.nextDueMs(name) ?? now + IDLE_MS, this.#heldUntilMs);
    const due = Math.min(alertsMs, this.#events?.dueMs ?? Infinity);
    const isAlone = this.#state === 'gone';
    const at = isAlone ? now + IDLE_MS : Math.max(due, this.#breaker.openUntilMs);
    // What is due and was not found just now cannot be settled, as on a full disk.
    const wait = at > now ? at - now : UNSETTLED_MS;
    await this.#sleep(Math.min(wait, IDLE_MS));
  }

  #sleep(ms: number): Promise<void> {
    return this.#isWoken ? Promise.resolve() : this.#pause(ms, () => true);
  }

  /** Until the end, or a wake-up that may end it: messages that come must not hurry a server. */
  #pause(ms: number, mayWake: () => boolean = () => this.#isClosed): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        if (!mayWake()) return;
        cancel();
        resolve();
      };
    });
  }
}

function isDuplicate(outcome: DeliveryOutcome): boolean {
  return outcome.kind === 'delivered' && outcome.isDuplicate === true;
}
