/** Creates Kubernetes Events about policies that failed: one for a version and a reason. */
import type { ClusterPolicyStatus } from '../../model/cluster-policy-status.ts';
import { PacedQueue, type WriterOptions } from './paced-queue.ts';
import { makeEvent, type PolicyEvent } from './policy-event.ts';
import { type ApiFailure, attempt } from './policy-objects.ts';

const WAITING_MAX = 256;
const REMEMBERED_MAX = 4096;
/** The status of the policy says the same; an event is not worth more than this. */
const ATTEMPTS_MAX = 5;

/** What became of events so far. */
export interface EventSenderStats {
  readonly created: number;
  /** Another node, or this one before, had created it. */
  readonly known: number;
  readonly failed: number;
  /** Given up, or too many waited. */
  readonly dropped: number;
}

interface Waiting {
  /** Of the policy. */
  readonly uid: string;
  readonly event: PolicyEvent;
  attempts: number;
}

/** Sends events without making anybody wait. */
export class EventSender {
  readonly #options: WriterOptions;
  readonly #queue: PacedQueue;
  readonly #waiting = new Map<string, Waiting>();
  /** Names of events that were sent, oldest first. */
  readonly #sent = new Set<string>();
  readonly #stats = { created: 0, known: 0, failed: 0, dropped: 0 };

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#queue = new PacedQueue(options, (key) => this.#work(key));
  }

  get stats(): EventSenderStats {
    return { ...this.#stats };
  }

  /** Has an event created when the status is one of failure; else, one that waits is not. */
  report(status: ClusterPolicyStatus): void {
    const { uid } = status.object;
    const event = makeEvent(status, this.#options.node, this.#queue.timers.nowMs());
    if (event === undefined) {
      this.#withdraw(uid);
      return;
    }
    const key = `${event.namespace}/${event.name}`;
    if (this.#sent.has(key) || this.#waiting.has(key)) return;
    if (this.#waiting.size >= WAITING_MAX) {
      this.#stats.dropped += 1;
      return;
    }
    this.#waiting.set(key, { uid, event, attempts: 0 });
    this.#queue.spread(key);
  }

  /** Finishes the request under way; what waits is not sent. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  /** At its start an agent may know a policy before the labels that the policy asks for. */
  #withdraw(uid: string): void {
    for (const [key, waiting] of this.#waiting) {
      if (waiting.uid !== uid) continue;
      this.#waiting.delete(key);
      this.#queue.cancel(key);
    }
  }

  async #work(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    await attempt(
      () => this.#send(key, waiting),
      (failure) => this.#fail(key, waiting, failure),
    );
  }

  async #send(key: string, { event }: Waiting): Promise<void> {
    await this.#options.objects.createEvent(event.namespace, event.body);
    this.#stats.created += 1;
    this.#remember(key);
  }

  #fail(key: string, waiting: Waiting, failure: ApiFailure): void {
    if (failure.status === 409) {
      this.#stats.known += 1;
      this.#remember(key);
      return;
    }
    this.#stats.failed += 1;
    waiting.attempts += 1;
    if (!isHopeless(failure) && waiting.attempts < ATTEMPTS_MAX) {
      this.#queue.retry(key, waiting.attempts, failure);
      return;
    }
    this.#stats.dropped += 1;
    this.#remember(key);
    const { message: reason } = failure;
    this.#options.logger.warn({ code: 'K8S_EVENT_FAILED', reason }, 'event not created');
  }

  #remember(key: string): void {
    this.#waiting.delete(key);
    this.#sent.add(key);
    const [oldest] = this.#sent;
    if (this.#sent.size > REMEMBERED_MAX && oldest !== undefined) this.#sent.delete(oldest);
  }
}

/** The same request would be answered the same, but for tokens and load. */
function isHopeless({ status }: ApiFailure): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}
