/** Reading cgroups that are there already, and what hostile ones look like. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isSharedCgroup, viewCgroups, walkCgroups } from '../../../../src/engine/identity/index.ts';
import { ID } from './sample-pods.ts';

function makeTree(t: TestContext, paths: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'warder-walk-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const path of paths) mkdirSync(join(root, path), { recursive: true });
  return root;
}

const idOf = (path: string): bigint => statSync(path, { bigint: true }).ino;

describe('walkCgroups', () => {
  it('finds those above before those below, with what they are in', (t) => {
    const root = makeTree(t, ['a/b', 'c']);

    const found = walkCgroups(root);

    assert.deepStrictEqual(found.map(({ path }) => path).toSorted(), ['/', '/a', '/a/b', '/c']);
    const [first] = found;
    const inner = found.find(({ path }) => path === '/a/b');
    assert.deepStrictEqual(first, { id: idOf(root), parentId: 0n, path: '/' });
    assert.equal(inner?.parentId, idOf(join(root, 'a')));
  });

  it('reads those beside one that is too deep to be named', (t) => {
    const root = makeTree(t, ['beside']);
    const script =
      'i=0; while [ $i -lt 40 ]; do mkdir "$2" && cd -P "$2" || exit 1; i=$((i+1)); done';
    execFileSync('sh', ['-c', `cd "$1" && ${script}`, 'sh', root, 'd'.repeat(200)]);
    t.after(() => execFileSync('rm', ['-rf', join(root, 'd'.repeat(200))]));

    const found = walkCgroups(root);

    assert.ok(found.some(({ path }) => path === '/beside'));
    assert.ok(found.length > 10 && found.length < 40);
  });
});

describe('isSharedCgroup', () => {
  const facts = (path: string) => ({ id: 10n, parentId: 1n, path });

  it('tells the cgroup of one process from that of others', (t) => {
    const root = makeTree(t, ['own', 'shared', 'empty', ID]);
    writeFileSync(join(root, 'own/cgroup.procs'), '4711\n');
    writeFileSync(join(root, 'shared/cgroup.procs'), '1\n4711\n');
    writeFileSync(join(root, ID, 'cgroup.procs'), '1\n4711\n');

    const shared = ['/own', '/shared', '/empty', `/${ID}`].map((path) =>
      isSharedCgroup(4711, facts(path), root),
    );

    assert.deepStrictEqual(shared, [false, true, true, false]);
  });
});

describe('viewCgroups', () => {
  it('does not take what is no hierarchy of cgroups for one', () => {
    assert.equal(viewCgroups(join(tmpdir(), 'warder-nothing')), undefined);
  });
});
