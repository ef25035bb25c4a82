/** One report goes both ways: into the object, and as an event when something failed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StatusReporter } from '../../../../src/kubernetes/status/status-reporter.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import { ManualTimers } from '../../../support/kubernetes/manual-timers.ts';
import { PolicyStore } from '../../../support/kubernetes/policy-store.ts';
import { StoredObjects } from '../../../support/kubernetes/stored-objects.ts';

const PLACE = { kind: 'TracingPolicy', namespace: '', name: 'watch-mounts' } as const;
const ERROR = { code: 'POLICY_X', message: 'no x', place: '' };

describe('status reporter', () => {
  for (const [state, events] of [
    ['load_error', 1],
    ['enabled', 0],
  ] as const) {
    it(`writes ${state} into the object, with ${events} events`, async () => {
      const store = new PolicyStore();
      const timers = new ManualTimers();
      const objects = new StoredObjects(store);
      const reporter = new StatusReporter({ node: 'n', objects, timers, logger: silentLogger });
      const object = { ...PLACE, ...store.put(PLACE) };
      const error = state === 'load_error' ? ERROR : undefined;

      reporter.reportStatus({ object, state, hooks: [], error });
      await timers.advance(60_000);
      await reporter.close();

      assert.equal(Object(store.statusOf(PLACE)).nodes.n.state, state);
      assert.equal(store.events.size, events);
      const { statuses, events: counts } = reporter.stats;
      assert.deepStrictEqual([statuses.written, counts.created], [1, events]);
    });
  }
});
