/** Selectors and policies that share a hook, decided by the kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { HookEvent } from '../../src/model/event.ts';
import { useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-select-'));
const ACT = join(BASE, 'act');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
after(() => rmSync(BASE, { recursive: true }));

function seekTo(event: HookEvent): string {
  const value = event.args[0]?.value;
  return value?.kind === 'size' ? String(value.value) : '';
}

describe('selectors and policies', () => {
  const policy = (name: string, selectors: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  kprobes:
  - call: sys_lseek
    args: [{index: 1, type: size_t}]
    selectors:${selectors}`;
  const binary = `matchBinaries: [{operator: In, values: [${ACT}]}]`;
  const equal = (value: number): string =>
    `matchArgs: [{index: 1, operator: Equal, values: [${value}]}]`;

  const mask = (value: number): string =>
    `matchArgs: [{index: 1, operator: Mask, values: [${value}]}]`;

  it('acts on the first selector that holds and on no later one', async (t) => {
    const live = useLivePolicies(t);
    live.load(
      policy(
        'first',
        `
    - {${binary}, ${equal(11)}, matchActions: [{action: NoPost}]}
    - {${binary}, ${equal(12)}}
    - {${binary}, ${mask(8)}, matchActions: [{action: Sigkill}]}`,
      ),
    );

    const results = ['11', '12', '13', '1'].map((value) => spawnSync(ACT, ['seek', value]).signal);
    const events = await live.eventsOf('first');

    assert.deepStrictEqual(results, [null, null, 'SIGKILL', null]);
    assert.deepStrictEqual(
      events.map((event) => ({ value: seekTo(event), action: event.action })),
      [
        { value: '12', action: 'Post' },
        { value: '13', action: 'Sigkill' },
      ],
    );
  });

  it('gives every policy on a hook its own event', async (t) => {
    const live = useLivePolicies(t);
    live.load(policy('one', ` [{${binary}, ${equal(21)}}]`));
    live.load(policy('two', ` [{${binary}, ${equal(21)}}]`));
    live.load(policy('three', ` [{${binary}, ${equal(22)}}]`));

    const { pid } = spawnSync(ACT, ['seek', '21']);

    const pids = async (name: string): Promise<readonly number[]> =>
      (await live.eventsOf(name)).map(({ process }) => process.tgid);
    assert.deepStrictEqual(
      { one: await pids('one'), two: await pids('two'), three: await pids('three') },
      { one: [pid], two: [pid], three: [] },
    );
  });

  it('kills without an event when the selector says NoPost', async (t) => {
    const live = useLivePolicies(t);
    const actions = 'matchActions: [{action: Sigkill}, {action: NoPost}]';
    live.load(policy('silent', ` [{${binary}, ${equal(31)}, ${actions}}]`));

    const { signal } = spawnSync(ACT, ['seek', '31']);

    assert.equal(signal, 'SIGKILL');
    assert.deepStrictEqual(await live.eventsOf('silent'), []);
  });

  it('keeps 300 policies on one hook apart', async (t) => {
    const live = useLivePolicies(t);
    const texts = Array.from({ length: 300 }, (_, number) =>
      policy(`p${number}`, ` [{${binary}, ${equal(100_000 + number)}}]`),
    );
    live.load(texts.join('\n---\n'));

    spawnSync(ACT, ['seek', '100299']);
    spawnSync(ACT, ['seek', '100300']);

    assert.equal((await live.eventsOf('p299')).length, 1);
    assert.equal((await live.eventsOf('p298')).length, 0);
  });
});
