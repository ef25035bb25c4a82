/**
 * An agent's delivery side as a process to be killed: publishes numbered alerts and events into a
 * directory, and prints what it knows to be on disk. Arguments: directory, first number, receiver.
 */
import { writeSync } from 'node:fs';
import { openDelivery } from '../../src/exporters/delivery/delivery.ts';
import { CONNECTION_SCHEDULE } from '../../src/exporters/delivery/retry-schedule.ts';
import type { DeliverySink } from '../../src/exporters/delivery-sink.ts';
import { silentLogger } from '../../src/model/log.ts';
import { aMessage } from './messages.ts';

const [, , directory = '', from = '1', mode = 'deliver'] = process.argv;

/** Says what it took before it answers, as a receiver would that stores it. */
const printing: DeliverySink = {
  open: async () => undefined,
  deliver: async (dispatches) => {
    const ids = dispatches.map(({ message }) => `sent ${message.id} ${message.body}\n`);
    writeSync(1, ids.join(''));
    return dispatches.map(() => ({ kind: 'delivered' }));
  },
  close: async () => undefined,
};

const hanging: DeliverySink = {
  ...printing,
  deliver: () => new Promise(() => undefined),
};

const delivery = await openDelivery({
  directory,
  node: 'node-1',
  boot: 'boot-1',
  logger: silentLogger,
  destinations: [
    {
      name: 'receiver',
      sink: mode === 'hang' ? hanging : printing,
      retry: CONNECTION_SCHEDULE,
      route: {},
    },
  ],
});
process.stdout.write('open\n');
if (mode === 'drain') setInterval(() => undefined, 1000);
else await publish(Number(from));

async function publish(first: number): Promise<never> {
  for (let number = first; ; number += 2) {
    const alert = aMessage(number, { kind: 'alert', severity: 'high' });
    if (delivery.publishAlerts([{ message: alert }])) writeSync(1, `kept ${alert.id}\n`);
    const event = aMessage(number + 1);
    delivery.publishEvents(number % 4 === 1 ? 'matched' : 'telemetry', [event]);
    await delivery.flush();
    writeSync(1, `kept ${event.id}\n`);
  }
}
