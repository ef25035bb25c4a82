/** Stacks in events: for the policies that ask, with the names of the functions. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { CapabilityName } from '../../src/model/capability.ts';
import type { HookEvent } from '../../src/model/event.ts';
import type { StackFrame } from '../../src/model/stack.ts';
import { LivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-stacks-'));
const PROBED = join(BASE, 'probed');
copyFileSync(join(repositoryRoot(), 'build/triggers/probed'), PROBED);
after(() => rmSync(BASE, { recursive: true }));

const LSEEK = process.arch === 'arm64' ? 62 : 8;
const CHAIN = ['chain_inner', 'chain_middle', 'chain_outer', 'main'];
const WAIT_MS_MAX = 60_000;

const BOTH = 'matchActions: [{action: Post, kernelStackTrace: true, userStackTrace: true}]';
const FROM_PROBED = `matchBinaries: [{operator: In, values: [${PROBED}]}]`;
const OFFSET = '{index: 1, operator: Equal, values: [4242]}';
const IS_LSEEK = `{index: 1, operator: Equal, values: [${LSEEK}]}`;

const policy = (name: string, section: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  ${section}
`;

const onSyscall = (actions = ''): string =>
  `kprobes: [{call: sys_lseek, args: [{index: 1, type: int64}],
    selectors: [{${FROM_PROBED}, matchArgs: [${OFFSET}]${actions && `, ${actions}`}}]}]`;

const onRawTracepoint = (actions = ''): string =>
  `tracepoints: [{subsystem: raw_syscalls, event: sys_enter, raw: true, args: [{index: 1}],
    selectors: [{${FROM_PROBED}, matchArgs: [${IS_LSEEK}]${actions && `, ${actions}`}}]}]`;

const onTracepoint = (actions = ''): string =>
  `tracepoints: [{subsystem: raw_syscalls, event: sys_enter, args: [{index: 4, type: int64}],
    selectors: [{${FROM_PROBED}, ${actions}}]}]`;

function load(
  t: TestContext,
  policies: readonly string[],
  without: readonly CapabilityName[] = [],
): LivePolicies {
  const live = new LivePolicies({ without });
  t.after(() => live.close());
  for (const text of policies) {
    const [status] = live.load(text);
    assert.equal(status?.state, 'enabled', JSON.stringify(status));
  }
  return live;
}

/** Runs the chain of calls, and lets it end once its event is there. */
async function eventOfChain(live: LivePolicies, name: string): Promise<HookEvent> {
  const child: ChildProcess = spawn(PROBED, ['chain', '4242'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const deadline = Date.now() + WAIT_MS_MAX;
  try {
    for (;;) {
      const event = (await live.eventsOf(name)).find(
        ({ process, userStack }) => process.tgid === child.pid && has(userStack, 'chain_inner'),
      );
      if (event !== undefined) return event;
      if (Date.now() > deadline) assert.fail(describeEvents(await live.eventsOf(name)));
      await setTimeout(20);
    }
  } finally {
    child.stdin?.end();
    await once(child, 'exit');
  }
}

const namesOf = (stack: readonly StackFrame[] = []): readonly string[] =>
  stack.map(({ symbol }) => symbol);

const has = (stack: readonly StackFrame[] | undefined, name: string): boolean =>
  namesOf(stack).includes(name);

function describeEvents(events: readonly HookEvent[]): string {
  return JSON.stringify(
    events.map(({ kernelStack, userStack }) => ({ kernelStack, userStack })),
    (_, value) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value),
  );
}

function assertStacks(event: HookEvent, kernelFunction: RegExp): void {
  const text = describeEvents([event]);
  const names = namesOf(event.userStack);
  assert.deepStrictEqual(names.slice(0, CHAIN.length), CHAIN, text);
  assert.deepStrictEqual(event.userStack?.[0]?.module, PROBED);
  for (const frame of event.userStack?.slice(0, CHAIN.length) ?? []) assert.ok(frame.offset > 0);
  assert.ok(
    namesOf(event.kernelStack).some((name) => kernelFunction.test(name)),
    text,
  );
  assert.notEqual(event.kernelStack?.[0]?.symbol, '', text);
}

const SYSCALL = /^(do_syscall_64|el0_svc|invoke_syscall)$/;

describe('stack traces', () => {
  it('name functions of the kernel and the process on a raw tracepoint', async (t) => {
    const live = load(t, [policy('asks', onRawTracepoint(BOTH))]);

    const event = await eventOfChain(live, 'asks');

    assertStacks(event, /syscall_trace_enter|trace_sys_enter|syscall/);
  });

  it('are there on a classic tracepoint', async (t) => {
    const live = load(t, []);
    const [status] = live.load(policy('asks', onTracepoint(BOTH)));
    const available = status?.state === 'enabled';
    const detail = JSON.stringify(status?.hooks);
    if (!requireCapability(t, 'tracepoint', { available, detail })) return;

    assertStacks(await eventOfChain(live, 'asks'), /syscall/);
  });

  it('are there on functions of the kernel, whichever way they are attached', async (t) => {
    const fentry = thisKernel().capabilities.find(({ name }) => name === 'fentry');
    if (!requireCapability(t, 'fentry', fentry ?? { available: false, detail: '' })) return;
    for (const without of [[], ['fentry', 'fmod_ret']] as const) {
      const live = load(t, [policy('asks', onSyscall(BOTH))], without);

      const event = await eventOfChain(live, 'asks');

      assertStacks(event, SYSCALL);
      assert.match(event.kernelStack?.[0]?.symbol ?? '', /sys_lseek$/, describeEvents([event]));
      live.close();
    }
  });

  it('are there on security hooks', async (t) => {
    const lsm = thisKernel().capabilities.find(({ name }) => name === 'lsm');
    if (!requireCapability(t, 'lsm', lsm ?? { available: false, detail: '' })) return;
    const section = `lsmhooks: [{hook: file_open, selectors: [{${FROM_PROBED}, ${BOTH}}]}]`;
    const live = load(t, [policy('asks', section)]);

    spawnSync(PROBED, ['chain', '4242'], { input: '' });

    const [event] = await live.eventsOf('asks');
    assert.ok(has(event?.kernelStack, 'security_file_open'), describeEvents(event ? [event] : []));
    assert.ok(has(event?.kernelStack, 'do_filp_open'));
    assert.ok((event?.userStack?.length ?? 0) > 0);
  });

  it('are in events of the policies that ask, and of no others', async (t) => {
    const live = load(t, [
      policy('asks', onRawTracepoint(BOTH)),
      policy('twin', onRawTracepoint()),
      policy('kernel', onRawTracepoint('matchActions: [{action: Post, kernelStackTrace: true}]')),
    ]);

    await eventOfChain(live, 'asks');

    const [twin] = await live.eventsOf('twin');
    const [kernel] = await live.eventsOf('kernel');
    assert.deepStrictEqual([twin?.kernelStack, twin?.userStack], [undefined, undefined]);
    assert.ok((kernel?.kernelStack?.length ?? 0) > 0);
    assert.equal(kernel?.userStack, undefined);
  });

  it('are not taken when nobody asks', async (t) => {
    const live = load(t, [policy('twin', onRawTracepoint())]);

    spawnSync(PROBED, ['chain', '4242'], { input: '' });

    const [twin] = await live.eventsOf('twin');
    assert.ok(twin !== undefined);
    assert.deepStrictEqual([twin.kernelStack, twin.userStack], [undefined, undefined]);
  });
});
