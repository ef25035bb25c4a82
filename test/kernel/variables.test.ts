/** Variables of programs that policies overwrite: the action Set. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { PolicyStatus } from '../../src/model/policy.ts';
import { LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { capabilityOf } from '../support/this-kernel.ts';

const PROBED = join(repositoryRoot(), 'build/triggers/probed');
const HOOK = `usdt${PROBED}:warder:variable`;

const NUMBER = 'args: [{index: 0, type: int}, {index: 1, type: int}]';

const policy = (name: string, actions: string, more: string = NUMBER): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  usdts:
  - {path: ${PROBED}, provider: warder, name: variable, ${more},
     selectors: [{matchArgs: [{args: [0], operator: Equal, values: [5]}],
       matchActions: [${actions}]}]}
`;

const set = (value: number, index = 1): string =>
  `{action: Set, argIndex: ${index}, argValue: ${value}}`;

/** What the program says of its variable, which the number was put into. */
function run(number: number): string {
  const { stdout, signal } = spawnSync(PROBED, ['variable', String(number)], { encoding: 'utf8' });
  return signal ?? stdout.trim();
}

const canWrite = (t: TestContext): boolean =>
  requireCapability(t, 'write_user', capabilityOf('write_user'));

function reasonOf(status: PolicyStatus | undefined): readonly string[] {
  assert.equal(status?.state, 'load_error');
  return status.hooks.flatMap((hook) =>
    hook.kind === 'failed' ? `${hook.code}: ${hook.reason}` : [],
  );
}

describe('Set', () => {
  it('overwrites a variable where the selector holds, and says so', async (t) => {
    if (!canWrite(t)) return;
    const live = useLivePolicies(t);
    const [status] = live.load(policy('change', set(4_000_000_000)));

    const said = [run(5), run(6)];

    assert.deepStrictEqual([status?.state, status?.mode], ['enabled', 'enforce']);
    assert.deepStrictEqual(said, [String(4_000_000_000 - 2 ** 32), '6']);
    const [event, ...others] = await live.eventsOf('change');
    assert.equal(others.length, 0);
    assert.equal(event?.action, 'Set');
    assert.deepStrictEqual([event.outcome.set, event.outcome.setFailed], [true, false]);
    // What is reported is what was there before.
    assert.deepStrictEqual(event.args[1]?.value, { kind: 'int', value: 5 });
    const activity = live.policies.activityOf('change').get(HOOK);
    assert.deepStrictEqual(activity?.actions, { post: 1, set: 1, monitor_set: 0 });
    assert.deepStrictEqual(
      live.policies
        .counts()
        .map(({ hook, runs, matched, set: sets }) => [hook, runs, matched, sets]),
      [[HOOK, 2, 1, 1]],
    );
  });

  it('is withheld and counted in monitor mode', async (t) => {
    if (!canWrite(t)) return;
    const live = useLivePolicies(t);
    live.load(policy('watch', set(77)), 'monitor');

    const whileMonitored = run(5);
    live.policies.manager.setMode('watch', 'enforce');
    const whileEnforced = run(5);

    assert.deepStrictEqual([whileMonitored, whileEnforced], ['5', '77']);
    const events = await live.eventsOf('watch');
    assert.deepStrictEqual(
      events.map(({ action, outcome }) => [action, outcome.withheld, outcome.set]),
      [
        ['Set', true, false],
        ['Set', false, true],
      ],
    );
    const activity = live.policies.activityOf('watch').get(HOOK);
    assert.deepStrictEqual(activity?.selectors.get('usdts[0].selectors[0]')?.actions, {
      ...{ post: 2, set: 1, monitor_set: 1 },
    });
  });

  it('says when it could not: the program may not write there itself', async (t) => {
    if (!canWrite(t)) return;
    const live = useLivePolicies(t);
    live.load(
      policy('constant', set(77, 2), 'args: [{index: 0, type: int}, {index: 2, type: int}]'),
    );

    assert.equal(run(5), '5');

    const [event] = await live.eventsOf('constant');
    assert.deepStrictEqual([event?.outcome.set, event?.outcome.setFailed], [false, true]);
    assert.deepStrictEqual(event?.args[1]?.value, { kind: 'int', value: 7 });
    assert.equal(live.policies.counts()[0]?.set, 0);
  });

  it('is done before a kill, and once when several policies ask for it', async (t) => {
    if (!canWrite(t)) return;
    const live = useLivePolicies(t);
    live.load(policy('first', `${set(71)}, {action: NoPost}`));
    live.load(policy('second', `${set(72)}, {action: NoPost}`));
    assert.equal(run(5), '71');

    live.load(policy('third', `${set(73)}, {action: Sigkill}`));

    assert.equal(run(5), 'SIGKILL');
    const [event] = await live.eventsOf('third');
    assert.deepStrictEqual([event?.outcome.set, event?.outcome.signalled], [true, true]);
    assert.equal(live.policies.activityOf('second').get(HOOK)?.actions['set'], 2);
  });

  const misfits: readonly (readonly [index: number, found: string])[] = [
    [0, '4 bytes in a register'],
    [3, '8 bytes in memory'],
  ];
  for (const [index, found] of misfits) {
    it(`is a load error for ${found}`, (t) => {
      if (!canWrite(t)) return;
      const live = useLivePolicies(t);
      const args = 'args: [{index: 0, type: int}, {index: 3, type: int64}]';

      const [status] = live.load(policy('misfit', set(77, index), args));

      const place = `argument ${index} of ${HOOK} is ${found} at one of its places`;
      assert.deepStrictEqual(reasonOf(status), [
        `ENGINE_HOOK_UNENFORCEABLE: ${HOOK} cannot be enforced on this kernel: usdt: ${place}, ` +
          'and Set needs a variable of 4 bytes in memory',
      ]);
      assert.equal(run(5), '5');
    });
  }

  it('is a load error on a kernel that forbids it, beside policies without it', async (t) => {
    const live = new LivePolicies({ without: ['write_user'] });
    t.after(() => live.close());
    live.load(policy('report', '{action: Post}'));

    const [status] = live.load(policy('forbidden', set(77)));

    assert.deepStrictEqual(reasonOf(status), [
      `ENGINE_HOOK_UNENFORCEABLE: ${HOOK} cannot be enforced on this kernel: ` +
        'usdt: left out by the test',
    ]);
    assert.equal(run(5), '5');
    assert.equal((await live.eventsOf('report')).length, 1);
  });
});
