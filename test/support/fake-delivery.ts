/** What an agent answers about alerts and deliveries, as a test says. */
import type { Alert } from '../../src/model/alert.ts';
import type { DeliveryApi } from '../../src/model/delivery-api.ts';
import { anAlert } from './alerts.ts';
import { aMessage } from './messages.ts';

export class FakeDelivery implements DeliveryApi {
  readonly one: Alert = anAlert();
  /** What was asked for, in order. */
  readonly asked: unknown[] = [];

  alerts(limit: number): readonly Alert[] {
    this.asked.push(limit);
    return [this.one];
  }

  alert(id: string): Alert | undefined {
    return id === this.one.id ? this.one : undefined;
  }

  deliveries(limit: number): ReturnType<DeliveryApi['deliveries']> {
    this.asked.push(limit);
    const record = { messageId: 'a\u001b[31m', sink: 'siem', timeMs: 0, attempt: 2 };
    return [{ ...record, outcome: 'retry', detail: 'busy' }];
  }

  deadLetters(limit: number): ReturnType<DeliveryApi['deadLetters']> {
    this.asked.push(limit);
    return [{ message: aMessage(1), sink: 'siem', timeMs: 1, attempts: 3, reason: 'no' }];
  }

  replay(sink: string, messageId?: string): number | undefined {
    this.asked.push([sink, messageId]);
    return sink === 'siem' ? 2 : undefined;
  }

  enable(sink: string): boolean {
    return sink === 'siem';
  }
}
