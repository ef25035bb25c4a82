/** How much the store holds, and what goes when that is too much. */
import type { Statements } from './statements.ts';
import {
  alertsSizeOf,
  DELIVERIES_MAX,
  dropOldest,
  forgetAlerts,
  forgetDeliveries,
  forgetMessages,
  forgetOld,
  sizeOf,
} from './store-bounds.ts';

/** Dropping takes a look at everything, so that it makes room for more than one message. */
const FILL_AFTER_DROP = 0.9;

/** At least as much as there is: what replaces something is added, until all is looked at again. */
interface Sizes {
  readonly messages: number;
  readonly alerts: number;
  /** Rows of the log since it was cut last. */
  readonly deliveries: number;
}

/** To be used within transactions; one that is undone sets `sizes` to what they were. */
export class StoreRoom {
  readonly #statements: Statements;
  readonly #bytesMax: number;
  sizes: Sizes;

  constructor(statements: Statements, bytesMax: number) {
    this.#statements = statements;
    this.#bytesMax = bytesMax;
    this.sizes = { ...this.#measure(), deliveries: 0 };
  }

  takeMessage(body: string): void {
    const { messages } = this.sizes;
    this.sizes = { ...this.sizes, messages: messages + Buffer.byteLength(body) };
  }

  takeAlert(body: string): void {
    const { alerts } = this.sizes;
    this.sizes = { ...this.sizes, alerts: alerts + Buffer.byteLength(body) };
  }

  takeDelivery(): void {
    this.sizes = { ...this.sizes, deliveries: this.sizes.deliveries + 1 };
  }

  /** What is done with before that time goes first; returns how many had to be given up. */
  make(nowMs: number): number {
    const { messages, alerts, deliveries } = this.sizes;
    const isLong = deliveries > DELIVERIES_MAX;
    if (isLong) forgetDeliveries(this.#statements);
    if (isLong) this.sizes = { ...this.sizes, deliveries: 0 };
    if (messages <= this.#bytesMax && alerts <= this.#bytesMax) return 0;
    forgetMessages(this.#statements, nowMs);
    const is = this.#measure();
    const [tooMuch, ofAlerts] = [this.#excess(is.messages), this.#excess(is.alerts)];
    if (ofAlerts > 0) forgetAlerts(this.#statements, ofAlerts);
    const dropped = tooMuch > 0 ? dropOldest(this.#statements, tooMuch) : 0;
    this.sizes = { ...this.sizes, ...this.#measure() };
    return dropped;
  }

  /** Forgets what was done with before that time. */
  tidy(beforeMs: number): void {
    forgetOld(this.#statements, beforeMs);
    this.sizes = { ...this.#measure(), deliveries: 0 };
  }

  #excess(bytes: number): number {
    return bytes <= this.#bytesMax ? 0 : bytes - this.#bytesMax * FILL_AFTER_DROP;
  }

  #measure(): Pick<Sizes, 'messages' | 'alerts'> {
    const statements = this.#statements;
    return { messages: sizeOf(statements), alerts: alertsSizeOf(statements) };
  }
}
