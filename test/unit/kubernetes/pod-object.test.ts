/** Pods of an API server in the form of the model. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { identityOf } from '../../../src/kubernetes/api/fields.ts';
import { readPod } from '../../../src/kubernetes/objects/pod-object.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { aPod, theModelOf } from '../../support/cluster-objects.ts';

const HASH = '0123456789abcdef0123456789abcdef';
const ID = 'a'.repeat(64);

function read(patch: Parameters<typeof aPod>[1], name = 'web'): Pod {
  const object = aPod(name, { metadata: { resourceVersion: '1' } });
  const patched = aPod(name, patch);
  const identity = identityOf(object);
  assert.ok(identity !== undefined);
  return readPod(patched, identity);
}

function container(name: string, more: Readonly<Record<string, unknown>> = {}) {
  return { name, image: `${name}:1`, ...more };
}

describe('readPod', () => {
  it('keeps what the model has of a pod, and nothing else', () => {
    assert.deepStrictEqual(read({}), theModelOf('web'));
  });

  it('tells the kinds of containers apart', () => {
    const pod = read({
      spec: {
        initContainers: [container('prepare'), container('proxy', { restartPolicy: 'Always' })],
        containers: [
          container('main'),
          container('root', { securityContext: { privileged: true } }),
        ],
        ephemeralContainers: [container('debug')],
      },
      status: {
        containerStatuses: [],
        initContainerStatuses: [{ name: 'proxy', containerID: `cri-o://${ID}` }],
        ephemeralContainerStatuses: [{ name: 'debug', containerID: `docker://${ID}` }],
      },
    });

    assert.deepStrictEqual(
      pod.containers.map(({ name, kind, id, isPrivileged }) => [name, kind, id, isPrivileged]),
      [
        ['prepare', 'init', '', false],
        ['proxy', 'sidecar', ID, false],
        ['main', 'container', '', false],
        ['root', 'container', '', true],
        ['debug', 'ephemeral', ID, false],
      ],
    );
  });

  it('names what was pulled without the scheme of the runtime', () => {
    const imageID = 'docker-pullable://nginx@sha256:12';
    const pod = read({ status: { containerStatuses: [{ name: 'main', imageID }] } });

    assert.equal(pod.containers[0]?.imageId, 'nginx@sha256:12');
  });

  it('knows when the run began whose id it has', () => {
    const startedAt = '2026-01-02T03:04:05Z';
    const containerID = `containerd://${ID}`;
    const startOf = (status: Readonly<Record<string, unknown>>): string | undefined =>
      read({ status: { containerStatuses: [{ name: 'main', containerID, ...status }] } })
        .containers[0]?.startedAt;

    assert.deepStrictEqual(
      [
        startOf({ state: { running: { startedAt } } }),
        startOf({ state: { terminated: { startedAt } } }),
        startOf({ state: { waiting: {} }, lastState: { terminated: { startedAt, containerID } } }),
        startOf({ state: { waiting: {} }, lastState: { terminated: { startedAt } } }),
        startOf({ state: { waiting: {} } }),
      ],
      [startedAt, startedAt, startedAt, undefined, undefined],
    );
  });

  it('tells host networking', () => {
    assert.deepStrictEqual(
      [read({ spec: { hostNetwork: true } }).hostNetwork, read({}).hostNetwork],
      [true, false],
    );
  });

  it('leaves out annotations that are documents, and those beyond the bound', () => {
    const short = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`key-${index + 10}`, 'v'.repeat(1000)]),
    );
    const last = 'kubectl.kubernetes.io/last-applied-configuration';
    const pod = read({
      metadata: { annotations: { note: 'kept', long: 'x'.repeat(1025), [last]: '{}', ...short } },
    });

    const keys = Object.keys(pod.annotations);

    assert.equal(pod.annotations['note'], 'kept');
    assert.deepStrictEqual([keys.includes('long'), keys.includes(last)], [false, false]);
    assert.equal(keys.length, 1 + Math.floor((16 * 1024 - 8) / 1006));
  });
});

describe('a pod of a file', () => {
  const uidOf = (hash: string, mirror?: string): string =>
    read({
      metadata: {
        annotations: {
          'kubernetes.io/config.hash': hash,
          ...(mirror === undefined ? {} : { 'kubernetes.io/config.mirror': mirror }),
        },
      },
    }).cgroupUid;

  it('has the cgroups of the file', () => assert.equal(uidOf(HASH, HASH), HASH));

  it('is not any pod that says so in one annotation, or names the uid of another', () => {
    const victim = '0b9f3c1e-1111-4222-8333-444455556666';

    assert.deepStrictEqual(
      [uidOf(HASH), uidOf(HASH, 'other'), uidOf(victim, victim)],
      ['uid-of-web', 'uid-of-web', 'uid-of-web'],
    );
  });
});

describe('the owner of a pod', () => {
  const cases: readonly (readonly [string, string, string | undefined, string | undefined])[] = [
    ['ReplicaSet', 'web-5d4f8', '5d4f8', 'Deployment web'],
    ['ReplicaSet', 'my-web-app-5d4f8', '5d4f8', 'Deployment my-web-app'],
    ['ReplicaSet', 'web-by-hand', undefined, 'ReplicaSet web-by-hand'],
    ['ReplicaSet', 'web-by-hand', '5d4f8', 'ReplicaSet web-by-hand'],
    ['ReplicaSet', '-5d4f8', '5d4f8', 'ReplicaSet -5d4f8'],
    ['Job', 'backup-28571440', undefined, 'CronJob backup'],
    ['Job', 'nightly-backup-1700000000', undefined, 'CronJob nightly-backup'],
    ['Job', 'backup-2024', undefined, 'Job backup-2024'],
    ['Job', 'backup', undefined, 'Job backup'],
    ['Job', '-28571440', undefined, 'Job -28571440'],
    ['StatefulSet', 'db', 'db', 'StatefulSet db'],
    ['DaemonSet', 'agent-28571440', undefined, 'DaemonSet agent-28571440'],
    ['Node', 'node-1', undefined, 'Node node-1'],
    ['Rollout', 'web', undefined, 'Rollout web'],
  ];
  for (const [kind, name, hash, expected] of cases) {
    it(`is ${expected} for ${kind} ${name}${hash === undefined ? '' : ` and hash ${hash}`}`, () => {
      const { owner } = read({
        metadata: {
          labels: { 'pod-template-hash': hash ?? null },
          ownerReferences: [
            { kind: 'Other', name: 'no-controller' },
            { kind, name, controller: true },
          ],
        },
      });

      assert.equal(owner && `${owner.kind} ${owner.name}`, expected);
    });
  }

  it('is absent without a controller', () => {
    const ownerReferences = [{ kind: 'ReplicaSet', name: 'web', controller: false }];

    assert.equal(read({ metadata: { ownerReferences } }).owner, undefined);
  });
});
