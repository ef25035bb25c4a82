/** Delivery to a server of NATS that is killed meanwhile: every message is stored, once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openDelivery } from '../../src/exporters/delivery/delivery.ts';
import { NatsSink } from '../../src/exporters/sinks/nats/nats-sink.ts';
import { silentLogger } from '../../src/model/log.ts';
import { alerts, idsOf, to } from '../support/delivery-stage.ts';
import { until } from '../support/fake-sink.ts';
import { messages } from '../support/messages.ts';
import { connectTo, NatsProcess } from '../support/nats-process.ts';

describe('Delivery to NATS', () => {
  it('stores each message once though the server is killed again and again', async (t) => {
    const server = await NatsProcess.start(t);
    const directory = mkdtempSync(join(tmpdir(), 'warder-outage-'));
    t.after(() => rmSync(directory, { recursive: true, force: true }));
    const reach = { servers: [server.url], credentials: { kind: 'none' }, name: 'test' } as const;
    const delivery = await openDelivery({
      ...{ directory, node: 'node-1', boot: 'boot-1', logger: silentLogger },
      destinations: [to(new NatsSink({ server: reach, cluster: 'c', streams: 'ensure' }))],
    });
    t.after(() => delivery.close());
    const waiting = (): number => delivery.counts().sinks['siem']?.waiting ?? 0;

    for (let turn = 0; turn < 3; turn += 1) {
      const from = turn * 400 + 1;
      delivery.publishEvents('matched', messages(from, from + 199));
      delivery.publishAlerts(alerts(from + 200, from + 299));
      const left = waiting();
      await until(() => waiting() < left, 'the first acks');
      await server.kill();
      delivery.publishEvents('telemetry', messages(from + 300, from + 399));
      await server.run();
    }
    await until(() => waiting() === 0, 'the last ack');

    const connection = await connectTo(t, server);
    const manager = await connection.jetstreamManager();
    const stored: string[] = [];
    for (const stream of ['WARDER_EVENTS', 'WARDER_ALERTS']) {
      const { state } = await manager.streams.info(stream);
      for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(stream, { seq });
        stored.push(message.header.get('Nats-Msg-Id'));
      }
    }
    assert.deepStrictEqual(stored.toSorted(), idsOf(1, 1200).toSorted());
    assert.deepStrictEqual(delivery.deadLetters(1), []);
  });
});
