/** Destinations that change while delivery runs: what waits is neither lost nor sent elsewhere. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { alerts, idsOf, openStage, scratch, to } from '../../../support/delivery-stage.ts';
import { FakeSink, settle, until } from '../../../support/fake-sink.ts';
import { aMessage, messages } from '../../../support/messages.ts';

const RETRY = { kind: 'retry', reason: 'away' } as const;

describe('a change of destinations', () => {
  it('gives what waits to the destination of the same name', async (t) => {
    const [before, after] = [new FakeSink(), new FakeSink()];
    before.answer = () => RETRY;
    const { delivery, clock } = await openStage(t, [to(before)]);
    delivery.publishAlerts(alerts(1, 2));
    delivery.publishEvents('matched', messages(3, 5));
    await until(() => before.tries.length >= 5);

    await delivery.change({ destinations: [to(after)] });
    delivery.publishEvents('telemetry', messages(6, 6));
    clock.advance(5000);
    await until(() => new Set(after.ids).size === 6);

    assert.deepStrictEqual([...new Set(after.ids)].toSorted(), idsOf(1, 6));
  });

  it('leaves a destination alone that is the same as before', async (t) => {
    const [kept, again] = [new FakeSink(), new FakeSink()];
    const { delivery } = await openStage(t, [to(kept, { version: 'a' })]);
    delivery.publishAlerts(alerts(1, 1));
    await until(() => kept.tries.length === 1);
    await delivery.change({ destinations: [to(again, { version: 'a' })] });
    delivery.publishAlerts(alerts(2, 2));
    await until(() => kept.tries.length === 2);

    assert.deepStrictEqual([again.ids, delivery.counts().sinks['siem']?.delivered], [[], 2]);
  });

  it('follows another route at once', async (t) => {
    const sink = new FakeSink();
    const { delivery } = await openStage(t, [to(sink, { version: 'a' })]);
    await delivery.change({
      destinations: [to(sink, { version: 'b', route: { severityMin: 'critical' } })],
    });
    delivery.publishAlerts(alerts(1, 1));
    const body = { message: aMessage(2, { kind: 'alert', severity: 'critical' }) };
    delivery.publishAlerts([body]);
    await until(() => sink.tries.length === 1);
    await settle();

    assert.deepStrictEqual(sink.ids, idsOf(2, 2));
  });

  it('adds one that gets what is kept, and ends one that is gone', async (t) => {
    const [first, second] = [new FakeSink(), new FakeSink()];
    first.answer = () => RETRY;
    const { delivery } = await openStage(t, [to(first)]);
    delivery.publishEvents('matched', messages(1, 2));
    await until(() => first.tries.length >= 2);
    await delivery.change({ destinations: [to(first), to(second, { name: 'other' })] });
    await until(() => second.tries.length === 2);
    await delivery.change({ destinations: [to(second, { name: 'other' })] });

    assert.deepStrictEqual(Object.keys(delivery.counts().sinks), ['other']);
    assert.deepStrictEqual(second.ids.slice(0, 2), idsOf(1, 2));
  });

  it('is whole when another one comes while it is made', async (t) => {
    const [a, b, c] = [new FakeSink(), new FakeSink(), new FakeSink()];
    const { delivery } = await openStage(t, [to(a)]);
    await Promise.all([
      delivery.change({ destinations: [to(b)] }),
      delivery.change({ destinations: [to(c)] }),
    ]);
    delivery.publishAlerts(alerts(1, 1));
    await until(() => c.tries.length === 1);

    assert.deepStrictEqual([a.ids, b.ids, c.ids], [[], [], idsOf(1, 1)]);
  });

  it('reports what was left out by rates that are over', async (t) => {
    const sink = new FakeSink();
    const rateLimits = { event: { messagesMax: 1, windowMs: 60_000 } };
    const { delivery, clock } = await openStage(t, [to(sink, { version: 'a' })], { rateLimits });
    delivery.publishEvents('matched', messages(1, 3));
    await delivery.change({ destinations: [to(sink, { version: 'a' })] });
    delivery.publishEvents('matched', messages(4, 5));
    clock.advance(1000);
    await until(() => sink.tries.length === 4);

    const kinds = sink.tries.map(({ message }) => message.kind);
    assert.deepStrictEqual(kinds.toSorted(), ['event', 'event', 'event', 'health']);
  });
});

describe('what is kept of alerts', () => {
  it('has no secrets, whether somebody is told or not', async (t) => {
    const redaction = { members: ['token'], words: ['--password'] };
    const { delivery } = await openStage(t, [to(new FakeSink())], { redaction });
    const body = (text: string): string => JSON.stringify({ alert: { token: text, args: text } });
    const stored = (id: string) => ({ id, fingerprint: id, body: body('--password hunter2') });
    delivery.publishAlerts([{ message: aMessage(1, { kind: 'alert' }), alert: stored('a') }]);
    delivery.keepAlerts([stored('b')]);

    const kept = delivery.recentAlerts(10).map((alert) => alert.body);
    assert.deepStrictEqual(
      kept,
      Array(2).fill('{"alert":{"token":"*****","args":"--password *****"}}'),
    );
  });
});

describe('a delivery without room for events', () => {
  it('delivers alerts, counts events, and keeps them as soon as it can', async (t) => {
    const sink = new FakeSink();
    const directory = scratch();
    writeFileSync(join(directory, 'spool'), 'in the way');
    const { delivery, clock } = await openStage(t, [to(sink)], { directory });
    delivery.publishAlerts(alerts(1, 1));
    delivery.publishEvents('matched', messages(2, 3));
    await until(() => sink.tries.length === 1);
    assert.equal(delivery.counts().spool.dropped.disk, 2);

    rmSync(join(directory, 'spool'));
    clock.advance(10_000);
    await until(() => {
      delivery.publishEvents('matched', [aMessage(4)]);
      return sink.tries.length > 1;
    });

    assert.equal(sink.ids[1], idsOf(4, 4)[0]);
  });
});
