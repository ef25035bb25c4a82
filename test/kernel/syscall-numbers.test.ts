/** Numbers of system calls: as arguments of tracepoints, and named by lists. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import { SYSCALL_NUMBERS } from '../../src/model/syscalls.ts';
import { LivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-syscall-numbers-'));
const ACT = join(BASE, 'act');
const OTHER = join(BASE, 'other');
for (const path of [ACT, OTHER]) copyFileSync(join(repositoryRoot(), 'build/triggers/act'), path);
after(() => rmSync(BASE, { recursive: true }));

const ABI = process.arch === 'arm64' ? 'arm64' : 'x64';
const NUMBERS = SYSCALL_NUMBERS[ABI];
const RAW_ENTER = '{subsystem: raw_syscalls, event: sys_enter, raw: true, args: [{index: 1,';

/** One tracepoint, with a list of calls that shells seldom make. */
const policy = (tracepoint: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: numbers}
spec:
  lists: [{name: some, type: syscalls, values: [sys_dup, sys_truncate]}]
  tracepoints:
  - ${tracepoint}
`;

const matching = (operator: string, values: string): string =>
  `selectors: [{matchBinaries: [{operator: In, values: [${ACT}]}],
      matchArgs: [{index: 0, operator: ${operator}, values: [${values}]}]}]}`;

function load(t: TestContext, text: string): LivePolicies {
  const live = new LivePolicies();
  t.after(() => live.close());
  const [status] = live.load(text);
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
  return live;
}

function needs(t: TestContext, name: CapabilityName): boolean {
  const found = thisKernel().capabilities.find((capability) => capability.name === name);
  return requireCapability(t, name, found ?? { available: false, detail: 'not probed' });
}

/** What came of these calls, by the program that made them. */
async function valuesOf(live: LivePolicies): Promise<readonly unknown[]> {
  return (await live.eventsOf('numbers')).map(({ args }) => args[0]?.value);
}

const run = (program: string, ...args: readonly string[]): readonly [string | null, string] => {
  const { signal, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return [signal, stdout.trim()];
};

const called = (name: string): object => ({ kind: 'syscall', number: NUMBERS[name], abi: ABI });

describe('syscall64', () => {
  it('is one of a list at the entry of every call', async (t) => {
    const live = load(
      t,
      policy(`${RAW_ENTER} type: syscall64}], ${matching('InMap', '"list:some"')}`),
    );

    run(ACT, 'dup');
    run(ACT, 'seek', '1');
    run(OTHER, 'dup');
    run(ACT, 'truncate', '/', '0');

    assert.deepStrictEqual(await valuesOf(live), [called('dup'), called('truncate')]);
  });

  it('is none of a list, or another number', async (t) => {
    const lseek = NUMBERS['lseek'] ?? 0;
    const values = `"list:some", "0:${lseek - 1}", "${lseek + 1}:1000"`;
    const live = load(t, policy(`${RAW_ENTER} type: syscall64}], ${matching('NotInMap', values)}`));

    for (const args of [['dup'], ['truncate', '/', '0'], ['seek', '1']]) run(ACT, ...args);

    assert.deepStrictEqual(await valuesOf(live), [called('lseek')]);
  });

  it('is a member of the registers at the exit', async (t) => {
    const member = process.arch === 'arm64' ? 'syscallno' : 'orig_ax';
    const args = `args: [{index: 0, type: syscall64, resolve: ${member}}]`;
    const live = load(
      t,
      policy(`{subsystem: raw_syscalls, event: sys_exit, raw: true, ${args},
     ${matching('InMap', `"list:some", ${NUMBERS['lseek']}`)}`),
    );

    run(ACT, 'seek', '1');
    run(OTHER, 'dup');

    const values = await valuesOf(live);
    assert.ok(values.length > 0);
    assert.deepStrictEqual(
      [...new Set(values.map((value) => JSON.stringify(value)))],
      [JSON.stringify(called('lseek'))],
    );
  });

  it('has a bit of its own for calls of 32-bit programs', async (t) => {
    if (process.arch === 'arm64') return t.skip('calls of x86');
    if (run(ACT, 'dup-compat')[1] !== 'ok') return t.skip('the kernel takes no calls of 32 bits');
    const text = policy(`${RAW_ENTER} type: syscall64}], ${matching('InMap', '"list:some"')}`);
    const live = load(t, text.replace('sys_truncate', '__ia32_sys_dup'));

    run(ACT, 'dup-compat');
    run(OTHER, 'dup-compat');

    assert.deepStrictEqual(await valuesOf(live), [{ kind: 'syscall', number: 41, abi: 'i386' }]);
  });

  it('is a field of the records of tracefs', async (t) => {
    if (!needs(t, 'fentry')) return;
    for (const event of ['sys_enter', 'sys_exit']) {
      const args = 'args: [{index: 4, type: syscall64}]';
      const live = load(
        t,
        policy(`{subsystem: raw_syscalls, event: ${event}, ${args},
     ${matching('InMap', '"list:some"')}`),
      );

      for (const args of [['dup'], ['seek', '1']]) run(ACT, ...args);

      assert.deepStrictEqual(await valuesOf(live), [called('dup')]);
      live.close();
    }
  });
});

const KILLER = `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: kill-syscalls}
spec:
  lists: [{name: dups, type: syscalls, values: [sys_dup, sys_dup2, __ia32_sys_dup]}]
  enforcers: [{calls: ["list:dups"]}]
  tracepoints:
  - subsystem: raw_syscalls
    event: sys_enter
    args: [{index: 4, type: syscall64}]
    selectors:
    - matchArgs: [{index: 0, operator: InMap, values: ["list:dups"]}]
      matchBinaries: [{operator: In, values: [PROGRAM]}]
      matchActions: [{action: NotifyEnforcer, argError: -1, argSig: 9}]
`;

describe('enforcers on a list of system calls', () => {
  it('kill a shell that duplicates a descriptor, and no other', async (t) => {
    if (!needs(t, 'fentry')) return;
    if (process.arch === 'arm64') return t.skip('calls of x86');
    const live = load(t, KILLER.replace('PROGRAM', '/usr/bin/bash'));
    const script = 'echo before; echo within 2>&1; echo after';

    const results = [
      run('/usr/bin/bash', '-c', script),
      run('/usr/bin/bash', '-c', 'echo before'),
      run('/usr/bin/dash', '-c', script),
    ];

    assert.deepStrictEqual(results, [
      ['SIGKILL', 'before'],
      [null, 'before'],
      [null, 'before\nwithin\nafter'],
    ]);
    assert.equal((await live.eventsOf('kill-syscalls'))[0]?.action, 'NotifyEnforcer');
  });

  it('kill in calls of 32-bit programs', (t) => {
    if (!needs(t, 'fentry')) return;
    if (process.arch === 'arm64') return t.skip('calls of x86');
    assert.deepStrictEqual(run(ACT, 'dup-compat'), [null, 'ok']);
    load(t, KILLER.replace('PROGRAM', ACT));

    const results = ['dup', 'dup-compat', 'open-bad-address'].map((name) => run(ACT, name)[0]);

    assert.deepStrictEqual(results, ['SIGKILL', 'SIGKILL', null]);
    assert.deepStrictEqual(run(OTHER, 'dup-compat'), [null, 'ok']);
  });
});
