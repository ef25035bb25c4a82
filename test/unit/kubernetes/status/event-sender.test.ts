/** Events tell once of a failure of a version of a policy, and of nothing else. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventSender } from '../../../../src/kubernetes/status/event-sender.ts';
import type { ClusterPolicyStatus } from '../../../../src/model/cluster-policy-status.ts';
import { silentLogger } from '../../../../src/model/log.ts';
import { ManualTimers } from '../../../support/kubernetes/manual-timers.ts';
import { PolicyStore } from '../../../support/kubernetes/policy-store.ts';
import { StoredObjects } from '../../../support/kubernetes/stored-objects.ts';

const MINUTE_MS = 60_000;
const OBJECT = {
  kind: 'TracingPolicyNamespaced',
  namespace: 'shop',
  name: 'watch-mounts',
  uid: 'u1',
  generation: 2,
} as const;
const FAILED: ClusterPolicyStatus = {
  object: OBJECT,
  state: 'load_error',
  hooks: [],
  error: { code: 'POLICY_FIELD_UNKNOWN', message: 'no field `x`', place: '3:5' },
};

interface Stage {
  readonly store: PolicyStore;
  readonly objects: StoredObjects;
  readonly timers: ManualTimers;
  readonly sender: EventSender;
  readonly warnings: string[];
  addNode(node: string): EventSender;
}

function aStage(): Stage {
  const store = new PolicyStore();
  const objects = new StoredObjects(store);
  const timers = new ManualTimers();
  const warnings: string[] = [];
  const logger = {
    ...silentLogger,
    warn: ({ code }: Readonly<Record<string, unknown>>) => void warnings.push(String(code)),
  };
  const addNode = (node: string): EventSender => new EventSender({ node, objects, timers, logger });
  return { store, objects, timers, warnings, addNode, sender: addNode('node-a') };
}

describe('event sender', () => {
  it('creates an event where the policy is', async () => {
    const { store, timers, sender } = aStage();

    sender.report(FAILED);
    await timers.advance(MINUTE_MS);

    const [event, ...others] = store.events.values();
    assert.equal(others.length, 0);
    const { name, namespace } = Object(event?.['metadata']);
    assert.match(name, /^watch-mounts\.[0-9a-f]{16}$/);
    assert.deepStrictEqual(event, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace: 'shop' },
      eventTime: '2026-03-01T12:00:00.000000Z',
      type: 'Warning',
      reason: 'LoadFailed',
      action: 'Load',
      note: 'node-a: 3:5: no field `x` (POLICY_FIELD_UNKNOWN)',
      regarding: {
        apiVersion: 'cilium.io/v1alpha1',
        kind: 'TracingPolicyNamespaced',
        name: 'watch-mounts',
        namespace: 'shop',
        uid: 'u1',
      },
      reportingController: 'warder.agent',
      reportingInstance: 'node-a',
    });
    assert.equal(namespace, 'shop');
  });

  it('puts events about policies of the cluster where servers want them', async () => {
    const { store, timers, sender } = aStage();
    const object = { ...OBJECT, kind: 'TracingPolicy', namespace: '' } as const;

    sender.report({ ...FAILED, object });
    await timers.advance(MINUTE_MS);

    const [event] = store.events.values();
    assert.equal(Object(event?.['metadata']).namespace, 'default');
    assert.equal('namespace' in Object(event?.['regarding']), false);
  });

  it('says nothing when nothing failed', async () => {
    const { objects, timers, sender } = aStage();

    sender.report({ object: OBJECT, state: 'enabled', hooks: [] });
    sender.report({ object: OBJECT, state: 'skipped', hooks: [] });
    await timers.advance(MINUTE_MS);

    assert.equal(objects.requests, 0);
  });

  it('does not say what was over before it could be said', async () => {
    const { store, timers, sender } = aStage();
    const other = { ...OBJECT, uid: 'u2' };

    sender.report(FAILED);
    sender.report({ ...FAILED, object: other });
    sender.report({ object: OBJECT, state: 'enabled', hooks: [] });
    await timers.advance(MINUTE_MS);
    const uids = [...store.events.values()].map(({ regarding }) => Object(regarding).uid);
    assert.deepStrictEqual(uids, ['u2']);

    sender.report(FAILED);
    await timers.advance(MINUTE_MS);

    assert.equal(store.events.size, 2);
  });

  it('says it once, on all nodes and after restarts', async () => {
    const { store, objects, timers, sender, addNode } = aStage();
    sender.report(FAILED);
    sender.report(FAILED);
    await timers.advance(MINUTE_MS);
    sender.report(FAILED);
    await timers.advance(MINUTE_MS);
    assert.deepStrictEqual([objects.requests, store.events.size], [1, 1]);

    const other = addNode('node-b');
    other.report(FAILED);
    await timers.advance(MINUTE_MS);

    assert.deepStrictEqual([other.stats.known, store.events.size], [1, 1]);
  });

  it('says it again of another version, another object or for another reason', async () => {
    const { store, timers, sender } = aStage();

    sender.report(FAILED);
    sender.report({ ...FAILED, object: { ...OBJECT, generation: 3 } });
    sender.report({ ...FAILED, object: { ...OBJECT, uid: 'u2' } });
    sender.report({ ...FAILED, state: 'enabled' });
    await timers.advance(MINUTE_MS);

    const reasons = [...store.events.values()].map(({ reason }) => reason);
    assert.deepStrictEqual(reasons, ['LoadFailed', 'LoadFailed', 'LoadFailed', 'UpdateRefused']);
  });

  it('keeps names and notes to what servers take', async () => {
    const { store, timers, sender } = aStage();
    const name = `${'a'.repeat(199)}.${'b'.repeat(53)}`;
    const error = { code: 'POLICY_X', message: '\u{1f600}'.repeat(2000), place: '' };

    sender.report({ ...FAILED, object: { ...OBJECT, name }, error });
    await timers.advance(MINUTE_MS);

    const [event] = store.events.values();
    const { note, metadata } = Object(event);
    assert.match(metadata.name, /^a{199}\.[0-9a-f]{16}$/);
    assert.ok(Buffer.byteLength(note) <= 1024 && note.startsWith('node-a: \u{1f600}'));
  });

  it('tries again when the server fails, and gives up in the end', async () => {
    const { store, objects, timers, sender, warnings } = aStage();
    objects.failures.push({ status: 500 }, { status: 0 }, { status: 429 }, { status: 401 });
    sender.report(FAILED);
    await timers.advance(10 * MINUTE_MS);
    assert.deepStrictEqual([store.events.size, sender.stats.failed], [1, 4]);

    objects.failures.push(...Array.from({ length: 9 }, () => ({ status: 503 })));
    sender.report({ ...FAILED, object: { ...OBJECT, uid: 'u2' } });
    await timers.advance(100 * MINUTE_MS);

    assert.deepStrictEqual([store.events.size, sender.stats.dropped], [1, 1]);
    assert.deepStrictEqual(warnings, ['K8S_EVENT_FAILED']);
  });

  it('does not insist on what is forbidden', async () => {
    const { objects, timers, sender, warnings } = aStage();
    objects.failures.push({ status: 403 });

    sender.report(FAILED);
    sender.report(FAILED);
    await timers.advance(10 * MINUTE_MS);

    assert.deepStrictEqual([objects.requests, warnings], [1, ['K8S_EVENT_FAILED']]);
  });

  it('lets a bounded number wait', async () => {
    const { timers, sender } = aStage();

    for (let n = 0; n < 300; n += 1) {
      sender.report({ ...FAILED, object: { ...OBJECT, uid: `u${n}` } });
    }
    await timers.advance(10 * MINUTE_MS);

    assert.deepStrictEqual([sender.stats.created, sender.stats.dropped], [256, 44]);
  });
});
