/** What the API is told of alerts and deliveries. */
import type { AlertBook, Delivery } from '../../exporters/index.ts';
import type { Alert } from '../../model/alert.ts';
import type { DeadLetter, DeliveryRecord } from '../../model/delivery.ts';
import type { DeliveryApi } from '../../model/delivery-api.ts';

type Stored = ReturnType<Delivery['recentAlerts']>[number];

export interface AnswerParts {
  readonly delivery: Omit<Delivery, 'close'>;
  readonly book: Pick<AlertBook, 'open'>;
  /** Takes secrets out of JSON: what is open is in memory as it was found. */
  redact(body: string): string;
}

export class DeliveryAnswers implements DeliveryApi {
  readonly #delivery: AnswerParts['delivery'];
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.#delivery = parts.delivery;
    this.#parts = parts;
  }

  alerts(limit: number): readonly Alert[] {
    const { book } = this.#parts;
    const open = book.open().slice(0, limit);
    const shown = open.flatMap((one) => this.#shown(one) ?? []);
    const ids = new Set(open.map(({ id }) => id));
    const kept = this.#delivery.recentAlerts(limit).flatMap((one) => alertIn(one) ?? []);
    return [...shown, ...kept.filter(({ id }) => !ids.has(id))].slice(0, limit);
  }

  alert(id: string): Alert | undefined {
    const open = this.#parts.book.open().find((alert) => alert.id === id);
    const kept = open === undefined ? this.#delivery.alert(id) : undefined;
    return (open && this.#shown(open)) ?? (kept && alertIn(kept));
  }

  deliveries(limit: number): readonly DeliveryRecord[] {
    return this.#delivery.deliveries(limit);
  }

  deadLetters(limit: number): readonly DeadLetter[] {
    return this.#delivery.deadLetters(limit);
  }

  replay(sink: string, messageId?: string): number | undefined {
    if (!this.#isKnown(sink)) return undefined;
    return this.#delivery.replay(sink, messageId);
  }

  enable(sink: string): boolean {
    return this.#delivery.enable(sink);
  }

  #shown(alert: Alert): Alert | undefined {
    return alertIn({ body: this.#parts.redact(JSON.stringify({ alert })) });
  }

  #isKnown(sink: string): boolean {
    return Object.hasOwn(this.#delivery.counts().sinks, sink);
  }
}

function alertIn({ body }: Pick<Stored, 'body'>): Alert | undefined {
  try {
    const { alert } = JSON.parse(body);
    return typeof alert?.id === 'string' ? alert : undefined;
  } catch {
    return undefined;
  }
}
