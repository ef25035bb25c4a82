/** Files that are mapped executable are reported, with the build id that the kernel found. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { hasDigest } from '../../src/engine/elf/index.ts';
import type { ProcessLoaderEvent } from '../../src/model/event.ts';
import type { HookStatus } from '../../src/model/policy.ts';
import {
  LivePolicies,
  type LivePoliciesOptions,
  useLivePolicies,
} from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const TRIGGERS = join(repositoryRoot(), 'build/triggers');
const TRIGGER = join(TRIGGERS, 'trigger');

const policy = (name: string, hooks = ''): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  loader: true${hooks}
`;

const capabilityOf = (name: string): { available: boolean; detail: string } =>
  thisKernel().capabilities.find((one) => one.name === name) ?? { available: false, detail: '' };

const hasKprobes = (t: TestContext): boolean =>
  requireCapability(t, 'kprobe', capabilityOf('kprobe'));

const load = (live: LivePolicies, ...texts: readonly string[]): readonly HookStatus[] =>
  live.load(texts.join('---')).flatMap(({ hooks }) => hooks);

/** A file of its own for each test, which nothing else maps. */
function copyOf(t: TestContext, program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'loader-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'library');
  copyFileSync(join(TRIGGERS, program), path);
  return path;
}

function map(path: string, how: string): number {
  const { pid, status, stderr } = spawnSync(TRIGGER, ['map', path, how], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return pid;
}

const facts = ({ process, tid, path, buildId }: ProcessLoaderEvent): readonly unknown[] => [
  process.tgid,
  tid,
  process.binary,
  path,
  buildId.length,
];

async function mappingsOf(live: LivePolicies, path: string): Promise<readonly unknown[]> {
  const events = await live.mappings();
  return events.filter((event) => event.path === path).map(facts);
}

describe('loader', () => {
  it('reports a file that is mapped executable, and not one that is only read', async (t) => {
    if (!hasKprobes(t)) return;
    const live = useLivePolicies(t);
    const statuses = load(live, policy('loader'));
    const [library, twin] = [copyOf(t, 'trigger'), copyOf(t, 'trigger')];

    const pid = map(library, 'exec');
    map(twin, 'read');

    const method = capabilityOf('fentry').available ? 'fentry' : 'kprobe';
    assert.deepStrictEqual(statuses, [{ kind: 'attached', hook: 'loader', method }]);
    assert.deepStrictEqual(await mappingsOf(live, library), [[pid, pid, TRIGGER, library, 20]]);
    assert.deepStrictEqual(await mappingsOf(live, twin), []);
    const [event] = (await live.mappings()).filter(({ path }) => path === library);
    const digest = Buffer.from(event?.buildId ?? []).toString('hex');
    assert.ok(hasDigest(library, [`build-id:${digest}`]), digest);
  });

  it('reports a file whose mapping becomes executable', async (t) => {
    if (!hasKprobes(t)) return;
    const live = useLivePolicies(t);
    load(live, policy('loader'));
    const library = copyOf(t, 'trigger');

    const pid = map(library, 'exec-later');

    assert.deepStrictEqual(await mappingsOf(live, library), [[pid, pid, TRIGGER, library, 20]]);
  });

  it('reports no build id where there is none', async (t) => {
    if (!hasKprobes(t)) return;
    const live = useLivePolicies(t);
    load(live, policy('loader'));
    const library = copyOf(t, 'tiny');

    const pid = map(library, 'exec');

    assert.deepStrictEqual(await mappingsOf(live, library), [[pid, pid, TRIGGER, library, 0]]);
  });

  it('reports a program and its libraries as they are loaded', async (t) => {
    if (!hasKprobes(t)) return;
    const live = useLivePolicies(t);
    load(live, policy('loader'));
    const program = copyOf(t, 'trigger');

    // Where the root of the machine is an overlay, as in the guests, so is what is mapped of it.
    const { pid } = spawnSync(program, ['threads']);

    const events = (await live.mappings()).filter(({ process }) => process.tgid === pid);
    const own = events.find(({ path }) => path === program);
    const exec = live.events.find(
      (event) => event.kind === 'process_exec' && event.process.tgid === pid,
    );
    assert.equal(own?.process.binary, process.execPath, 'as it was before the exec');
    assert.ok((own?.sequence ?? 0) < (exec?.sequence ?? 0));
    const libc = events.find(({ path }) => path.endsWith('/libc.so.6'));
    const digest = Buffer.from(libc?.buildId ?? []).toString('hex');
    assert.ok(hasDigest(libc?.path ?? '', [`build-id:${digest}`]), digest);
    assert.equal(libc?.process.binary, program);
  });

  it('reports once for several policies, and nothing when none is in force', async (t) => {
    if (!hasKprobes(t)) return;
    const live = useLivePolicies(t);
    load(live, policy('one'), policy('other', '\n  kprobes: [{call: sys_lseek}]'));
    const [both, one, none, again] = ['a', 'b', 'c', 'd'].map(() => copyOf(t, 'trigger'));
    const { manager } = live.policies;

    map(both ?? '', 'exec');
    manager.setEnabled('one', false);
    map(one ?? '', 'exec');
    const counted = live.policies.activityOf('other').get('loader')?.fired ?? 0;
    manager.remove('other');
    map(none ?? '', 'exec');
    manager.setEnabled('one', true);
    map(again ?? '', 'exec');

    const paths = (await live.mappings()).map(({ path }) => path);
    const counts = [both, one, none, again].map(
      (path) => paths.filter((other) => other === path).length,
    );
    assert.deepStrictEqual(counts, [1, 1, 0, 1]);
    assert.ok(counted >= 2);
    assert.deepStrictEqual(
      live.policies.counts().map(({ hook, policies }) => [hook, policies]),
      [['loader', ['one']]],
    );
  });

  it('does without fentry', async (t) => {
    if (!hasKprobes(t)) return;
    const live = fresh(t, { without: ['fentry'] });
    const statuses = load(live, policy('loader'));
    const library = copyOf(t, 'trigger');

    const pid = map(library, 'exec');

    assert.deepStrictEqual(statuses, [{ kind: 'attached', hook: 'loader', method: 'kprobe' }]);
    assert.deepStrictEqual(await mappingsOf(live, library), [[pid, pid, TRIGGER, library, 20]]);
  });

  it('is a load error with the reasons where nothing can be attached', (t) => {
    const live = fresh(t, { without: ['fentry', 'kprobe'] });

    const [status] = live.load(
      policy('loader', '\n  tracepoints: [{event: sys_exit, subsystem: raw_syscalls, raw: true}]'),
    );

    assert.equal(status?.state, 'load_error');
    const [other, loader] = status?.hooks ?? [];
    assert.equal(other?.kind, 'failed');
    assert.deepStrictEqual(loader, {
      kind: 'failed',
      hook: 'loader',
      code: 'ENGINE_HOOK_UNATTACHABLE',
      reason:
        'loader cannot be attached on this kernel: fentry: left out by the test; ' +
        'kprobe: left out by the test',
    });
  });
});

function fresh(t: TestContext, options: LivePoliciesOptions): LivePolicies {
  const live = new LivePolicies(options);
  t.after(() => live.close());
  return live;
}
