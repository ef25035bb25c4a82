/** Rate limits of posts, counted by the kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { LivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-rate-'));
const ACT = join(BASE, 'act');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
after(() => rmSync(BASE, { recursive: true }));

const OFFSET = '123456789';
const OTHER_OFFSET = '123456790';
const LONG = '/'.padEnd(100, 'x');

const SEEKS = {
  call: 'sys_lseek',
  type: 'size_t',
  match: `operator: InRange, values: ["${OFFSET}:${OTHER_OFFSET}"]`,
};

const OPENS = { call: 'sys_openat', type: 'string', match: `operator: Prefix, values: [${LONG}]` };

function policyOf(post: string, { call, type, match } = SEEKS): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: rate}
spec:
  kprobes:
  - call: ${call}
    args: [{index: 1, type: ${type}}]
    selectors:
    - matchBinaries: [{operator: In, values: [${ACT}]}]
      matchArgs: [{index: 1, ${match}}]
      matchActions: [${post}]`;
}

function load(t: TestContext, text: string): LivePolicies {
  const live = new LivePolicies();
  t.after(() => live.close());
  assert.equal(live.load(text)[0]?.state, 'enabled');
  return live;
}

function act(...args: readonly string[]): void {
  assert.equal(spawnSync(ACT, args).status, 0);
}

/** Events of two processes with two threads each, which seek twice. */
async function countEvents(t: TestContext, post: string): Promise<number> {
  const live = load(t, policyOf(post));
  act('seek-in-threads', OFFSET);
  act('seek-in-threads', OFFSET);
  const events = await live.eventsOf('rate');
  assert.equal(events.length + live.base.counters().rateLimited, 8);
  return events.length;
}

describe('rateLimit', () => {
  it('is none when it is absent', async (t) => {
    assert.equal(await countEvents(t, '{action: Post}'), 8);
  });

  it('counts for each thread when no scope is given', async (t) => {
    assert.equal(await countEvents(t, '{action: Post, rateLimit: 1h}'), 4);
  });

  it('counts for each process', async (t) => {
    const post = '{action: Post, rateLimit: 1h, rateLimitScope: process}';
    assert.equal(await countEvents(t, post), 2);
  });

  it('counts for all processes', async (t) => {
    const post = '{action: Post, rateLimit: 1h, rateLimitScope: global}';
    assert.equal(await countEvents(t, post), 1);
  });

  it('tells numbers apart', async (t) => {
    const live = load(t, policyOf('{action: Post, rateLimit: 1h, rateLimitScope: global}'));
    for (const offset of [OFFSET, OTHER_OFFSET, OFFSET]) act('seek', offset);

    assert.equal((await live.eventsOf('rate')).length, 2);
  });

  it('tells texts apart by all of their bytes', async (t) => {
    const post = '{action: Post, rateLimit: 1h, rateLimitScope: global}';
    const live = load(t, policyOf(post, OPENS));
    for (const end of ['a', 'b', 'b', '', 'ba', 'b']) act('open', `${LONG}${end}`, '0');

    const events = await live.eventsOf('rate');

    assert.equal(events.length, 4);
    assert.equal(live.base.counters().rateLimited, 2);
  });

  it('counts for each hook of an entry by itself', async (t) => {
    const moves = '  lists: [{name: moves, type: syscalls, values: [sys_lseek, sys_truncate]}]\n';
    const post = '{action: Post, rateLimit: 1h, rateLimitScope: global}';
    const text = policyOf(post, { ...SEEKS, call: 'list:moves' });
    const live = load(t, text.replace('spec:\n', `spec:\n${moves}`));
    for (const action of ['seek', 'seek']) act(action, OFFSET);
    act('truncate', '/dev/null', OFFSET);

    assert.equal((await live.eventsOf('rate')).length, 2);
  });

  it('ends with its time', async (t) => {
    const live = load(t, policyOf('{action: Post, rateLimit: "1", rateLimitScope: global}'));
    act('seek', OFFSET);
    await setTimeout(1100);
    act('seek', OFFSET);

    assert.equal((await live.eventsOf('rate')).length, 2);
  });

  it('goes on when another policy comes to the hook', async (t) => {
    const live = load(t, policyOf('{action: Post, rateLimit: 1h, rateLimitScope: global}'));
    act('seek', OFFSET);
    live.load(policyOf('{action: Post}').replace('name: rate', 'name: another'));
    act('seek', OFFSET);

    assert.equal((await live.eventsOf('rate')).length, 1);
    assert.equal((await live.eventsOf('another')).length, 1);
  });
});
