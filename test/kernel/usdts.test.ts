/** Policies on user static probes: their arguments, wherever they are, and their semaphores. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const PROBED = join(repositoryRoot(), 'build/triggers/probed');

const policy = (entry: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: probe}
spec:
  usdts: [{path: ${PROBED}, provider: warder, ${entry}}]
`;

function load(t: TestContext, entry: string): LivePolicies {
  const live = useLivePolicies(t);
  const [status] = live.load(policy(entry));
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
  return live;
}

const mark = (number: number, text: string): { readonly pid: number; readonly said: string } => {
  const { pid, stdout } = spawnSync(PROBED, ['mark', String(number), text], { encoding: 'utf8' });
  return { pid, said: stdout.trim() };
};

describe('usdts', () => {
  it('read arguments from registers and from memory, at every place of the probe', async (t) => {
    const args = 'args: [{index: 0, type: int}, {index: 1, type: string}]';
    const match = 'matchArgs: [{index: 1, operator: Prefix, values: [secret-]}]';
    const live = load(t, `name: mark, ${args}, selectors: [{${match}}]`);

    const first = mark(-5, 'secret-a');
    const second = mark(500, 'secret-b');
    mark(-5, 'other');

    const events = await live.eventsOf('probe');
    assert.deepStrictEqual(
      events.map(({ kind, process, args: values }) => [kind, process.tgid, values[0]?.value]),
      [
        ['process_usdt', first.pid, { kind: 'int', value: -5 }],
        ['process_usdt', second.pid, { kind: 'int', value: 500 }],
      ],
    );
    assert.deepStrictEqual(events[0]?.place, {
      ...{ kind: 'usdt', path: PROBED, provider: 'warder', name: 'mark' },
    });
  });

  it('match numbers of the width that the program says, and kill', async (t) => {
    const match = 'matchArgs: [{index: 0, operator: LT, values: [-8]}]';
    const kill = 'matchActions: [{action: Sigkill}]';
    const args = 'args: [{index: 0, type: int64}]';
    const live = load(t, `name: mark, ${args}, selectors: [{${match}, ${kill}}]`);

    const signals = [-9, -8].map(
      (number) => spawnSync(PROBED, ['mark', String(number), 'x']).signal,
    );

    assert.deepStrictEqual(signals, ['SIGKILL', null]);
    assert.deepStrictEqual((await live.eventsOf('probe'))[0]?.args[0]?.value, {
      ...{ kind: 'long', value: -9n },
    });
  });

  it('go over to the file that has taken the place of the program', async (t) => {
    const base = mkdtempSync(join(tmpdir(), 'warder-usdts-'));
    t.after(() => rmSync(base, { recursive: true }));
    const [path, next] = [join(base, 'program'), join(base, 'next')];
    copyFileSync(PROBED, path);
    const live = useLivePolicies(t);
    const named = (name: string): string =>
      policy('name: mark, args: [{index: 0, type: int}]')
        .replace('name: probe', `name: ${name}`)
        .replace(PROBED, path);
    live.load(named('first'));
    spawnSync(path, ['mark', '3', 'x']);
    // The same probe, with its arguments elsewhere.
    copyFileSync(join(repositoryRoot(), 'build/triggers/matrix'), next);
    renameSync(next, path);
    live.load(named('second'));
    spawnSync(path, ['calls', '/nothing', '4']);

    const valuesOf = async (name: string): Promise<readonly unknown[]> =>
      (await live.eventsOf(name)).map(({ args: [number] }) => number?.value);
    assert.deepStrictEqual(await valuesOf('first'), [
      { kind: 'int', value: 3 },
      { kind: 'int', value: 4 },
    ]);
    assert.deepStrictEqual(await valuesOf('second'), [{ kind: 'int', value: 4 }]);
    rmSync(path);
    live.policies.manager.remove('second');
    assert.deepStrictEqual(
      live.policies.manager.statuses().map(({ name, state }) => [name, state]),
      [['first', 'enabled']],
    );
  });

  it('raise the counter that tells the program that somebody looks', async (t) => {
    const before = mark(1, 'x');
    const live = load(t, 'name: counted, args: [{index: 0, type: uint16}]');

    const during = mark(65_537, 'x');

    const events = await live.eventsOf('probe');
    await live.clear();
    const after = mark(1, 'x');
    assert.deepStrictEqual([before.said, during.said, after.said], ['0', '1', '0']);
    assert.deepStrictEqual(
      events.map(({ process, args }) => [process.tgid, args[0]?.value]),
      [[during.pid, { kind: 'uint', value: 1 }]],
    );
  });

  const failures: readonly (readonly [string, RegExp])[] = [
    ['name: marks', /has no probe warder:marks, only warder:mark/],
    ['name: mark, args: [{index: 2, type: int}]', /has 2 arguments; number 2 cannot be read/],
  ];
  for (const [entry, message] of failures) {
    it(`that cannot be attached are a load error: ${entry}`, (t) => {
      const live = useLivePolicies(t);

      const [status] = live.load(policy(entry));

      assert.equal(status?.state, 'load_error');
      assert.match(JSON.stringify(status?.hooks), message);
    });
  }
});
