/** Hashes of files in events: those that the kernel's integrity measurement makes. */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { LivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-hashes-'));
after(() => rmSync(BASE, { recursive: true }));

/** Copies, so that policies see the programs of these tests only. */
const FLOCK = join(BASE, 'flock');
const TRUE = join(BASE, 'true');
copyFileSync('/usr/bin/flock', FLOCK);
copyFileSync('/bin/true', TRUE);

const HASHED = 'action: Post, imaHash: true';
const ARGUMENT = 'args: [{index: 0, type: file}]';

const file = (name: string, text: string): string => {
  const path = join(BASE, name);
  writeFileSync(path, text);
  return path;
};

const policy = (name: string, hook: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  lsmhooks: [{${hook}}]
`;

/** Of what flock locks. */
const locking = (name: string, actions: string, prefix = `${BASE}/`): string =>
  policy(
    name,
    `hook: file_lock, ${ARGUMENT}, selectors: [{
      matchBinaries: [{operator: In, values: [${FLOCK}]}],
      matchArgs: [{index: 0, operator: Prefix, values: ["${prefix}"]}],
      matchActions: [${actions}]}]`,
  );

/** Exit status of flock when the call fails. */
const DENIED = 65;

function lock(path: string): SpawnSyncReturns<Buffer> {
  return spawnSync(FLOCK, ['--shared', path, '/bin/true']);
}

/** Of integrity measurement, by the name of its algorithm. */
function hashOf(path: string, reported: string | undefined): string {
  const [algorithm = ''] = (reported ?? '').split(':');
  assert.ok(['sha1', 'sha256', 'sha512'].includes(algorithm), reported);
  return `${algorithm}:${createHash(algorithm).update(readFileSync(path)).digest('hex')}`;
}

function load(t: TestContext, ...policies: readonly string[]): LivePolicies | undefined {
  const lsm = thisKernel().capabilities.find(({ name }) => name === 'lsm');
  if (!requireCapability(t, 'lsm', lsm ?? { available: false, detail: 'not probed' })) return;
  const live = new LivePolicies();
  t.after(() => live.close());
  for (const text of policies) put(live, text);
  return live;
}

function put(live: LivePolicies, text: string): void {
  const failed = live.load(text).filter(({ state }) => state !== 'enabled');
  assert.deepStrictEqual(failed, []);
}

describe('hashes of files', () => {
  it('are those of what was locked, for policies that ask', async (t) => {
    const live = load(t, locking('asks', `{${HASHED}}`), locking('twin', '{action: Post}'));
    if (live === undefined) return;
    const paths = [file('one', 'one'), file('empty', ''), file('large', 'x'.repeat(1 << 20))];

    for (const path of paths) lock(path);

    const found = (await live.eventsOf('asks')).map(({ fileHash }) => fileHash);
    assert.deepStrictEqual(
      found,
      paths.map((path, place) => hashOf(path, found[place])),
    );
    const twin = await live.eventsOf('twin');
    assert.deepStrictEqual(
      twin.map(({ fileHash }) => fileHash),
      [undefined, undefined, undefined],
    );
  });

  it('are new when the file has changed', async (t) => {
    const live = load(t, locking('asks', `{${HASHED}}`));
    if (live === undefined) return;
    const path = file('changing', 'before');
    lock(path);
    const before = hashOf(path, 'sha256:');
    writeFileSync(path, 'after');
    lock(path);

    const [first, second] = (await live.eventsOf('asks')).map(({ fileHash }) => fileHash);
    if (first?.startsWith('sha256:')) assert.equal(first, before);
    assert.notEqual(first, second);
    assert.equal(second, hashOf(path, second));
  });

  it('are those of what is mapped', async (t) => {
    const hook = `hook: mmap_file, ${ARGUMENT},
      selectors: [{matchArgs: [{index: 0, operator: Equal, values: ["${TRUE}"]}],
        matchActions: [{${HASHED}}]}]`;
    const live = load(t, policy('asks', hook));
    if (live === undefined) return;

    for (const program of [TRUE, FLOCK]) spawnSync(program, ['--version']);

    const found = (await live.eventsOf('asks')).map(({ fileHash }) => fileHash);
    assert.ok(found.length > 0);
    assert.deepStrictEqual([...new Set(found)], [hashOf(TRUE, found[0])]);
  });

  it('are those of programs that are started', async (t) => {
    const hook = `hook: bprm_check_security, args: [{index: 0, type: linux_binprm}],
      selectors: [{matchArgs: [{index: 0, operator: Equal, values: ["${TRUE}"]}],
        matchActions: [{${HASHED}}]}]`;
    const live = load(t, policy('asks', hook));
    if (live === undefined) return;

    for (const program of [TRUE, FLOCK]) spawnSync(program, ['--version']);

    const found = (await live.eventsOf('asks')).map(({ fileHash }) => fileHash);
    assert.deepStrictEqual(found, [hashOf(TRUE, found[0])]);
  });

  it('may come with events of kills, and never with those of denials', async (t) => {
    const [killed, denied] = [file('killed', '1'), file('denied', '2')];
    const live = load(
      t,
      locking('kills', `{action: Sigkill}, {${HASHED}}`, killed),
      locking('denies', `{action: Override, argError: -1}, {${HASHED}}`, denied),
    );
    if (live === undefined) return;

    assert.equal(lock(killed).signal, 'SIGKILL');
    assert.equal(lock(denied).status, DENIED);

    const [kill] = await live.eventsOf('kills');
    assert.equal(kill?.outcome.signalled, true);
    // Of a process that is to die, most file systems read no more.
    const hash = kill?.fileHash;
    assert.ok(hash === undefined || hash === hashOf(killed, hash), hash);
    const [denial] = await live.eventsOf('denies');
    assert.equal(denial?.outcome.overridden, true);
    assert.equal(denial?.fileHash, undefined);
  });

  it('are asked for later, and no longer, while another policy denies', async (t) => {
    const [denied, read] = [file('denied', '1'), file('read', '2')];
    const live = load(t, locking('denies', '{action: Override, argError: -1}', denied));
    if (live === undefined) return;
    const methodOf = (): string =>
      live.policies.manager
        .statuses()
        .flatMap(({ hooks }) => hooks)
        .map((hook) => (hook.kind === 'attached' ? hook.method : hook.kind))
        .join();

    assert.equal(methodOf(), 'lsm');
    put(live, locking('asks', `{${HASHED}}`, read));
    assert.equal(methodOf(), 'lsm_hash,lsm_hash');
    assert.deepStrictEqual(
      [denied, read].map((path) => lock(path).status),
      [DENIED, 0],
    );
    const [asked] = await live.eventsOf('asks');
    assert.equal(asked?.fileHash, hashOf(read, asked?.fileHash));
    live.policies.manager.remove('asks');
    assert.equal(methodOf(), 'lsm');
    assert.deepStrictEqual(
      [denied, read].map((path) => lock(path).status),
      [DENIED, 0],
    );
    assert.equal((await live.eventsOf('denies')).length, 2);
  });

  it('are not made of what a rate limit keeps back', async (t) => {
    const live = load(t, locking('asks', `{${HASHED}, rateLimit: 1h, rateLimitScope: global}`));
    if (live === undefined) return;
    const path = file('often', '1');

    for (let time = 0; time < 3; time++) lock(path);

    const found = (await live.eventsOf('asks')).map(({ fileHash }) => fileHash);
    assert.deepStrictEqual(found, [hashOf(path, found[0])]);
  });
});
