/** Policies with a scope: which cgroups they are about, by what the kernel itself knows. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { u32Bytes, u64Bytes } from '../../src/engine/sensors/bytes.ts';
import { type ScopeRegistry, SHARED_WORKLOADS } from '../../src/engine/sensors/scope-registry.ts';
import type { ScopeSubject } from '../../src/model/scope.ts';
import { findCgroupRoot } from '../support/cgroups.ts';
import { LivePolicies, type LivePoliciesOptions } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const ACT = join(repositoryRoot(), 'build/triggers/act');
const OFFSET = '81985529216486895';

/** Somebody without rights. */
const USER = 65_534;

const WEB: ScopeSubject = { kind: 'pod', namespace: 'shop', labels: { app: 'web' } };
const API: ScopeSubject = { kind: 'pod', namespace: 'shop', labels: { app: 'api' } };

interface Stage {
  readonly live: LivePolicies;
  readonly scopes: ScopeRegistry;
  /** A new cgroup of this test, by its path below the test's own; made by root or another user. */
  makeCgroup(name: string, uid?: number): string;
}

function prepare(t: TestContext, options: LivePoliciesOptions = {}): Stage {
  const live = new LivePolicies({ knowsWorkloads: true, ...options });
  t.after(() => live.close());
  const top = join(findCgroupRoot(), `warder-scopes-${process.pid}`);
  const made: string[] = [];
  const make = (path: string, uid = 0): string => {
    assert.equal(spawnSync('mkdir', [path], { uid }).status, 0);
    made.unshift(path);
    return path;
  };
  make(top);
  t.after(() => {
    for (const path of made) rmdirSync(path);
  });
  const { scopes } = live;
  assert.ok(scopes);
  return { live, scopes, makeCgroup: (name, uid) => make(join(top, name), uid) };
}

const idOf = (cgroup: string): bigint => statSync(cgroup, { bigint: true }).ino;

/** Makes a workload of cgroups; returns its number. */
function place({ scopes }: Stage, cgroups: readonly string[], subject: ScopeSubject): number {
  const [first = ''] = cgroups;
  const number = scopes.add(subject, idOf(first));
  for (const cgroup of cgroups) scopes.assign(idOf(cgroup), number);
  return number;
}

function load({ live }: Stage, name: string, scope: string): void {
  const [status] = live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  ${scope}
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchArgs: [{index: 1, operator: Equal, values: ["${OFFSET}"]}]`);
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
}

/** Seeks once in the cgroup; returns the pid. */
function seekIn(cgroup: string): number {
  const script = 'echo $$ > "$1/cgroup.procs" && exec "$2" seek "$3"';
  const { pid, status } = spawnSync('sh', ['-c', script, 'sh', cgroup, ACT, OFFSET]);
  assert.equal(status, 0);
  return pid;
}

async function pidsOf({ live }: Stage, policy: string): Promise<readonly number[]> {
  const events = await live.eventsOf(policy);
  return events.map(({ process }) => process.tgid);
}

const WEB_PODS = 'podSelector: {matchLabels: {app: web}}';

describe('a policy with a scope', () => {
  it('is about the workloads in it and about nothing that is not known', async (t) => {
    const stage = prepare(t);
    const [web, api, unknown] = ['web', 'api', 'unknown'].map((name) => stage.makeCgroup(name));
    assert.ok(web && api && unknown);
    place(stage, [web], WEB);
    place(stage, [api], API);
    load(stage, 'pods', WEB_PODS);
    load(stage, 'everybody', '');

    const pids = [web, api, unknown].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'pods'), pids.slice(0, 1));
    assert.deepStrictEqual(await pidsOf(stage, 'everybody'), pids);
  });

  it('is about the first process of a cgroup that is made later', async (t) => {
    const stage = prepare(t);
    const web = stage.makeCgroup('web');
    place(stage, [web], WEB);
    load(stage, 'pods', WEB_PODS);
    const below = stage.makeCgroup('web/below');
    const beside = stage.makeCgroup('beside');

    const pid = seekIn(below);
    seekIn(beside);

    assert.deepStrictEqual(await pidsOf(stage, 'pods'), [pid]);
  });

  it('is about workloads that were there first, and those that change', async (t) => {
    const stage = prepare(t);
    const pod = stage.makeCgroup('pod');
    const below = stage.makeCgroup('pod/below');
    load(stage, 'pods', WEB_PODS);

    const before = seekIn(pod);
    const number = place(stage, [pod, below], WEB);
    const [first, second] = [seekIn(pod), seekIn(below)];
    stage.scopes.change(number, API);
    const during = seekIn(below);
    stage.scopes.change(number, WEB);
    const again = seekIn(below);
    stage.scopes.release(number);
    const after = seekIn(pod);

    const pids = await pidsOf(stage, 'pods');
    assert.deepStrictEqual(pids, [first, second, again]);
    for (const other of [before, during, after]) assert.ok(!pids.includes(other));
  });

  it('is about the host only when it says so', async (t) => {
    const stage = prepare(t);
    const [host, web] = ['host', 'web'].map((name) => stage.makeCgroup(name));
    assert.ok(host && web);
    stage.scopes.assign(idOf(host), SHARED_WORKLOADS.host);
    place(stage, [web], WEB);
    load(stage, 'host', 'hostSelector: {}');
    load(stage, 'pods', 'podSelector: {}');
    load(stage, 'both', `hostSelector: {}\n  ${WEB_PODS}`);

    const pids = [host, web].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'host'), pids.slice(0, 1));
    assert.deepStrictEqual(await pidsOf(stage, 'pods'), pids.slice(1));
    assert.deepStrictEqual(await pidsOf(stage, 'both'), pids);
  });

  it('is about a container that nobody has named only if it says so', async (t) => {
    const stage = prepare(t);
    const host = stage.makeCgroup('host');
    stage.scopes.assign(idOf(host), SHARED_WORKLOADS.host);
    const service = stage.makeCgroup('host/plain');
    const container = stage.makeCgroup(`host/cri-containerd-${'0a'.repeat(32)}.scope`);
    const below = stage.makeCgroup(`host/cri-containerd-${'0a'.repeat(32)}.scope/below`);
    load(stage, 'host', 'hostSelector: {}');
    load(stage, 'pods', 'podSelector: {}');
    load(stage, 'eager', 'podSelector: {}\n  options: [{name: unknown-workload, value: match}]');
    const { unnamedWorkload } = stage.live.base.counters();

    const pids = [service, container, below].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'host'), pids.slice(0, 1));
    assert.deepStrictEqual(await pidsOf(stage, 'pods'), []);
    assert.deepStrictEqual(await pidsOf(stage, 'eager'), pids.slice(1));
    assert.ok(stage.live.base.counters().unnamedWorkload > unnamedWorkload);
  });

  it('is about a container whatever cgroups are made in it, and by whomever', async (t) => {
    const stage = prepare(t);
    const [web, host] = ['web', 'host'].map((name) => stage.makeCgroup(name));
    assert.ok(web && host);
    stage.scopes.assign(idOf(host), SHARED_WORKLOADS.host);
    place(stage, [web], WEB);
    load(stage, 'pods', WEB_PODS);
    load(stage, 'host', 'hostSelector: {}');
    const { cgroups } = stage.live.base.maps;
    const before = cgroups.entries().length;
    const names = ['kubepods', 'kubepods/pod', `kubepods/pod/${'0a'.repeat(32)}`];
    const inner = names.map((name) => stage.makeCgroup(`web/${name}`));
    const after = cgroups.entries().length;
    chownSync(host, USER, USER);
    const usersPods = stage.makeCgroup('host/kubepods', USER);

    const pids = [...inner, usersPods].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'pods'), pids.slice(0, 3));
    assert.deepStrictEqual(await pidsOf(stage, 'host'), pids.slice(3));
    assert.equal(after, before);
  });

  it('is about a new cgroup of a container when there is no room for rows', async (t) => {
    const stage = prepare(t);
    const web = stage.makeCgroup('web');
    const beside = stage.makeCgroup('beside');
    place(stage, [web], WEB);
    load(stage, 'pods', WEB_PODS);
    const { cgroups } = stage.live.base.maps;
    const fill = (): void => {
      for (let id = 1n << 62n; ; id++) cgroups.set(u64Bytes(id), u32Bytes(0));
    };
    assert.throws(fill, { code: 'ENGINE_MAP_FAILED' });

    const pids = [stage.makeCgroup('web/new'), beside].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'pods'), pids.slice(0, 1));
  });

  it('is about a container as it is about the host where nobody follows pods', async (t) => {
    const stage = prepare(t, { hasNoPods: true });
    const host = stage.makeCgroup('host');
    stage.scopes.assign(idOf(host), SHARED_WORKLOADS.host);
    const container = stage.makeCgroup(`host/docker-${'0a'.repeat(32)}.scope`);
    const pods = stage.makeCgroup('host/kubepods');
    load(stage, 'host', 'hostSelector: {}');

    const pids = [container, pods].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'host'), pids.slice(0, 1));
  });

  it('can be that of one selector', async (t) => {
    const stage = prepare(t);
    const [host, web, api] = ['host', 'web', 'api'].map((name) => stage.makeCgroup(name));
    assert.ok(host && web && api);
    stage.scopes.assign(idOf(host), SHARED_WORKLOADS.host);
    place(stage, [web], WEB);
    place(stage, [api], API);
    const [status] = stage.live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: parts}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchWorkloads: {podSelector: {matchLabels: {app: web}}}
      matchArgs: [{index: 1, operator: Equal, values: ["${OFFSET}"]}]
    - matchWorkloads: {hostSelector: {}}
      matchArgs: [{index: 1, operator: Equal, values: ["${OFFSET}"]}]`);
    assert.equal(status?.state, 'enabled', JSON.stringify(status));

    const pids = [host, web, api].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'parts'), pids.slice(0, 2));
  });

  it('leaves nothing to the one that gets its number', async (t) => {
    const stage = prepare(t);
    const [web, api] = ['web', 'api'].map((name) => stage.makeCgroup(name));
    assert.ok(web && api);
    place(stage, [web], WEB);
    place(stage, [api], API);
    load(stage, 'first', WEB_PODS);
    stage.live.policies.manager.remove('first');
    load(stage, 'second', 'podSelector: {matchLabels: {app: api}}');

    const pids = [web, api].map(seekIn);

    assert.deepStrictEqual(await pidsOf(stage, 'second'), pids.slice(1));
  });

  it('counts up to 200 scopes on one hook', async (t) => {
    const stage = prepare(t);
    const cgroup = stage.makeCgroup('pod');
    place(stage, [cgroup], { kind: 'pod', namespace: 'shop', labels: { app: 'web-199' } });
    const texts = Array.from(
      { length: 200 },
      (_, place) => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: scoped-${place}}
spec:
  podSelector: {matchLabels: {app: web-${place}}}
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:
    - matchArgs: [{index: 1, operator: Equal, values: ["${OFFSET}"]}]`,
    );
    const statuses = stage.live.load(texts.join('\n---\n'));
    assert.deepStrictEqual([...new Set(statuses.map(({ state }) => state))], ['enabled']);

    const pid = seekIn(cgroup);

    assert.deepStrictEqual(await pidsOf(stage, 'scoped-199'), [pid]);
    assert.deepStrictEqual(await pidsOf(stage, 'scoped-198'), []);
  });
});
