/** CelExpr on real hooks: what is true acts, its twin does not, and all of it is one selector. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { LivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-expression-'));
const ACT = join(BASE, 'act');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
after(() => rmSync(BASE, { recursive: true }));

interface Written {
  readonly expression: string;
  readonly actions?: string;
}

function aPolicy(call: string, args: string, selectors: readonly Written[]): string {
  const written = selectors.map(
    ({ expression, actions }) => `
    - matchBinaries: [{operator: In, values: [${ACT}]}]
      matchArgs:
      - operator: CelExpr
        args: [0, 1]
        values: ['${expression}']
      ${actions === undefined ? '' : `matchActions: [${actions}]`}`,
  );
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: expression}
spec:
  kprobes:
  - call: ${call}
    args: [${args}]
    selectors:${written.join('')}`;
}

const SEEK = ['sys_lseek', '{index: 1, type: size_t}, {index: 2, type: int}'] as const;

function seek(offset: number | bigint): NodeJS.Signals | null {
  return spawnSync(ACT, ['seek', String(offset)]).signal;
}

/** First arguments of the events. */
async function offsetsOf(live: LivePolicies): Promise<readonly string[]> {
  return (await live.eventsOf('expression')).map(({ args }) => {
    const value = args[0]?.value;
    return value?.kind === 'size' ? String(value.value) : '';
  });
}

describe('expressions', () => {
  it('act on numbers when they are true, and not when they are false', async (t) => {
    const live = new LivePolicies();
    t.after(() => live.close());
    const expression =
      'arg1 == 0 && (arg0 in [61u, 63u] || arg0 - 100 < 5 || and(arg0, 0x3000) == 0x1000) ' +
      '|| arg1 != 0 && arg0 == 62';
    live.load(aPolicy(...SEEK, [{ expression }]));

    for (const offset of [60, 61, 62, 63, 99, 100, 104, 105, 0x1000, 0x2000, 0x3000]) seek(offset);

    assert.deepStrictEqual(await offsetsOf(live), ['61', '63', '100', '104', '4096']);
  });

  it('act on two arguments together', async (t) => {
    const live = new LivePolicies();
    t.after(() => live.close());
    const args = '{index: 1, type: int64}, {index: 2, type: int}';
    // The second argument of the trigger is 0, SEEK_SET.
    const expression = 'arg0 - 10 == int(arg1) + 74 || int(arg1) > arg0 || arg0 + int(arg1) == 86';
    live.load(aPolicy('sys_lseek', args, [{ expression }]));

    for (const offset of [83n, 84n, 85n, 86n, 0n, 0xffffffffffffff00n]) seek(offset);

    const offsets = (await live.eventsOf('expression')).map(({ args: [offset] }) =>
      offset?.value !== undefined && 'value' in offset.value ? String(offset.value.value) : '',
    );
    assert.deepStrictEqual(offsets, ['84', '86', '-256']);
  });

  it('act on texts', async (t) => {
    const live = new LivePolicies();
    t.after(() => live.close());
    const expression =
      `arg0.startsWith("${BASE}/") && !arg0.endsWith(".txt") && ` +
      '(arg0.contains("key") || and(arg1, 0x41) == 0x41)';
    const args = '{index: 1, type: string}, {index: 2, type: int}';
    live.load(aPolicy('sys_openat', args, [{ expression }]));
    const open = (name: string, flags: string): void => {
      spawnSync(ACT, ['open', join(BASE, name), flags]);
    };

    open('key', '0');
    open('key.txt', '0');
    open('other', '0');
    open('made', '0x41');
    open('made', '0x1');

    const paths = (await live.eventsOf('expression')).map(({ args: [path] }) =>
      path?.value.kind === 'string' ? path.value.value : path?.value.kind,
    );
    assert.deepStrictEqual(paths, [join(BASE, 'key'), join(BASE, 'made')]);
  });

  it('keep their place among the selectors, and count as one', async (t) => {
    const live = new LivePolicies();
    t.after(() => live.close());
    const kill = '{action: Sigkill}';
    live.load(
      aPolicy(...SEEK, [
        // Two alternatives, that no condition can join.
        { expression: 'arg0 == 71 && arg1 == 0 || arg0 != 72 && arg0 < 75 && arg0 > 70' },
        { expression: 'arg0 > 70 && arg0 < 80', actions: kill },
      ]),
    );

    const signals = [71, 72, 73, 75, 80].map(seek);

    assert.deepStrictEqual(signals, [null, 'SIGKILL', null, 'SIGKILL', null]);
    assert.deepStrictEqual(await offsetsOf(live), ['71', '72', '73', '75']);
    assert.deepStrictEqual(
      live.policies.counts().map(({ selectors, matched }) => ({ selectors, matched })),
      [{ selectors: 2, matched: 4 }],
    );
    const [activity] = [...live.policies.activityOf('expression').values()];
    assert.deepStrictEqual(activity?.actions, { post: 4, sigkill: 2, monitor_sigkill: 0 });
  });
});
