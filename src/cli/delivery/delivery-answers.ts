/** What the API is told of alerts and deliveries. */
import type { AlertBook, Delivery } from '../../exporters/index.ts';
import type { Alert } from '../../model/alert.ts';
import type { DeadLetter, DeliveryRecord } from '../../model/delivery.ts';
import type { DeliveryApi } from '../../model/delivery-api.ts';

type Stored = ReturnType<Delivery['recentAlerts']>[number];

export class DeliveryAnswers implements DeliveryApi {
  readonly #delivery: Delivery;
  readonly #book: Pick<AlertBook, 'open'>;

  constructor(delivery: Delivery, book: Pick<AlertBook, 'open'>) {
    this.#delivery = delivery;
    this.#book = book;
  }

  alerts(limit: number): readonly Alert[] {
    const open = this.#book.open().slice(0, limit);
    const ids = new Set(open.map(({ id }) => id));
    const kept = this.#delivery.recentAlerts(limit).flatMap((one) => alertIn(one) ?? []);
    return [...open, ...kept.filter(({ id }) => !ids.has(id))].slice(0, limit);
  }

  alert(id: string): Alert | undefined {
    const open = this.#book.open().find((alert) => alert.id === id);
    const kept = open === undefined ? this.#delivery.alert(id) : undefined;
    return open ?? (kept && alertIn(kept));
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

  #isKnown(sink: string): boolean {
    return Object.hasOwn(this.#delivery.counts().sinks, sink);
  }
}

function alertIn({ body }: Stored): Alert | undefined {
  try {
    const { alert } = JSON.parse(body);
    return typeof alert?.id === 'string' ? alert : undefined;
  } catch {
    return undefined;
  }
}
