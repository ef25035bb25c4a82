/** Calls that the agent makes to see whether what it attached runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { tryHook } from '../../src/engine/sensors/canary.ts';
import { attachStub } from '../../src/engine/sensors/hook-program.ts';
import type { CapabilityName } from '../../src/model/capability.ts';
import { silentLogger } from '../../src/model/log.ts';
import type { Hook } from '../../src/model/plan.ts';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const policy = (name: string, section: string): string => `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: ${name}}
spec:
  ${section}
`;

/** Whoever does what the canary does is killed. */
const KILLS = `kprobes: [{call: sys_openat, args: [{index: 1, type: string}],
    selectors: [{matchArgs: [{index: 1, operator: Equal, values: [/proc/self/status]}],
      matchActions: [{action: Sigkill}]}]}]`;

function load(
  t: TestContext,
  need: CapabilityName,
  ...policies: readonly string[]
): LivePolicies | undefined {
  const found = thisKernel().capabilities.find(({ name }) => name === need);
  if (!requireCapability(t, need, found ?? { available: false, detail: '' })) return undefined;
  const live = useLivePolicies(t);
  const statuses = policies.flatMap((text) => live.load(text));
  const failed = statuses.filter(({ state }) => state !== 'enabled');
  assert.deepStrictEqual(failed, []);
  return live;
}

/** By hook, of those that the policy names. */
function canariesOf(live: LivePolicies): Readonly<Record<string, string>> {
  const hooks = [...live.policies.signs()].filter(([hook]) => hook !== 'loader');
  return Object.fromEntries(hooks.map(([hook, { canary }]) => [hook, canary]));
}

describe('canaries', () => {
  it('show that functions of the kernel run, where there is a harmless call', (t) => {
    const calls = ['sys_openat', 'sys_read', 'sys_close', 'sys_write', 'sys_statx'];
    const more = ['sys_getdents64', 'sys_kexec_load'];
    const functions = ['security_file_open', 'security_file_permission', 'vfs_read', 'vfs_write'];
    const others = ['security_inode_getattr', 'vfs_statx', 'iterate_dir', 'do_filp_open'];
    const rest = ['security_inode_readlink'];
    const quiet = 'selectors: [{matchBinaries: [{operator: In, values: [/nothing]}]}]';
    const entries = [
      ...[...calls, ...more].map((call) => `{call: ${call}, ${quiet}}`),
      ...[...functions, ...others, ...rest].map(
        (call) => `{call: ${call}, syscall: false, ${quiet}}`,
      ),
    ];
    const live = load(t, 'fentry', policy('many', `kprobes: [${entries.join(', ')}]`));
    if (live === undefined) return;

    const canaries = canariesOf(live);

    assert.equal(canaries['sys_kexec_load'], 'untried');
    const silent = Object.keys(canaries).filter((hook) => canaries[hook] !== 'ran');
    assert.deepStrictEqual(silent, ['sys_kexec_load']);
    assert.equal(Object.keys(canaries).length, entries.length);
  });

  it('show that security hooks run', (t) => {
    const hook = 'hook: file_open, selectors: [{matchBinaries: [{operator: In, values: [/no]}]}]';
    const live = load(t, 'lsm', policy('opened', `lsmhooks: [{${hook}}]`));
    if (live === undefined) return;

    assert.deepStrictEqual(Object.values(canariesOf(live)), ['ran']);
  });

  it('are not seen by the policy that is being put in force', async (t) => {
    const live = load(t, 'fentry', policy('kills', KILLS));
    if (live === undefined) return;

    assert.deepStrictEqual(canariesOf(live), { sys_openat: 'ran' });
    assert.deepStrictEqual(await live.eventsOf('kills'), []);
  });

  it('tell of a program that does not run', (t) => {
    const live = load(t, 'fentry');
    if (live === undefined) return;
    const environment = {
      objectDirectory: join(repositoryRoot(), 'build/bpf'),
      ...{ shared: live.base.maps, logger: silentLogger },
      ...{ checkLayout: () => {}, watchSockets: () => {}, endTrees: () => {} },
    };
    const opening: Hook = { kind: 'syscall', name: 'openat' };
    const other: Hook = { kind: 'syscall', name: 'kexec_load' };
    const [stub, twin] = [other, opening].map((hook) => attachStub(environment, hook, 'fentry'));
    t.after(() => {
      for (const one of [stub, twin]) one?.close();
    });
    assert.ok(stub !== undefined && twin !== undefined);

    assert.equal(tryHook(opening, stub.program), 'silent');
    assert.equal(tryHook(opening, twin.program), 'ran');
    assert.equal(tryHook(other, stub.program), 'untried');
  });
});
