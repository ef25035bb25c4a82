/** Bounds how many messages of one kind and rule go out, and says what it left out. */
import type { OutboundMessage } from '../../model/delivery.ts';

/** While there are more keys than this, messages of the others are not limited. */
const KEYS_MAX = 10_000;

export interface RateLimit {
  /** Of one key in one window; the first one always goes out. */
  readonly messagesMax: number;
  readonly windowMs: number;
}

/** What was left out of one window. */
export interface Suppression {
  readonly kind: string;
  readonly rule: string;
  readonly namespace: string;
  readonly count: number;
  readonly firstId: string;
  readonly lastId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Window {
  readonly endMs: number;
  readonly first: OutboundMessage;
  passed: number;
  suppressed: number;
  firstId: string;
  lastId: string;
  fromMs: number;
  toMs: number;
}

/** Windows of a key begin with its first message: what is new is never left out. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #windows = new Map<string, Window>();
  /** Of windows that are over. */
  readonly #reports: Suppression[] = [];

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** True when it may go out. */
  admit(message: OutboundMessage, nowMs: number): boolean {
    const window = this.#windowOf(message, nowMs);
    if (window === undefined) return true;
    if (window.passed < Math.max(1, this.#limit.messagesMax)) {
      window.passed += 1;
      return true;
    }
    if (window.suppressed === 0) {
      window.firstId = message.id;
      window.fromMs = message.timeMs;
    }
    window.suppressed += 1;
    window.lastId = message.id;
    window.toMs = message.timeMs;
    return false;
  }

  /** Ends the windows that are over; reports each that left something out, once. */
  collect(nowMs: number): readonly Suppression[] {
    for (const [key, window] of this.#windows) {
      if (window.endMs <= nowMs) this.#end(key, window);
    }
    return this.#reports.splice(0);
  }

  #windowOf(message: OutboundMessage, nowMs: number): Window | undefined {
    const key = JSON.stringify([message.kind, message.rule, message.namespace]);
    const known = this.#windows.get(key);
    if (known !== undefined && known.endMs > nowMs) return known;
    if (known !== undefined) this.#end(key, known);
    if (this.#windows.size >= KEYS_MAX) return undefined;
    const window: Window = {
      ...{ endMs: nowMs + this.#limit.windowMs, first: message, passed: 0, suppressed: 0 },
      ...{ firstId: '', lastId: '', fromMs: 0, toMs: 0 },
    };
    this.#windows.set(key, window);
    return window;
  }

  #end(key: string, window: Window): void {
    this.#windows.delete(key);
    if (window.suppressed > 0) this.#reports.push(reportOf(window));
  }
}

function reportOf(window: Window): Suppression {
  const { kind, rule, namespace } = window.first;
  const { suppressed: count, firstId, lastId, fromMs, toMs } = window;
  return { kind, rule, namespace, count, firstId, lastId, fromMs, toMs };
}
