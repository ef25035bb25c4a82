/** The delivery side over a directory of its own, with a clock that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import {
  type Delivery,
  type DeliveryOptions,
  openDelivery,
} from '../../src/exporters/delivery/delivery.ts';
import type { Destination } from '../../src/exporters/delivery/destinations.ts';
import { CONNECTION_SCHEDULE } from '../../src/exporters/delivery/retry-schedule.ts';
import type { DeliverySink } from '../../src/exporters/delivery-sink.ts';
import type { OutboundMessage } from '../../src/model/delivery.ts';
import { silentLogger } from '../../src/model/log.ts';
import { FakeClock } from './fake-clock.ts';
import { messages } from './messages.ts';

export const ALERT: { readonly kind: 'alert'; readonly severity: 'high' } = {
  kind: 'alert',
  severity: 'high',
};

const ROOT = mkdtempSync(join(tmpdir(), 'warder-delivery-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

export function scratch(): string {
  return mkdtempSync(join(ROOT, 'stage-'));
}

export function to(sink: DeliverySink, changes: Partial<Destination> = {}): Destination {
  return { name: 'siem', sink, retry: CONNECTION_SCHEDULE, route: {}, ...changes };
}

export interface Stage {
  readonly delivery: Delivery;
  readonly clock: FakeClock;
}

export async function openStage(
  t: TestContext,
  destinations: readonly Destination[],
  changes: Partial<DeliveryOptions> = {},
): Promise<Stage> {
  const clock = new FakeClock();
  const delivery = await openDelivery({
    ...{ directory: scratch(), node: 'node-1', boot: 'boot-1', logger: silentLogger },
    ...{ destinations, clock, ...changes },
  });
  t.after(() => delivery.close());
  return { delivery, clock };
}

export function alerts(
  from: number,
  through: number,
): readonly { readonly message: OutboundMessage }[] {
  return messages(from, through, ALERT).map((message) => ({ message }));
}

export function idsOf(from: number, through: number): readonly string[] {
  return messages(from, through).map(({ id }) => id);
}
