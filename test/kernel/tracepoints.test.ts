/** Policies on tracepoints, raw and classic, and on functions through fentry only. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import type { HookEvent } from '../../src/model/event.ts';
import { LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-tracepoints-'));
const ACT = join(BASE, 'act');
const OTHER = join(BASE, 'other');
for (const path of [ACT, OTHER]) copyFileSync(join(repositoryRoot(), 'build/triggers/act'), path);
after(() => rmSync(BASE, { recursive: true }));

const FROM_ACT = `matchBinaries: [{operator: In, values: [${ACT}]}]`;
const SYS_ENTER = 'subsystem: raw_syscalls, event: sys_enter';
const KILL = 'matchActions: [{action: Sigkill}]';

const policy = (name: string, spec: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  ${spec}
`;

const seek = (value: number, binary = ACT): number =>
  spawnSync(binary, ['seek', String(value)]).pid;

function placesOf(events: readonly HookEvent[]): readonly unknown[] {
  return events.map(({ kind, place, process }) => [kind, place, process.tgid]);
}

function load(t: TestContext, text: string): LivePolicies {
  const live = useLivePolicies(t);
  const [status] = live.load(text);
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
  return live;
}

describe('raw tracepoints', () => {
  const sysEnter = (selector: string): string =>
    policy('raw', `tracepoints: [{${SYS_ENTER}, raw: true, args: [{index: 1}], ${selector}}]`);
  const lseek = process.arch === 'arm64' ? 62 : 8;

  it('match typed arguments, and no others', async (t) => {
    const match = `matchArgs: [{index: 1, operator: Equal, values: [${lseek}]}]`;
    const live = load(t, sysEnter(`selectors: [{${FROM_ACT}, ${match}}]`));

    const pid = seek(1);
    seek(1, OTHER);
    spawnSync(ACT, ['open', '/etc/hostname', '0']);

    const events = await live.eventsOf('raw');
    assert.deepStrictEqual(placesOf(events), [
      [
        'process_tracepoint',
        { kind: 'tracepoint', subsystem: 'raw_syscalls', name: 'sys_enter' },
        pid,
      ],
    ]);
    assert.deepStrictEqual(events[0]?.args[0]?.value, { kind: 'long', value: BigInt(lseek) });
  });

  it('kill before the call is run', async (t) => {
    const match = `matchArgs: [{index: 1, operator: InMap, values: ["${lseek}:${lseek}"]}]`;
    const live = load(t, sysEnter(`selectors: [{${FROM_ACT}, ${match}, ${KILL}}]`));

    const killed = spawnSync(ACT, ['seek', '1']);
    const spared = spawnSync(OTHER, ['seek', '1']);

    const [event] = await live.eventsOf('raw');
    assert.deepStrictEqual([killed.signal, spared.signal], ['SIGKILL', null]);
    assert.equal(event?.outcome.signalled, true);
  });

  it('that the kernel lacks are a load error', (t) => {
    const live = useLivePolicies(t);

    const [status] = live.load(
      policy('none', 'tracepoints: [{subsystem: sched, event: sched_nothing, raw: true}]'),
    );

    assert.equal(status?.state, 'load_error');
    assert.match(JSON.stringify(status?.hooks), /ENGINE_HOOK_NOT_FOUND/);
  });
});

describe('classic tracepoints', () => {
  function needsEvents(t: TestContext): boolean {
    const live = new LivePolicies();
    const [status] = live.load(
      policy('probe', 'tracepoints: [{subsystem: sched, event: sched_process_exec}]'),
    );
    live.close();
    const available = status?.state === 'enabled';
    return requireCapability(t, 'tracepoint', { available, detail: JSON.stringify(status?.hooks) });
  }

  const classic = (event: string, args: string, selector: string): string => {
    const [subsystem, name] = event.split('/');
    return policy(
      'classic',
      `tracepoints:
  - {subsystem: ${subsystem}, event: ${name}, args: [${args}], selectors: [{${selector}}]}`,
    );
  };

  it('read numbers, by field or by place in the list', async (t) => {
    if (!needsEvents(t)) return;
    // common_type, common_flags, common_preempt_count, common_pid, __syscall_nr, fd, offset
    const match =
      'matchArgs: [{index: 6, operator: GT, values: [70]}, {index: 0, operator: LT, values: [73]}]';
    const live = load(
      t,
      classic('syscalls/sys_enter_lseek', '{index: 6}', `${FROM_ACT}, ${match}`),
    );

    const pids = [70, 71, 72, 73].map((value) => seek(value));
    seek(71, OTHER);

    const events = await live.eventsOf('classic');
    assert.deepStrictEqual(
      events.map(({ process }) => process.tgid),
      pids.slice(1, 3),
    );
    assert.deepStrictEqual(events[0]?.args[0]?.value, { kind: 'size', value: 71n });
  });

  it('read text that the record points to', async (t) => {
    if (!needsEvents(t)) return;
    const match = 'matchArgs: [{index: 6, operator: Postfix, values: [/hostname]}]';
    const live = load(
      t,
      classic('syscalls/sys_enter_openat', '{index: 6}', `${FROM_ACT}, ${match}`),
    );

    for (const path of ['/etc/hostname', '/etc/passwd']) spawnSync(ACT, ['open', path, '0']);

    const values = (await live.eventsOf('classic')).map(({ args }) => args[0]?.value);
    assert.deepStrictEqual(values, [{ kind: 'string', value: '/etc/hostname', truncated: false }]);
  });

  it('read text that is in the record', async (t) => {
    if (!needsEvents(t)) return;
    const match = `matchArgs: [{index: 4, operator: Equal, values: [${ACT}]}]`;
    const live = load(
      t,
      classic('sched/sched_process_exec', '{index: 4, type: data_loc}, {index: 5}', match),
    );

    const pid = seek(1);
    seek(1, OTHER);

    const events = await live.eventsOf('classic');
    assert.deepStrictEqual(
      events.map(({ args }) => args.map(({ value }) => value)),
      [
        [
          { kind: 'string', value: ACT, truncated: false },
          { kind: 'int', value: pid },
        ],
      ],
    );
  });

  it('kill', async (t) => {
    if (!needsEvents(t)) return;
    const match = 'matchArgs: [{index: 6, operator: Equal, values: [80]}]';
    const live = load(
      t,
      classic('syscalls/sys_enter_lseek', '{index: 6}', `${FROM_ACT}, ${match}, ${KILL}`),
    );

    const signals = ['80', '81'].map((value) => spawnSync(ACT, ['seek', value]).signal);

    assert.deepStrictEqual(signals, ['SIGKILL', null]);
    assert.equal((await live.eventsOf('classic'))[0]?.outcome.signalled, true);
  });
});

describe('fentries', () => {
  it('report as kprobes do, through fentry or not at all', async (t) => {
    const found = thisKernel().capabilities.find(({ name }) => name === 'fentry');
    if (!requireCapability(t, 'fentry', found ?? { available: false, detail: '' })) return;
    const match = 'matchArgs: [{index: 1, operator: Equal, values: [90]}]';
    const live = useLivePolicies(t);
    const [status] = live.load(
      policy(
        'fentry',
        `fentries:
  - {call: sys_lseek, args: [{index: 1, type: size_t}], selectors: [{${FROM_ACT}, ${match}}]}`,
      ),
    );

    const pid = seek(90);
    seek(91);

    const events = await live.eventsOf('fentry');
    assert.deepStrictEqual(status?.hooks, [
      { kind: 'attached', hook: 'fentry/sys_lseek', method: 'fentry' },
    ]);
    assert.deepStrictEqual(
      events.map(({ kind, process }) => [kind, process.tgid]),
      [['process_kprobe', pid]],
    );
  });

  it('are a load error where there is no fentry', (t) => {
    const live = new LivePolicies({ without: ['fentry'] });
    t.after(() => live.close());

    const [status] = live.load(policy('fentry', 'fentries: [{call: sys_lseek}]'));

    assert.equal(status?.state, 'load_error');
    assert.match(JSON.stringify(status?.hooks), /ENGINE_HOOK_UNATTACHABLE/);
  });
});
