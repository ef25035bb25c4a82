/** Entries say what became of a policy, and are small whatever they are made of. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ENTRY_BYTES_MAX } from '../../../../src/kubernetes/status/status-bounds.ts';
import { boundText, isHealthy, makeEntry } from '../../../../src/kubernetes/status/status-entry.ts';
import type { ClusterPolicyStatus } from '../../../../src/model/cluster-policy-status.ts';
import type { HookStatus } from '../../../../src/model/policy.ts';
import { checkObject } from '../../../support/kubernetes/custom-resource-server.ts';

const OBJECT = {
  kind: 'TracingPolicy',
  namespace: '',
  name: 'a',
  uid: 'u',
  generation: 3,
} as const;
const NOW = '2026-03-01T12:00:00Z';
const BEFORE = '2026-02-01T12:00:00Z';

function aStatus(fields: Partial<ClusterPolicyStatus> = {}): ClusterPolicyStatus {
  return { object: OBJECT, state: 'enabled', hooks: [], ...fields };
}

function attached(hook: string): HookStatus {
  return { kind: 'attached', hook, method: 'fentry' };
}

/** Whether a server would store the entry. */
function refusalOf(entry: object): readonly string[] {
  return checkObject({
    apiVersion: 'cilium.io/v1alpha1',
    kind: 'TracingPolicy',
    metadata: { name: 'a' },
    spec: { loader: true },
    // Null removes: it never gets into an object.
    status: { nodes: { n: Object.fromEntries(Object.entries(entry).filter(([, one]) => one)) } },
  });
}

describe('entries of nodes', () => {
  it('count hooks, and name those that are attached', () => {
    const hooks: readonly HookStatus[] = [attached('a'), { kind: 'not_found', hook: 'b' }];

    assert.deepStrictEqual(makeEntry(aStatus({ hooks, mode: 'enforce' }), undefined, NOW), {
      state: 'enabled',
      mode: 'enforce',
      observedGeneration: 3,
      lastTransitionTime: NOW,
      attached: 1,
      hooks: 2,
      attachedHooks: ['a (fentry)'],
      matchedPods: null,
      error: null,
    });
  });

  it('say why a hook failed, unless there is an error of the whole policy', () => {
    const failed = { kind: 'failed', hook: 'sys_x', code: 'ENGINE_X', reason: 'no x' } as const;
    const error = { code: 'POLICY_Y', message: 'no y', place: '1:2' };
    const status = aStatus({ state: 'load_error', hooks: [attached('a'), failed] });

    const ofHook = makeEntry(status, undefined, NOW);
    const ofPolicy = makeEntry({ ...status, error }, undefined, NOW);

    assert.deepStrictEqual(ofHook.error, { code: 'ENGINE_X', message: 'no x', place: 'sys_x' });
    assert.deepStrictEqual(ofPolicy.error, error);
  });

  it('keep the time while the state is the same, and not when it is another', () => {
    const before = makeEntry(aStatus(), undefined, BEFORE);

    const same = makeEntry(aStatus({ matchedPods: 4 }), before, NOW);
    const other = makeEntry(aStatus({ state: 'disabled' }), before, NOW);

    assert.deepStrictEqual([same.lastTransitionTime, other.lastTransitionTime], [BEFORE, NOW]);
  });

  const texts: Readonly<Record<string, string>> = {
    'long texts': 'x'.repeat(1_000_000),
    'texts of wide characters': '\u{1f600}'.repeat(100_000),
    'texts of quotes': '"'.repeat(100_000),
    'control characters': '\u0000\u001b[31m\n\u009b'.repeat(10_000),
    'broken characters': '\ud83d'.repeat(100_000),
  };
  for (const [name, text] of Object.entries(texts)) {
    it(`stay small and are taken by a server with ${name}`, () => {
      const error = { code: text, message: text, place: text };
      const hooks = Array.from({ length: 500 }, () => attached(text));

      const entry = makeEntry(aStatus({ hooks, error, matchedPods: 2 ** 40 }), undefined, NOW);

      const json = JSON.stringify(entry);
      assert.ok(Buffer.byteLength(json) <= ENTRY_BYTES_MAX, `${Buffer.byteLength(json)} bytes`);
      assert.deepStrictEqual(refusalOf(entry), []);
      assert.equal(entry.hooks, 500);
      assert.ok((entry.error?.message.length ?? 0) > 0);
    });
  }

  it('are of a healthy node when nothing is wrong there', () => {
    const error = { code: 'POLICY_Y', message: 'no y', place: '' };

    assert.equal(isHealthy({ state: 'skipped', error: null }), true);
    assert.equal(isHealthy({ state: 'enabled', error }), false);
    assert.equal(isHealthy({ state: 'load_error', error: null }), false);
  });
});

describe('boundText', () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['a\tb\nc', 5, 'a b c'],
    ['\u{1f600}\u{1f600}\u{1f600}', 3, '\u{1f600}\u{1f600}\u{1f600}'],
    ['\u{1f600}\u{1f600}\u{1f600}', 2, '\u{1f600}…'],
  ];
  for (const [text, max, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)} for ${max}`, () => {
      assert.equal(boundText(text, max), expected);
    });
  }
});
