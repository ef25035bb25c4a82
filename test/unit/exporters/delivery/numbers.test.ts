/** Numbers say what a destination was meant to get, so that it can see what is missing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileMessageFilter } from '../../../../src/exporters/stages/filter/compile-filter.ts';
import { ALERT, openStage, to } from '../../../support/delivery-stage.ts';
import { FakeSink, until } from '../../../support/fake-sink.ts';
import { aMessage } from '../../../support/messages.ts';
import { compiledValue, DESTINATION_SEAMS } from '../../../support/sink-seams.ts';

describe('Numbers of dispatches', () => {
  it('answer for what the destination does not want, and leave out what was lost', async (t) => {
    const sink = new FakeSink();
    const route = { namespaces: ['shop'] };
    const { delivery } = await openStage(t, [to(sink, { route })]);
    const large = 'x'.repeat(2 * 1024 * 1024);

    delivery.publishEvents('matched', [
      aMessage(1),
      aMessage(2, { namespace: 'bank' }),
      aMessage(3),
      aMessage(4, { body: large }),
      aMessage(5),
      aMessage(6, { namespace: 'bank' }),
    ]);
    await until(() => sink.tries.length === 3);

    assert.deepStrictEqual(
      sink.tries.map(({ message, first, last }) => [message.id, first, last]),
      [
        [aMessage(1).id, 1, 1],
        [aMessage(3).id, 2, 3],
        [aMessage(5).id, 5, 5],
      ],
    );
  });

  it('answer for what a filter leaves out, and are of the message as it is shaped', async (t) => {
    const [filtered, whole] = [new FakeSink(), new FakeSink()];
    const filter = compiledValue(
      compileMessageFilter(
        {
          deny: [{ namespace: ['bank'] }],
          fields: [{ fields: 'process.pid', action: 'INCLUDE' }],
        },
        [],
        DESTINATION_SEAMS,
      ),
    );
    const destinations = [to(filtered, { filter }), to(whole, { name: 'whole' })];
    const { delivery } = await openStage(t, destinations);

    delivery.publishEvents(
      'matched',
      ['bank', 'shop', 'bank', 'shop'].map((namespace, index) => {
        const process = { pid: index + 1, binary: '/bin/a', pod: { namespace } };
        return aMessage(index + 1, { body: JSON.stringify({ process_exec: { process } }) });
      }),
    );
    await until(() => filtered.tries.length === 2 && whole.tries.length === 4);

    assert.deepStrictEqual(
      filtered.tries.map(({ message, first, last }) => [message.body, first, last]),
      [
        ['{"process_exec":{"process":{"pid":2}}}', 1, 2],
        ['{"process_exec":{"process":{"pid":4}}}', 3, 4],
      ],
    );
  });

  it('have no gap among the alerts of a destination whose condition wants few', async (t) => {
    const sink = new FakeSink();
    const filter = compiledValue(
      compileMessageFilter({ condition: 'x' }, [], {
        ...DESTINATION_SEAMS,
        compileCondition: () => (message) => message.rule === 'wanted',
      }),
    );
    const { delivery } = await openStage(t, [to(sink, { filter })]);

    delivery.publishAlerts(
      ['', 'wanted', '', 'wanted'].map((rule, index) => ({
        message: aMessage(index + 1, { ...ALERT, rule }),
      })),
    );
    await until(() => sink.tries.length === 2);

    assert.deepStrictEqual(
      sink.tries.map(({ message, first, last }) => [message.id, first, last]),
      [
        [aMessage(2).id, 1, 1],
        [aMessage(4).id, 2, 2],
      ],
    );
  });

  it('have no gap among the alerts of a destination that wants few', async (t) => {
    const sink = new FakeSink();
    const { delivery } = await openStage(t, [to(sink, { route: { severityMin: 'critical' } })]);

    delivery.publishAlerts([
      { message: aMessage(1, { ...ALERT, severity: 'critical' }) },
      { message: aMessage(2, ALERT) },
      { message: aMessage(3, { ...ALERT, severity: 'critical' }) },
    ]);
    await until(() => sink.tries.length === 2);

    assert.deepStrictEqual(
      sink.tries.map(({ message, first, last }) => [message.id, first, last]),
      [
        [aMessage(1).id, 1, 1],
        [aMessage(3).id, 2, 2],
      ],
    );
  });
});
