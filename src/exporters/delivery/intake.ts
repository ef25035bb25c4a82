/** What happens to messages before they are written: secrets go, floods are bounded. */
import type { MessageKind, OutboundMessage } from '../../model/delivery.ts';
import type { Clock } from '../clock.ts';
import { type RateLimit, RateLimiter, type Suppression } from '../stages/rate-limit.ts';
import { createRedaction, type Redaction } from '../stages/redact.ts';

export interface IntakeOptions {
  readonly node: string;
  /** Tells this life of the agent from others; part of the ids of what it reports itself. */
  readonly boot: string;
  readonly clock: Clock;
  readonly redaction?: Redaction | undefined;
  /** Takes further secrets out of bodies, before anything is written. Never throws. */
  readonly redact?: ((body: string) => string) | undefined;
  /** Kinds without one are not limited. */
  readonly rateLimits?: Readonly<Partial<Record<MessageKind, RateLimit>>> | undefined;
}

/** What may change while it runs. */
type IntakeChanges = Pick<IntakeOptions, 'redact' | 'redaction' | 'rateLimits'>;

export interface Taken {
  readonly message: OutboundMessage;
  readonly isAdmitted: boolean;
}

export class Intake {
  readonly #options: IntakeOptions;
  #redact: (body: string) => string = (body) => body;
  readonly #limiters = new Map<MessageKind, RateLimiter>();
  /** Of limits that were in force before. */
  readonly #ended: Suppression[] = [];
  #suppressed = 0;
  #reports = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.change(options);
  }

  /** From now on; what was left out so far is reported. */
  change({ redaction, redact, rateLimits = {} }: IntakeChanges): void {
    for (const limiter of this.#limiters.values()) this.#ended.push(...limiter.collect(Infinity));
    this.#limiters.clear();
    const own = createRedaction(redaction ?? { members: [], words: [] });
    this.#redact = (body) => redact?.(own(body)) ?? own(body);
    for (const kind of Object.keys(rateLimits) as MessageKind[]) {
      const limit = rateLimits[kind];
      if (limit !== undefined) this.#limiters.set(kind, new RateLimiter(limit));
    }
  }

  get suppressed(): number {
    return this.#suppressed;
  }

  /** What is kept beside messages, without secrets. */
  redact(body: string): string {
    return this.#redact(body);
  }

  /** The message as it is kept; one that is not admitted is not sent, which `reports` tells of. */
  take(message: OutboundMessage): {
    readonly message: OutboundMessage;
    readonly isAdmitted: boolean;
  } {
    const limiter = this.#limiters.get(message.kind);
    const isAdmitted = limiter?.admit(message, this.#options.clock.now()) ?? true;
    if (!isAdmitted) this.#suppressed += 1;
    const body = this.#redact(message.body);
    return { message: body === message.body ? message : { ...message, body }, isAdmitted };
  }

  /** What was left out, as messages. */
  reports(): readonly OutboundMessage[] {
    const now = this.#options.clock.now();
    const ended = this.#ended.splice(0);
    const over = [...this.#limiters.values()].flatMap((limiter) => limiter.collect(now));
    const all = [...ended, ...over];
    return all.map((suppression) => this.#report(suppression, now));
  }

  #report(suppression: Suppression, timeMs: number): OutboundMessage {
    const { node, boot } = this.#options;
    this.#reports += 1;
    return {
      id: `${node}/${boot}/suppressed-${this.#reports}`,
      kind: 'health',
      severity: 'low',
      node,
      namespace: suppression.namespace,
      timeMs,
      rule: suppression.rule,
      body: JSON.stringify({ type: 'suppressed', node, ...suppression }),
    };
  }
}
