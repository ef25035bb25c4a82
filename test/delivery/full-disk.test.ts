/** A full disk: alerts go out all the same, everything that is given up is counted. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openDelivery } from '../../src/exporters/delivery/delivery.ts';
import { silentLogger } from '../../src/model/log.ts';
import { alerts, idsOf, to } from '../support/delivery-stage.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeSink, settle, until } from '../support/fake-sink.ts';
import { aMessage, messages } from '../support/messages.ts';
import { fill, smallDisk } from '../support/small-disk.ts';

const RETRY = { kind: 'retry', reason: 'away' } as const;

describe('A full disk', () => {
  it('holds up no alert, repeats none, and is used again when it has room', async (t) => {
    const directory = smallDisk(t);
    if (directory === undefined) return;
    const [sink, away] = [new FakeSink(), new FakeSink()];
    away.answer = () => RETRY;
    const clock = new FakeClock();
    const options = { directory, node: 'n', boot: 'b', logger: silentLogger, clock };
    const destinations = [to(sink), to(away, { name: 'away' })];
    const delivery = await openDelivery({ ...options, destinations });
    delivery.publishAlerts(alerts(1, 2));
    await until(() => sink.tries.length === 2);

    fill(directory);
    const kept: boolean[] = [];
    for (let number = 3; number <= 40; number += 1) {
      kept.push(delivery.publishAlerts(alerts(number, number)));
      await settle();
    }
    await until(() => sink.tries.length === 40);
    const whileFull = delivery.counts().outbox;
    rmSync(join(directory, 'ballast'));
    clock.advance(2000);
    await settle();
    const isKept = delivery.publishAlerts(alerts(41, 41));
    await until(() => sink.tries.length === 41);
    const afterwards = delivery.counts().outbox;
    await delivery.close();

    const next = new FakeSink();
    const later = new FakeClock(clock.now() + 3_600_000);
    const again = await openDelivery({
      ...{ ...options, clock: later, ageMaxMs: 1e15 },
      destinations: [to(next, { name: 'away' })],
    });
    await until(() => new Set(next.ids).size === 41);
    await again.close();

    assert.ok(kept.includes(false), 'the disk was not full');
    assert.notEqual(whileFull.failure, '');
    assert.deepStrictEqual([isKept, afterwards.failure, afterwards.dropped], [true, '', 0]);
    assert.deepStrictEqual(sink.ids, idsOf(1, 41));
    assert.deepStrictEqual([...new Set(next.ids)].toSorted(), idsOf(1, 41).toSorted());
  });

  it('drops and counts events, oldest telemetry first, and goes on with later ones', async (t) => {
    const directory = smallDisk(t);
    if (directory === undefined) return;
    const sink = new FakeSink();
    sink.answer = () => RETRY;
    const clock = new FakeClock();
    const options = { directory, node: 'n', boot: 'b', logger: silentLogger, clock };
    const delivery = await openDelivery({ ...options, destinations: [to(sink)] });
    const body = JSON.stringify('x'.repeat(10_000));
    delivery.publishEvents('matched', messages(1, 10, { body }));
    await delivery.flush();

    for (let number = 11; number <= 400; number += 1) {
      delivery.publishEvents('telemetry', [aMessage(number, { body })]);
      await delivery.flush();
    }
    const { dropped } = delivery.counts().spool;
    await delivery.close();

    const next = new FakeSink();
    const later = new FakeClock(clock.now() + 3_600_000);
    const again = await openDelivery({
      ...{ ...options, clock: later, ageMaxMs: 1e15 },
      destinations: [to(next)],
    });
    await until(() => next.ids.includes(aMessage(400).id));
    const { lost = 0 } = again.counts().sinks['siem'] ?? {};
    await again.close();

    const ids = [...new Set(next.ids)];
    assert.deepStrictEqual(ids.slice(0, 10), idsOf(1, 10));
    assert.ok(dropped.disk > 0, JSON.stringify(dropped));
    assert.equal(ids.length + dropped.disk, 400);
    assert.ok(lost <= dropped.disk);
  });
});
