/** Lists, macros, modes and scopes of policies, in force on a real kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { useLivePolicies } from '../support/live-policies.ts';
import { repositoryRoot } from '../support/root.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-definitions-'));
const ACT = join(BASE, 'act');
copyFileSync(join(repositoryRoot(), 'build/triggers/act'), ACT);
after(() => rmSync(BASE, { recursive: true }));

const policy = (name: string, spec: string, kind = 'TracingPolicy'): string => `
apiVersion: cilium.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}${kind === 'TracingPolicy' ? '' : ', namespace: web'}}
spec:
${spec}`;
const FROM_ACT = `matchBinaries: [{operator: In, values: [${ACT}]}]`;
const SEEK = `{call: sys_lseek, args: [{index: 1, type: size_t}]`;
const KILL = 'matchActions: [{action: Sigkill}]';
const seekTo = (value: number, actions = ''): string =>
  `matchArgs: [{index: 1, operator: Equal, values: [${value}]}]${actions}`;

describe('lists of calls', () => {
  it('put a policy on every call of the list and on no other', async (t) => {
    const live = useLivePolicies(t);
    const [status] = live.load(
      policy(
        'list',
        `  lists: [{name: some, type: syscalls, values: [sys_lseek, sys_getppid]}]
  kprobes: [{call: "list:some", selectors: [{${FROM_ACT}}]}]`,
      ),
    );

    spawnSync(ACT, ['seek', '1']);
    spawnSync(ACT, ['open', '/etc/hostname']);

    const names = (await live.eventsOf('list')).map(({ functionName }) => functionName);
    assert.deepStrictEqual(
      status?.hooks.map(({ kind, hook }) => `${kind} ${hook}`),
      ['attached sys_lseek', 'attached sys_getppid'],
    );
    assert.deepStrictEqual(
      names.map((name) => name.replace(/^__(x64|arm64)_/, '')),
      ['sys_lseek'],
    );
  });
});

describe('macros', () => {
  it('bring their conditions into every selector that names them', async (t) => {
    const live = useLivePolicies(t);
    live.load(
      policy(
        'macros',
        `  selectorsMacros:
    act: {${FROM_ACT}}
    other: {matchBinaries: [{operator: In, values: [/bin/no]}]}
  kprobes:
  - ${SEEK}
    , selectors: [{macros: [other], ${seekTo(41)}}, {macros: [act], ${seekTo(42)}}]}`,
      ),
    );

    const pids = ['41', '42', '43'].map((value) => spawnSync(ACT, ['seek', value]).pid);

    const found = (await live.eventsOf('macros')).map(({ process }) => process.tgid);
    assert.deepStrictEqual(found, [pids[1]]);
  });
});

describe('policy-mode', () => {
  const kill = (name: string, value: number, options: string): string =>
    policy(
      name,
      `  options: [${options}]
  kprobes: [${SEEK}, selectors: [{${FROM_ACT}, ${seekTo(value, `, ${KILL}`)}}]}]`,
    );

  it('reports in monitor mode what enforce mode does', async (t) => {
    const live = useLivePolicies(t);
    live.load(kill('watching', 51, '{name: policy-mode, value: monitor}'));
    live.load(kill('enforcing', 52, '{name: policy-mode, value: enforce}'));

    const signals = ['51', '52'].map((value) => spawnSync(ACT, ['seek', value]).signal);

    const outcome = async (name: string): Promise<readonly unknown[]> =>
      (await live.eventsOf(name)).map(({ action, outcome }) => [action, outcome.signalled]);
    assert.deepStrictEqual(signals, [null, 'SIGKILL']);
    assert.deepStrictEqual(await outcome('watching'), [['Sigkill', false]]);
    assert.deepStrictEqual(await outcome('enforcing'), [['Sigkill', true]]);
  });
});

describe('scopes', () => {
  const scoped = (scope: string, kind?: string): string =>
    policy('scoped', `  ${scope}\n  kprobes: [${SEEK}, selectors: [{${FROM_ACT}}]}]`, kind);
  const SCOPES: readonly (readonly [string, string?])[] = [
    ['podSelector: {matchLabels: {app: web}}'],
    ['podSelector: {}'],
    ['containerSelector: {matchLabels: {name: web}}'],
    ['hostSelector: {}'],
    ['nodeSelector: {matchLabels: {zone: a}}'],
    ['tags', 'TracingPolicyNamespaced'],
  ];
  for (const [scope, kind] of SCOPES) {
    it(`are a load error and attach nothing: ${kind ?? scope}`, async (t) => {
      const live = useLivePolicies(t);
      const [status] = live.load(scoped(kind === undefined ? scope : '', kind));

      spawnSync(ACT, ['seek', '1']);

      assert.equal(status?.state, 'load_error');
      assert.ok(status?.hooks.every((hook) => hook.kind === 'failed'));
      assert.match(JSON.stringify(status?.hooks), /ENGINE_SCOPE_UNKNOWN/);
      assert.deepStrictEqual(await live.eventsOf('scoped'), []);
      assert.deepStrictEqual(live.policies.manager.hooks(), []);
    });
  }

  it('of everything are none', async (t) => {
    const live = useLivePolicies(t);
    const everything = 'podSelector: {}\n  containerSelector: {}\n  hostSelector: {}';
    const [status] = live.load(scoped(everything));

    spawnSync(ACT, ['seek', '1']);

    assert.equal(status?.state, 'enabled');
    assert.equal((await live.eventsOf('scoped')).length, 1);
  });
});
