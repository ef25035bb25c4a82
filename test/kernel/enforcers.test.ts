/** Decisions that one hook makes and another carries out: NotifyEnforcer and enforcers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import { LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-enforcers-'));
const ACT = join(BASE, 'act');
const OTHER = join(BASE, 'other');
const SECRET = join(BASE, 'secret');
for (const path of [ACT, OTHER]) copyFileSync(join(repositoryRoot(), 'build/triggers/act'), path);
writeFileSync(SECRET, 'text\n');
after(() => rmSync(BASE, { recursive: true }));

const FROM_ACT = `matchBinaries: [{operator: In, values: [${ACT}]}]`;

function needs(t: TestContext, name: CapabilityName): boolean {
  const found = thisKernel().capabilities.find((capability) => capability.name === name);
  return requireCapability(t, name, found ?? { available: false, detail: 'not probed' });
}

/** Decides at the entry of every system call; what comes after is in `rest`. */
const policy = (name: string, action: string, calls: string, rest = ''): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  enforcers: [{calls: [${calls}]}]
  tracepoints:
  - subsystem: raw_syscalls
    event: sys_enter
    raw: true
    selectors: [{${FROM_ACT}, matchActions: [{action: NotifyEnforcer, ${action}}]}]
${rest}`;

function load(t: TestContext, text: string): LivePolicies {
  const live = useLivePolicies(t);
  const [status] = live.load(text);
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
  return live;
}

const run = (program: string, ...args: readonly string[]): readonly [string | null, string] => {
  const { signal, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return [signal, stdout.trim()];
};

describe('enforcers', () => {
  it('signal in the call that the decision is for, and in no other', async (t) => {
    if (!needs(t, 'fentry')) return;
    const live = load(t, policy('kill', 'argSig: 9', 'sys_lseek'));

    const results = [run(ACT, 'seek', '1'), run(OTHER, 'seek', '1'), run(ACT, 'open', SECRET, '0')];

    assert.deepStrictEqual(results, [
      ['SIGKILL', ''],
      [null, 'ok'],
      [null, 'text'],
    ]);
    const events = await live.eventsOf('kill');
    assert.ok(events.length > 0);
    assert.ok(
      events.every(
        ({ kind, action }) => kind === 'process_tracepoint' && action === 'NotifyEnforcer',
      ),
    );
  });

  it('deny at a security_ function', (t) => {
    if (!needs(t, 'fmod_ret')) return;
    load(t, policy('deny', 'argError: -13', 'security_file_open'));

    // The loader opens libraries first, so the process does not get to its own call.
    const denied = spawnSync(ACT, ['open', SECRET, '0'], { encoding: 'utf8' });
    const spared = run(OTHER, 'open', SECRET, '0');

    assert.match(denied.stdout + denied.stderr, /EACCES|Permission denied|cannot open shared/);
    assert.deepStrictEqual(spared, [null, 'text']);
  });

  it('do nothing of what was taken back', (t) => {
    if (!needs(t, 'fentry')) return;
    const cleanup = `  kprobes:
  - call: sys_openat
    selectors: [{matchActions: [{action: CleanupEnforcerNotification}, {action: NoPost}]}]`;
    load(t, policy('cleaned', 'argSig: 9', 'security_file_open', cleanup));

    // Whatever is opened by openat is spared, as the decision is taken back on the way.
    assert.deepStrictEqual(run(ACT, 'open', SECRET, '0'), [null, 'text']);
  });

  it('of one policy do not carry out the decisions of another', (t) => {
    if (!needs(t, 'fentry')) return;
    const live = load(t, policy('one', 'argSig: 9', 'sys_truncate'));
    const other = policy('two', 'argSig: 15', 'sys_lseek').replaceAll(ACT, OTHER);
    live.load(other);

    const results = [
      run(ACT, 'seek', '1'),
      run(ACT, 'truncate', SECRET, '0'),
      run(OTHER, 'truncate', SECRET, '0'),
      run(OTHER, 'seek', '1'),
    ].map(([signal]) => signal);

    assert.deepStrictEqual(results, [null, 'SIGKILL', null, 'SIGTERM']);
  });

  it('do nothing in monitor mode', (t) => {
    if (!needs(t, 'fentry')) return;
    const options = '  options: [{name: policy-mode, value: monitor}]';
    load(t, policy('watching', 'argSig: 9', 'sys_lseek', options));

    assert.deepStrictEqual(run(ACT, 'seek', '1'), [null, 'ok']);
  });

  it('that cannot deny a system call are a load error', (t) => {
    const live = useLivePolicies(t);

    const [status] = live.load(policy('syscall', 'argError: -1', 'sys_lseek'));

    assert.equal(status?.state, 'load_error');
    assert.match(JSON.stringify(status?.hooks), /ENGINE_HOOK_UNENFORCEABLE/);
    assert.deepStrictEqual(run(ACT, 'seek', '1'), [null, 'ok']);
  });

  it('are a load error where they would run before what decides', (t) => {
    const live = new LivePolicies({ without: ['fentry', 'kprobe'] });
    t.after(() => live.close());

    const [status] = live.load(policy('early', 'argSig: 9', 'sys_lseek'));

    assert.equal(status?.state, 'load_error');
    assert.match(JSON.stringify(status?.hooks), /runs no later than what decides/);
  });
});
