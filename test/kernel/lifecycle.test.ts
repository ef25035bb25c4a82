/** Policies that come, change, watch, rest and go, on a real kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const ACT = join(repositoryRoot(), 'build/triggers/act');

/** Kills whoever seeks to the offset. */
function killPolicy(name: string, offset: number, actions = '[{action: Sigkill}]'): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchArgs: [{index: 1, operator: Equal, values: [${offset}]}]
      matchActions: ${actions}`;
}

function watchPolicy(name: string, call: string): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes: [{call: ${call}}]`;
}

/** How the process ended that did the seek. */
function seek(offset: number): string {
  const { signal, stdout } = spawnSync(ACT, ['seek', String(offset)], { encoding: 'utf8' });
  return signal ?? stdout.trim();
}

describe('modes', () => {
  it('monitor reports and counts what it withholds, and enforce does it', async (t) => {
    const live = useLivePolicies(t);
    const { manager } = live.policies;
    live.load(killPolicy('kill', 4242));
    const generation = manager.hooks()[0]?.state?.generation;

    const status = manager.setMode('kill', 'monitor');
    const whileMonitored = [seek(4242), seek(4243)];
    manager.setMode('kill', 'enforce');
    const whileEnforced = [seek(4242), seek(4243)];
    const events = await live.eventsOf('kill');

    assert.equal(status?.mode, 'monitor');
    assert.deepStrictEqual(whileMonitored, ['ok', 'ok']);
    assert.deepStrictEqual(whileEnforced, ['SIGKILL', 'ok']);
    assert.equal(manager.hooks()[0]?.state?.generation, generation);
    assert.deepStrictEqual(
      events.map(({ action, outcome: { signalled, withheld } }) => ({
        action,
        signalled,
        withheld,
      })),
      [
        { action: 'Sigkill', signalled: false, withheld: true },
        { action: 'Sigkill', signalled: true, withheld: false },
      ],
    );
    const activity = live.policies.activityOf('kill').get('sys_lseek');
    assert.deepStrictEqual(activity?.actions, { post: 2, sigkill: 1, monitor_sigkill: 1 });
    assert.equal(activity?.fired, 2);
  });

  it('are counted selector by selector', (t) => {
    const live = useLivePolicies(t);
    live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: parts}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchBinaries: [{operator: In, values: [${ACT}]}]
      matchArgs: [{index: 1, operator: Equal, values: [4242]}]
      matchActions: [{action: Sigkill}]
    - matchBinaries: [{operator: In, values: [${ACT}]}]
      matchActions: [{action: NoPost}]`);

    seek(4242);
    seek(4243);
    seek(4244);

    const selectors = live.policies.activityOf('parts').get('sys_lseek')?.selectors ?? new Map();
    assert.deepStrictEqual(
      [...selectors].map(([place, { fired, actions }]) => ({ place, fired, actions })),
      [
        {
          place: 'kprobes[0].selectors[0]',
          fired: 1,
          actions: { post: 1, sigkill: 1, monitor_sigkill: 0 },
        },
        { place: 'kprobes[0].selectors[1]', fired: 2, actions: { no_post: 2 } },
      ],
    );
  });

  it('tell a hook that nothing came by from one where nothing matched', (t) => {
    const live = useLivePolicies(t);
    const idle = watchPolicy('idle', 'sys_kexec_load');
    live.load(`${killPolicy('busy', 424_242)}\n---\n${idle}`);
    const runsOf = (hook: string): number => live.policies.signs().get(hook)?.runs ?? -1;
    const before = runsOf('sys_lseek');

    seek(1);

    assert.ok(runsOf('sys_lseek') > before);
    assert.equal(live.policies.activityOf('busy').get('sys_lseek')?.fired, 0);
    assert.equal(runsOf('sys_kexec_load'), 0);
  });

  it('of one policy leave the others on the hook as they are', (t) => {
    const live = useLivePolicies(t);
    live.load(killPolicy('first', 4242));
    live.load(killPolicy('second', 4243), 'monitor');

    assert.deepStrictEqual([seek(4242), seek(4243)], ['SIGKILL', 'ok']);

    // A new generation of the hook must not forget who only watches.
    live.load(killPolicy('third', 4244));
    assert.deepStrictEqual([seek(4242), seek(4243), seek(4244)], ['SIGKILL', 'ok', 'SIGKILL']);
  });

  it('stay when the policy is replaced, if they were set', (t) => {
    const live = useLivePolicies(t);
    live.load(killPolicy('kill', 4242));
    live.policies.manager.setMode('kill', 'monitor');

    const [status] = live.load(killPolicy('kill', 4243));

    assert.equal(status?.mode, 'monitor');
    assert.equal(seek(4243), 'ok');
  });

  it('cannot be changed of a policy that enforces nothing', (t) => {
    const live = useLivePolicies(t);

    const [status] = live.load(killPolicy('watch', 4242, '[{action: Post}]'));

    assert.equal(status?.mode, 'monitor_only');
    assert.throws(() => live.policies.manager.setMode('watch', 'monitor'), {
      code: 'ENGINE_MODE_REFUSED',
    });
    assert.equal(live.policies.manager.setMode('nobody', 'monitor'), undefined);
  });
});

describe('replacing a policy', () => {
  it('puts the new version in the place of the old', async (t) => {
    const live = useLivePolicies(t);
    live.load(killPolicy('kill', 4242));
    live.load(killPolicy('other', 4244));

    live.load(killPolicy('kill', 4243));

    assert.deepStrictEqual([seek(4242), seek(4243), seek(4244)], ['ok', 'SIGKILL', 'SIGKILL']);
    assert.deepStrictEqual(
      live.policies.manager.statuses().map(({ name }) => name),
      ['kill', 'other'],
    );
    assert.equal((await live.eventsOf('kill')).length, 1);
  });

  it('keeps the old version when the new one cannot be put in force', (t) => {
    const live = useLivePolicies(t);
    live.load(killPolicy('kill', 4242));
    const before = live.policies.manager.statuses();

    const [status] = live.load(`${killPolicy('kill', 4243)}
  - {call: no_such_function_here, syscall: false}`);

    assert.deepStrictEqual([status?.state, status?.keepsPrevious], ['load_error', true]);
    assert.deepStrictEqual(live.policies.manager.statuses(), before);
    assert.deepStrictEqual([seek(4242), seek(4243)], ['SIGKILL', 'ok']);
  });

  it('moves from one hook to another and lets go of the first', (t) => {
    const live = useLivePolicies(t);
    live.load(watchPolicy('watch', 'sys_getpriority'));

    live.load(watchPolicy('watch', 'sys_setpriority'));

    assert.deepStrictEqual(
      live.policies.counts().map(({ hook }) => hook),
      ['sys_setpriority'],
    );
  });

  it('counts on', (t) => {
    const live = useLivePolicies(t);
    live.load(killPolicy('kill', 4242));
    seek(4242);
    live.load(killPolicy('kill', 4243));
    seek(4243);

    assert.equal(live.policies.activityOf('kill').get('sys_lseek')?.fired, 2);
  });
});

describe('disabling a policy', () => {
  it('takes it out of force until it is enabled', (t) => {
    const live = useLivePolicies(t);
    const { manager } = live.policies;
    live.load(killPolicy('kill', 4242));
    live.load(killPolicy('other', 4243));

    const disabled = manager.setEnabled('kill', false);
    const whileDisabled = [seek(4242), seek(4243)];
    const enabled = manager.setEnabled('kill', true);

    assert.deepStrictEqual(
      [disabled?.state, disabled?.hooks, enabled?.state],
      ['disabled', [{ kind: 'detached', hook: 'sys_lseek' }], 'enabled'],
    );
    assert.deepStrictEqual(whileDisabled, ['ok', 'SIGKILL']);
    assert.equal(seek(4242), 'SIGKILL');
    assert.equal(manager.setEnabled('nobody', false), undefined);
  });

  it('leaves no hook behind that nobody else uses', (t) => {
    const live = useLivePolicies(t);
    live.load(killPolicy('kill', 4242));

    live.policies.manager.setEnabled('kill', false);

    assert.deepStrictEqual(live.policies.counts(), []);
  });
});
