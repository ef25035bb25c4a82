/** Delivery: each destination gets what it wants, at least once, under one id, or it is counted. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { WEBHOOK_SCHEDULE } from '../../../../src/exporters/delivery/retry-schedule.ts';
import { ALERT, alerts, idsOf, openStage, scratch, to } from '../../../support/delivery-stage.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeSink, settle, until } from '../../../support/fake-sink.ts';
import { aMessage, messages } from '../../../support/messages.ts';

const RETRY = { kind: 'retry', reason: 'busy' } as const;

describe('openDelivery', () => {
  it('delivers alerts and events whole, each once', async (t) => {
    const sink = new FakeSink();
    const { delivery } = await openStage(t, [to(sink)]);

    assert.equal(delivery.publishAlerts(alerts(1, 2)), true);
    delivery.publishEvents('matched', messages(3, 4));
    delivery.publishEvents('telemetry', messages(5, 6));
    await until(() => sink.tries.length === 6);
    await settle();

    const byId = sink.tries.map(({ message }) => message).sort((a, b) => a.timeMs - b.timeMs);
    assert.deepStrictEqual(byId, [...messages(1, 2, ALERT), ...messages(3, 6)]);
    assert.equal(delivery.counts().sinks['siem']?.delivered, 6);
  });

  it('never lets a destination that hangs delay another', async (t) => {
    const [slow, fast] = [new FakeSink(), new FakeSink()];
    const hung = Promise.withResolvers<typeof RETRY>();
    slow.answer = () => hung.promise;
    const { delivery } = await openStage(t, [to(slow, { name: 'slow' }), to(fast)]);

    delivery.publishAlerts(alerts(1, 1));
    await until(() => slow.tries.length === 1);
    delivery.publishAlerts(alerts(2, 3));
    delivery.publishEvents('matched', messages(4, 5));
    await until(() => fast.tries.length === 5);

    assert.deepStrictEqual(slow.ids, idsOf(1, 1));
    hung.resolve(RETRY);
  });

  it('tries an alert again by the schedule, under its id, without holding up others', async (t) => {
    const sink = new FakeSink();
    const bad = aMessage(1).id;
    sink.answer = ({ message }) => (message.id === bad ? RETRY : { kind: 'delivered' });
    const { delivery, clock } = await openStage(t, [to(sink, { retry: WEBHOOK_SCHEDULE })]);

    delivery.publishAlerts(alerts(1, 2));
    await until(() => sink.tries.length === 2);
    clock.advance(5000);
    await settle();
    const early = sink.ids.length;
    clock.advance(1250);
    await until(() => sink.tries.length === 3);
    delivery.publishAlerts(alerts(3, 3));
    await until(() => sink.tries.length === 4);

    assert.equal(early, 2);
    assert.deepStrictEqual(sink.ids, [...idsOf(1, 2), bad, ...idsOf(3, 3)]);
    assert.deepStrictEqual(
      sink.tries.map(({ attempts }) => attempts),
      [0, 0, 1, 0],
    );
  });

  it('lets no alert overtake those that an outage holds up', async (t) => {
    const sink = new FakeSink();
    let isAway = true;
    sink.answer = ({ message }) =>
      isAway && message.id !== aMessage(1).id ? RETRY : { kind: 'delivered' };
    const { delivery, clock } = await openStage(t, [to(sink)]);

    delivery.publishAlerts(alerts(1, 4));
    await until(() => sink.tries.length === 4);
    delivery.publishAlerts(alerts(5, 6));
    await settle();
    const whileAway = sink.tries.length;
    isAway = false;
    clock.advance(1000);
    await until(() => sink.tries.length === 9);

    assert.equal(whileAway, 4);
    assert.deepStrictEqual(sink.ids, [...idsOf(1, 4), ...idsOf(2, 6)]);
  });

  it('lets alerts overtake one that the destination refuses alone', async (t) => {
    const sink = new FakeSink();
    const bad = aMessage(2).id;
    sink.answer = ({ message }) => (message.id === bad ? RETRY : { kind: 'delivered' });
    const { delivery } = await openStage(t, [to(sink)]);

    delivery.publishAlerts(alerts(1, 3));
    await until(() => sink.tries.length === 3);
    delivery.publishAlerts(alerts(4, 4));
    await until(() => sink.tries.length === 4);

    assert.deepStrictEqual(sink.ids, idsOf(1, 4));
  });

  it('waits as long as the destination asks for', async (t) => {
    const sink = new FakeSink();
    sink.answer = () => ({ ...RETRY, afterMs: 60_000 });
    const { delivery, clock } = await openStage(t, [to(sink)]);

    delivery.publishAlerts(alerts(1, 1));
    await until(() => sink.tries.length === 1);
    clock.advance(59_000);
    await settle();
    const early = sink.tries.length;
    clock.advance(1000);
    await until(() => sink.tries.length === 2);

    assert.equal(early, 1);
  });

  it('gives an alert up at the end of the schedule, and replays it when asked', async (t) => {
    const sink = new FakeSink();
    sink.answer = () => RETRY;
    const retry = { delaysMs: [1000, 1000], isEndless: false };
    const { delivery, clock } = await openStage(t, [to(sink, { retry })]);

    delivery.publishAlerts(alerts(1, 1));
    for (const tries of [1, 2, 3]) {
      await until(() => sink.tries.length === tries, `try ${tries}`);
      await settle();
      clock.advance(2000);
    }
    await until(() => delivery.deadLetters(10).length === 1);
    const letter = delivery.deadLetters(10)[0];
    sink.answer = () => ({ kind: 'delivered' });
    const replayed = delivery.replay('siem');
    await until(() => sink.tries.length === 4);
    await settle();

    assert.deepStrictEqual([letter?.message, letter?.attempts], [aMessage(1, ALERT), 3]);
    assert.equal(replayed, 1);
    assert.deepStrictEqual([...new Set(sink.ids)], idsOf(1, 1));
    assert.deepStrictEqual(delivery.deadLetters(10), []);
  });

  it('keeps a rejected event as a dead letter and goes on', async (t) => {
    const sink = new FakeSink();
    const bad = aMessage(2).id;
    sink.answer = ({ message }) =>
      message.id === bad ? { kind: 'rejected', reason: 'too large' } : { kind: 'delivered' };
    const { delivery } = await openStage(t, [to(sink)]);

    delivery.publishEvents('matched', messages(1, 3));
    await until(() => delivery.counts().sinks['siem']?.waiting === 0);

    assert.deepStrictEqual(
      delivery.deadLetters(10).map(({ message, reason }) => [message, reason]),
      [[aMessage(2), 'too large']],
    );
    assert.deepStrictEqual(sink.ids, idsOf(1, 3));
  });

  it('sends nothing more to a destination that is gone, until it is enabled', async (t) => {
    const sink = new FakeSink();
    sink.answer = () => ({ kind: 'gone', reason: 'status 410' });
    const { delivery, clock } = await openStage(t, [to(sink)]);

    delivery.publishAlerts(alerts(1, 1));
    await until(() => delivery.counts().sinks['siem']?.state === 'gone');
    delivery.publishAlerts(alerts(2, 2));
    clock.advance(3_600_000);
    await settle();
    const whileGone = sink.tries.length;
    sink.answer = () => ({ kind: 'delivered' });
    delivery.enable('siem');
    await until(() => sink.tries.length === 3);

    assert.equal(whileGone, 1);
    assert.deepStrictEqual(sink.ids, [...idsOf(1, 1), ...idsOf(1, 2)]);
  });

  it('leaves a destination alone that fails often, then tries one message', async (t) => {
    const sink = new FakeSink();
    sink.answer = () => RETRY;
    const retry = { delaysMs: [10], isEndless: true };
    const { delivery, clock } = await openStage(t, [to(sink, { retry })]);

    delivery.publishAlerts(alerts(1, 3));
    const breaker = () => delivery.counts().sinks['siem']?.breaker;
    for (let turn = 0; turn < 20 && breaker() !== 'open'; turn += 1) {
      await settle();
      clock.advance(20);
    }
    const tries = sink.tries.length;
    clock.advance(20_000);
    await settle();
    const whileOpen = sink.tries.length;
    sink.answer = () => ({ kind: 'delivered' });
    clock.advance(11_000);
    await until(() => delivery.counts().sinks['siem']?.waiting === 0);

    assert.equal(tries, 15);
    assert.equal(whileOpen, 15);
    assert.deepStrictEqual(sink.ids.slice(15).sort(), idsOf(1, 3));
    assert.equal(breaker(), 'closed');
  });

  it('opens a destination again that was not there', async (t) => {
    const sink = new FakeSink();
    sink.openFailures = 2;
    const { delivery, clock } = await openStage(t, [to(sink)]);
    delivery.publishAlerts(alerts(1, 1));
    delivery.publishEvents('matched', messages(2, 9));
    await delivery.flush();
    await settle();
    const failures = sink.openFailures;

    for (let turn = 0; turn < 3; turn += 1) {
      await settle();
      clock.advance(5000);
    }
    await until(() => sink.tries.length === 9);

    // What is published meanwhile must not make it knock more often.
    assert.equal(failures, 1);

    assert.equal(delivery.counts().sinks['siem']?.state, 'working');
  });

  it('sends after a restart what was not done with', async (t) => {
    const directory = scratch();
    const sink = new FakeSink();
    sink.answer = ({ message }) => (message.timeMs % 2 === 0 ? RETRY : { kind: 'delivered' });
    const { delivery } = await openStage(t, [to(sink)], { directory });
    delivery.publishAlerts(alerts(1, 4));
    delivery.publishEvents('telemetry', messages(5, 8));
    await until(() => sink.tries.length === 8);
    await settle();
    await delivery.close();

    const after = new FakeSink();
    const clock = new FakeClock(1_900_000_000_000);
    await openStage(t, [to(after)], { directory, clock, ageMaxMs: 1e15 });
    await until(() => new Set(after.ids).size === 6);

    // Events are done with in batches: those of an unfinished one are sent twice.
    assert.deepStrictEqual(
      after.ids.toSorted(),
      [aMessage(2), aMessage(4), ...messages(5, 8)].map(({ id }) => id),
    );
  });

  it('goes on with alerts when the disk does not give events back', async (t) => {
    const directory = scratch();
    const sink = new FakeSink();
    sink.openFailures = 1;
    const { delivery, clock } = await openStage(t, [to(sink)], { directory });
    // More than is kept in memory.
    for (const from of [1, 7]) {
      const body = 'x'.repeat(900_000);
      delivery.publishEvents('matched', messages(from, from + 5, { body }));
      await delivery.flush();
    }
    const lane = join(directory, 'spool', 'matched');
    const segment = join(lane, readdirSync(lane)[0] ?? '');
    rmSync(segment);
    mkdirSync(segment);

    clock.advance(5000);
    await until(() => delivery.counts().sinks['siem']?.state === 'failing');
    delivery.publishAlerts(alerts(3, 3));
    await until(() => sink.tries.length === 1);

    assert.deepStrictEqual(sink.ids, idsOf(3, 3));
  });
});
