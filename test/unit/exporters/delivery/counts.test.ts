/** What delivery says of itself: what waits, for how long, and what is under way. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeliveryOutcome } from '../../../../src/model/delivery.ts';
import { alerts, openStage, to } from '../../../support/delivery-stage.ts';
import { FakeSink, settle, until } from '../../../support/fake-sink.ts';
import { aMessage } from '../../../support/messages.ts';

const RETRY = { kind: 'retry', reason: 'busy' } as const;

describe('counts of a destination', () => {
  it('say what is under way until it is answered', async (t) => {
    const sink = new FakeSink();
    const answered = Promise.withResolvers<DeliveryOutcome>();
    sink.answer = () => answered.promise;
    const { delivery } = await openStage(t, [to(sink)]);
    const inFlight = (): number | undefined => delivery.counts().sinks['siem']?.inFlight;

    delivery.publishAlerts(alerts(1, 2));
    await until(() => sink.tries.length === 2);
    const during = inFlight();
    answered.resolve({ kind: 'delivered' });
    await until(() => delivery.counts().sinks['siem']?.delivered === 2);

    assert.deepStrictEqual([during, inFlight()], [2, 0]);
  });

  it('count what the destination had before, and nothing else, as duplicates', async (t) => {
    const sink = new FakeSink();
    const known = aMessage(1).id;
    sink.answer = ({ message: { id } }) => ({ kind: 'delivered', isDuplicate: id === known });
    const { delivery } = await openStage(t, [to(sink)]);

    delivery.publishAlerts(alerts(1, 3));
    await until(() => delivery.counts().sinks['siem']?.delivered === 3);

    assert.equal(delivery.counts().sinks['siem']?.duplicates, 1);
  });

  it('say how long the oldest alert waits, and nothing once it is delivered', async (t) => {
    const sink = new FakeSink();
    sink.answer = () => RETRY;
    const { delivery, clock } = await openStage(t, [to(sink)]);
    const lag = (): number | undefined => delivery.counts().sinks['siem']?.lagMs;

    delivery.publishAlerts(alerts(1, 1));
    await until(() => sink.tries.length === 1);
    await settle();
    const first = lag();
    clock.advance(700);
    const later = lag();
    sink.answer = () => ({ kind: 'delivered' });
    clock.advance(60_000);
    await until(() => delivery.counts().sinks['siem']?.delivered === 1);

    assert.deepStrictEqual([first, later, lag()], [0, 700, 0]);
  });

  it('say how long an event waits that was read', async (t) => {
    const sink = new FakeSink();
    sink.answer = () => RETRY;
    const { delivery, clock } = await openStage(t, [to(sink)]);

    delivery.publishEvents('matched', [aMessage(0, { timeMs: clock.now() - 5000 })]);
    await until(() => sink.tries.length === 1);
    await settle();

    assert.equal(delivery.counts().sinks['siem']?.lagMs, 5000);
  });
});

describe('counts of the spool', () => {
  it('give the age of what not everybody has', async (t) => {
    const sink = new FakeSink();
    sink.answer = () => RETRY;
    const { delivery, clock } = await openStage(t, [to(sink)]);

    delivery.publishEvents('matched', [aMessage(1)]);
    await delivery.flush();
    clock.advance(900);

    assert.equal(delivery.counts().spool.ageMs, 900);
  });

  it('give none once everybody has all of it', async (t) => {
    const sink = new FakeSink();
    const { delivery, clock } = await openStage(t, [to(sink)]);

    delivery.publishEvents('matched', [aMessage(1)]);
    await until(() => delivery.counts().sinks['siem']?.delivered === 1);
    clock.advance(900);
    await settle();

    const { bytes, ageMs } = delivery.counts().spool;
    assert.deepStrictEqual([bytes > 0, ageMs], [true, 0]);
  });
});
