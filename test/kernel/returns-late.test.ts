/** Calls that return after the policies changed, and calls that do not return. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { CapabilityName } from '../../src/model/capability.ts';
import type { HookEvent } from '../../src/model/event.ts';
import { loadEnabled, startBy } from '../support/attach-ways.ts';
import type { LivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-returns-late-'));
const ACT = join(BASE, 'act');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
after(() => rmSync(BASE, { recursive: true }));

const OURS = `selectors: [{matchBinaries: [{operator: In, values: [${ACT}]}]}]`;
const RESULT = 'return: true, returnArg: {index: 0, type: int}';
/** The length that stdio reads a pipe with: of all reads of the trigger, the one that waits. */
const WAITING = '4096';

function policy(name: string, entry: string): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes: [{${entry}}]
`;
}

function readPolicy(name: string, condition: string): string {
  const length = `matchArgs: [{index: 2, operator: Equal, values: [${WAITING}]}]`;
  const selector = `{matchBinaries: [{operator: In, values: [${ACT}]}], ${length}, ${condition}}`;
  const args = 'args: [{index: 2, type: size_t}]';
  return policy(name, `call: sys_read, ${args}, ${RESULT}, selectors: [${selector}]`);
}

const MANY = 'matchReturnArgs: [{index: 0, operator: GT, values: [100]}]';
const SOME = 'matchReturnArgs: [{index: 0, operator: GT, values: [0]}]';

/** A process in the middle of a read. */
async function reader(live: LivePolicies): Promise<ChildProcess> {
  const counted = (): number => live.policies.counts()[0]?.matched ?? 0;
  const before = counted();
  const child = spawn(ACT, ['wait-and-seek', '5'], { stdio: ['pipe', 'ignore', 'inherit'] });
  const deadline = Date.now() + 30_000;
  while (counted() === before) {
    assert.ok(Date.now() < deadline, 'the process does not read');
    await setTimeout(5);
  }
  return child;
}

async function finish(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.stdin?.write('go\n');
  await exited;
}

function returnsOf(events: readonly HookEvent[]): readonly unknown[] {
  return events.map(({ returned }) =>
    returned?.kind === 'returned' ? returned.value.value : returned?.reason,
  );
}

const THREE = { kind: 'int', value: 3 };

describe('calls that are in progress when policies change', () => {
  it('are evaluated by what was in force when they began', async (t) => {
    const live = startBy(t);
    if (live === undefined) return;
    loadEnabled(live, readPolicy('some', SOME));
    loadEnabled(live, readPolicy('many', MANY));
    const child = await reader(live);

    loadEnabled(live, readPolicy('other', SOME));
    loadEnabled(live, readPolicy('many', SOME));
    await finish(child);

    assert.deepStrictEqual(returnsOf(await live.eventsOf('some')), [THREE]);
    assert.deepStrictEqual(returnsOf(await live.eventsOf('many')), []);
    assert.deepStrictEqual(returnsOf(await live.eventsOf('other')), []);
  });

  it('are reported without their return after four changes', async (t) => {
    const live = startBy(t);
    if (live === undefined) return;
    loadEnabled(live, readPolicy('some', SOME));
    loadEnabled(live, readPolicy('many', MANY));
    const child = await reader(live);

    for (const name of ['a', 'b', 'c', 'd']) loadEnabled(live, readPolicy(name, SOME));
    await finish(child);

    assert.deepStrictEqual(returnsOf(await live.eventsOf('some')), ['unevaluated']);
    assert.deepStrictEqual(returnsOf(await live.eventsOf('many')), ['unevaluated']);
  });

  it('are not reported by a policy that is gone', async (t) => {
    const live = startBy(t);
    if (live === undefined) return;
    loadEnabled(live, readPolicy('some', SOME));
    const child = await reader(live);

    live.policies.manager.remove('some');
    await finish(child);
    loadEnabled(live, readPolicy('later', SOME));
    const later = await reader(live);
    await finish(later);

    assert.deepStrictEqual(returnsOf(await live.eventsOf('some')), []);
    assert.deepStrictEqual(returnsOf(await live.eventsOf('later')), [THREE]);
  });
});

const WAYS: readonly (readonly [CapabilityName, readonly CapabilityName[]])[] = [
  ['fentry', []],
  ['kprobe', ['fentry']],
];

for (const [needs, without] of WAYS) {
  describe(`functions by ${needs}`, () => {
    it('report the outer of two calls without its return', async (t) => {
      const live = startBy(t, { needs, without });
      if (live === undefined) return;
      // The root of a guest is an overlay: one open is two, one within the other.
      loadEnabled(
        live,
        policy('nested', `call: do_dentry_open, syscall: false, ${RESULT}, ${OURS}`),
      );

      spawnSync(ACT, ['open', '/etc/passwd', '0']);
      const returns = returnsOf(await live.eventsOf('nested'));

      assert.deepStrictEqual(returns.slice(-2), ['superseded', { kind: 'int', value: 0 }]);
    });

    it('report a call that the thread ends in', async (t) => {
      const live = startBy(t, { needs, without });
      if (live === undefined) return;
      loadEnabled(live, policy('ends', `call: get_signal, syscall: false, ${RESULT}, ${OURS}`));
      const child = spawn(ACT, ['wait-and-seek', '5'], { stdio: ['pipe', 'ignore', 'inherit'] });
      const exited = once(child, 'exit');

      child.kill('SIGTERM');
      await exited;
      const events = await live.eventsOf('ends');

      assert.deepStrictEqual(returnsOf(events).slice(-1), ['ended']);
      assert.equal(events.at(-1)?.process.tgid, child.pid);
    });
  });
}
