/** Types that policies leave to the kernel, on a real one: what is read is what is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { CapabilityName } from '../../src/model/capability.ts';
import type { ArgumentValue } from '../../src/model/event.ts';
import { type LivePolicies, useLivePolicies } from '../support/live-policies.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const MATRIX = join(repositoryRoot(), 'build/triggers/matrix');
const BY_MATRIX = `matchBinaries: [{operator: In, values: [${MATRIX}]}]`;

function load(t: TestContext, need: CapabilityName, entry: string): LivePolicies | undefined {
  const found = thisKernel().capabilities.find(({ name }) => name === need);
  if (!requireCapability(t, need, found ?? { available: false, detail: '' })) return undefined;
  const live = useLivePolicies(t);
  const [status] = live.load(`
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: auto}
spec: {${entry}}
`);
  assert.equal(status?.state, 'enabled', JSON.stringify(status));
  return live;
}

const run = (text: string, number: number): void => {
  spawnSync(MATRIX, ['calls', text, String(number)]);
};

async function valuesOf(live: LivePolicies): Promise<readonly (ArgumentValue | undefined)[]> {
  return (await live.eventsOf('auto')).map(({ args: [first] }) => first?.value);
}

describe('the type auto', () => {
  it('is that of the parameter of a function', async (t) => {
    const match = 'matchArgs: [{index: 0, operator: Equal, values: [901]}]';
    const hook = 'call: security_task_prctl, syscall: false, args: [{index: 0, type: auto}]';
    const selectors = `selectors: [{${BY_MATRIX}, ${match}}]`;
    const live = load(t, 'fentry', `kprobes: [{${hook}, ${selectors}}]`);
    if (live === undefined) return;

    for (const number of [901, 902]) run('/etc/hostname', number);

    assert.deepStrictEqual(await valuesOf(live), [{ kind: 'int', value: 901 }]);
  });

  it('is that of the parameter of a security hook', async (t) => {
    const match = 'matchArgs: [{index: 0, operator: Equal, values: [/etc/passwd]}]';
    const hook = 'hook: file_open, args: [{index: 0, type: auto}]';
    const live = load(t, 'lsm', `lsmhooks: [{${hook}, selectors: [{${BY_MATRIX}, ${match}}]}]`);
    if (live === undefined) return;

    for (const path of ['/etc/passwd', '/etc/group']) run(path, 901);

    const paths = (await valuesOf(live)).map((value) => value?.kind === 'file' && value.path);
    assert.deepStrictEqual([...new Set(paths)], ['/etc/passwd']);
  });
});
