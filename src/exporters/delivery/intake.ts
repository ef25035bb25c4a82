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

export interface Taken {
  readonly message: OutboundMessage;
  readonly isAdmitted: boolean;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #redact: (body: string) => string;
  readonly #limiters = new Map<MessageKind, RateLimiter>();
  #suppressed = 0;
  #reports = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#redact = createRedaction(options.redaction ?? { members: [], words: [] });
    const { rateLimits = {} } = options;
    for (const kind of Object.keys(rateLimits) as MessageKind[]) {
      const limit = rateLimits[kind];
      if (limit !== undefined) this.#limiters.set(kind, new RateLimiter(limit));
    }
  }

  get suppressed(): number {
    return this.#suppressed;
  }

  /** The message as it is kept; one that is not admitted is not sent, which `reports` tells of. */
  take(message: OutboundMessage): {
    readonly message: OutboundMessage;
    readonly isAdmitted: boolean;
  } {
    const limiter = this.#limiters.get(message.kind);
    const isAdmitted = limiter?.admit(message, this.#options.clock.now()) ?? true;
    if (!isAdmitted) this.#suppressed += 1;
    const own = this.#redact(message.body);
    const body = this.#options.redact?.(own) ?? own;
    return { message: body === message.body ? message : { ...message, body }, isAdmitted };
  }

  /** What was left out, as messages. */
  reports(): readonly OutboundMessage[] {
    const now = this.#options.clock.now();
    const all = [...this.#limiters.values()].flatMap((limiter) => limiter.collect(now));
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
