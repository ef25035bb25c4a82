/** Creates Kubernetes Events about policies that failed: one for a version and a reason. */
import type { ClusterPolicyStatus } from '../../model/cluster-policy-status.ts';
import type { Logger } from '../../model/log.ts';
import { makeEvent, type PolicyEvent } from './policy-event.ts';
import { ApiFailure, type PolicyObjects } from './policy-objects.ts';
import { DEFAULT_PACE, type Pace, retryDelayMs } from './write-pace.ts';
import { systemTimers, type Timers, WriteQueue } from './write-queue.ts';

const WAITING_MAX = 256;
const REMEMBERED_MAX = 4096;
/** The status of the policy says the same; an event is not worth more than this. */
const ATTEMPTS_MAX = 5;

export interface EventSenderOptions {
  /** Name of this node. */
  readonly node: string;
  readonly objects: PolicyObjects;
  readonly logger: Logger;
  readonly timers?: Timers;
  readonly pace?: Partial<Pace>;
}

/** What became of events so far. */
export interface EventSenderStats {
  readonly created: number;
  /** Another node, or this one before, had created it. */
  readonly known: number;
  readonly failed: number;
  /** Given up, or too many waited. */
  readonly dropped: number;
}

/** Sends events without making anybody wait. */
export class EventSender {
  readonly #options: EventSenderOptions;
  readonly #timers: Timers;
  readonly #pace: Pace;
  readonly #queue: WriteQueue;
  readonly #waiting = new Map<string, { readonly event: PolicyEvent; attempts: number }>();
  /** Names of events that were sent, oldest first. */
  readonly #sent = new Set<string>();
  readonly #stats = { created: 0, known: 0, failed: 0, dropped: 0 };

  constructor(options: EventSenderOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#pace = { ...DEFAULT_PACE, ...options.pace };
    this.#queue = new WriteQueue({
      timers: this.#timers,
      intervalMs: this.#pace.intervalMs,
      work: (key) => this.#work(key),
    });
  }

  get stats(): EventSenderStats {
    return { ...this.#stats };
  }

  /** Has an event created when the status is one of failure. */
  report(status: ClusterPolicyStatus): void {
    const event = makeEvent(status, this.#options.node, this.#timers.nowMs());
    if (event === undefined) return;
    const key = `${event.namespace}/${event.name}`;
    if (this.#sent.has(key) || this.#waiting.has(key)) return;
    if (this.#waiting.size >= WAITING_MAX) {
      this.#stats.dropped += 1;
      return;
    }
    this.#waiting.set(key, { event, attempts: 0 });
    this.#queue.schedule(key, this.#timers.random() * this.#pace.spreadMs);
  }

  /** Finishes the request under way; what waits is not sent. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  async #work(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    const { namespace, body } = waiting.event;
    try {
      await this.#options.objects.createEvent(namespace, body);
      this.#stats.created += 1;
      this.#remember(key);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.#fail(key, error);
    }
  }

  #fail(key: string, failure: ApiFailure): void {
    if (failure.status === 409) {
      this.#stats.known += 1;
      this.#remember(key);
      return;
    }
    this.#stats.failed += 1;
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    waiting.attempts += 1;
    const isHopeless = failure.status >= 400 && failure.status < 500 && failure.status !== 429;
    if ((isHopeless && failure.status !== 401) || waiting.attempts >= ATTEMPTS_MAX) {
      this.#stats.dropped += 1;
      this.#remember(key);
      const { message: reason } = failure;
      this.#options.logger.warn({ code: 'K8S_EVENT_FAILED', reason }, 'event not created');
      return;
    }
    const pace = { ...this.#pace, random: this.#timers.random() };
    this.#queue.schedule(key, retryDelayMs(waiting.attempts, failure, pace));
  }

  #remember(key: string): void {
    this.#waiting.delete(key);
    this.#sent.add(key);
    const [oldest] = this.#sent;
    if (this.#sent.size > REMEMBERED_MAX && oldest !== undefined) this.#sent.delete(oldest);
  }
}
