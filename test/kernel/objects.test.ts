/**
 * Arguments that are objects of the kernel: what is read of them, and what is compared. Each case
 * has a trigger that must match and a twin that must not.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { encodeArgument } from '../../src/exporters/formats/tetragon-json/encode-argument.ts';
import { useLivePolicies } from '../support/live-policies.ts';
import { type ObjectCase, objectCases } from '../support/object-cases.ts';
import { requireCapability } from '../support/require-capability.ts';
import { repositoryRoot } from '../support/root.ts';
import { thisKernel } from '../support/this-kernel.ts';

const BASE = mkdtempSync(join(tmpdir(), 'warder-objects-'));
const OBJECTS = join(BASE, 'objects');
spawnSync('mknod', [join(BASE, 'random'), 'c', '1', '9']);
copyFileSync(join(repositoryRoot(), 'build/triggers/objects'), OBJECTS);
after(() => rmSync(BASE, { recursive: true }));

function policyOf({ call, args, match, isSyscall }: ObjectCase): string {
  return `
apiVersion: cilium.io/v1alpha1
kind: TracingPolicy
metadata: {name: objects}
spec:
  kprobes:
    - call: ${call}
      syscall: ${isSyscall ?? false}
      args: [${args}]
      selectors:
        - matchArgs: [${match}]
          matchBinaries: [{operator: In, values: [${OBJECTS}]}]
`;
}

function hasFentry(test: TestContext): boolean {
  const found = thisKernel().capabilities.find(({ name }) => name === 'fentry');
  return requireCapability(test, 'fentry', found ?? { available: false, detail: 'not probed' });
}

describe('objects of the kernel as arguments', () => {
  for (const one of objectCases(BASE)) {
    it(one.type, async (t) => {
      if (!one.isSyscall && !hasFentry(t)) return;
      const live = useLivePolicies(t);
      const [status] = live.load(policyOf(one));
      assert.equal(status?.state, 'enabled', JSON.stringify(status));

      const twin = spawnSync(OBJECTS, one.twin);
      const trigger = spawnSync(OBJECTS, one.trigger);
      const events = await live.eventsOf('objects');

      assert.deepStrictEqual([twin.status, trigger.status], [0, 0], String(trigger.error));
      assert.ok(events.length > 0, 'the trigger did not match');
      assert.deepStrictEqual(
        [...new Set(events.map(({ process }) => process.tgid))],
        [trigger.pid],
      );
      const [argument] = events[0]?.args ?? [];
      assert.ok(argument);
      assert.partialDeepStrictEqual(encodeArgument(argument), one.json);
    });
  }
});
