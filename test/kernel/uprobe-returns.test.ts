/** Policies on what functions of programs return. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { HookEvent } from '../../src/model/event.ts';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-uprobe-returns-'));
const PROBED = join(BASE, 'probed');
copyFileSync(join(repositoryRoot(), 'build/triggers/probed'), PROBED);
after(() => rmSync(BASE, { recursive: true }));

/** `probed_number` returns its argument and 1 together. */
const policy = (name: string, selector: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  uprobes:
  - path: ${PROBED}
    symbols: [probed_number]
    args: [{index: 0, type: int}]
    return: true
    returnArg: {index: 0, type: int64}
    selectors: [{${selector}}]
`;

function run(number: number): { readonly signal: string | null; readonly stdout: string } {
  return spawnSync(PROBED, ['number', String(number)], { encoding: 'utf8' });
}

function load(live: LivePolicies, text: string, mode?: 'monitor'): void {
  const [status] = live.load(text, mode);
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
}

/** Argument and return value. */
function summary(events: readonly HookEvent[]): readonly object[] {
  return events.map(({ args, returned }) => ({
    argument: args[0]?.value,
    returned: returned?.kind === 'returned' ? returned.value.value : returned,
  }));
}

const called = (number: number): object => ({
  argument: { kind: 'int', value: number },
  returned: { kind: 'long', value: BigInt(number + 1) },
});

describe('returns of uprobes', () => {
  it('are in one event with the arguments', async (t) => {
    const live = useLivePolicies(t);
    load(live, policy('all', 'matchActions: [{action: Post}]'));

    const { stdout } = run(41);
    run(-8);

    assert.equal(stdout, '42\n');
    assert.deepStrictEqual(summary(await live.eventsOf('all')), [called(41), called(-8)]);
  });

  it('are compared', async (t) => {
    const live = useLivePolicies(t);
    load(live, policy('low', 'matchReturnArgs: [{index: 0, operator: LT, values: [0]}]'));

    run(41);
    run(-8);

    assert.deepStrictEqual(summary(await live.eventsOf('low')), [called(-8)]);
  });

  it('kill, and not in monitor mode', async (t) => {
    const live = useLivePolicies(t);
    const is = (value: number): string =>
      `matchReturnArgs: [{index: 0, operator: Equal, values: [${value}]}], ` +
      'matchReturnActions: [{action: Sigkill}]';
    load(live, policy('kills', is(42)));
    load(live, policy('watches', is(43)), 'monitor');

    const ends = [40, 41, 42].map((number) => run(number).signal);

    assert.deepStrictEqual(ends, [null, 'SIGKILL', null]);
    const [killed] = await live.eventsOf('kills');
    const [watched] = await live.eventsOf('watches');
    assert.equal(killed?.outcome.signalled, true);
    assert.equal(watched?.outcome.withheld, true);
  });

  it('are waited for by the policies that ask, and by no other', async (t) => {
    const live = useLivePolicies(t);
    load(live, policy('late', 'matchReturnArgs: [{index: 0, operator: Equal, values: [42]}]'));
    const early = policy('early', 'matchActions: [{action: Post}]').replace(
      /return: true\n.*\n/,
      '\n',
    );
    load(live, early);

    run(41);
    run(5);

    assert.deepStrictEqual(summary(await live.eventsOf('late')), [called(41)]);
    assert.deepStrictEqual(
      (await live.eventsOf('early')).map(({ returned }) => returned),
      [undefined, undefined],
    );
  });
});
