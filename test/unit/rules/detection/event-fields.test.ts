/** Fields of events: what each reads, and that each is read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectionEvent } from '../../../../src/model/detection-event.ts';
import type { Pod } from '../../../../src/model/pod.ts';
import type { ContainerWorkload } from '../../../../src/model/workload.ts';
import { EventFields } from '../../../../src/rules/detection/fields/event-fields.ts';
import { FIELDS, type FieldName } from '../../../../src/rules/detection/fields/field-table.ts';
import type { FieldValue } from '../../../../src/rules/detection/fields/field-value.ts';
import { aDetectionEvent } from '../../../support/detection-events.ts';
import { aParent, aProcess } from '../../../support/events.ts';

const CONTEXT = {
  nodeName: 'n1',
  clusterName: 'c1',
  userName: (uid: number) => (uid === 0 ? 'root' : undefined),
  toEpochMs: (timeNs: bigint) => Number(timeNs / 1_000_000n) + 1_000,
};

const POD: Pod = {
  uid: 'u1',
  cgroupUid: 'u1',
  namespace: 'shop',
  name: 'web-1',
  labels: { app: 'web' },
  annotations: {},
  serviceAccount: 'default',
  owner: { kind: 'Deployment', name: 'web' },
  hostNetwork: false,
  containers: [],
};

const CONTAINER: ContainerWorkload = {
  kind: 'container',
  containerId: 'c'.repeat(64),
  runtime: 'containerd',
  podUid: 'u1',
  pod: POD,
  container: {
    name: 'main',
    id: 'c'.repeat(64),
    kind: 'container',
    image: 'registry:5000/shop/web:1.2@sha256:aa',
    imageId: 'registry:5000/shop/web@sha256:bb',
    isPrivileged: false,
  },
  isSandbox: false,
};

function read(event: DetectionEvent, field: FieldName, key?: string): FieldValue | undefined {
  return new EventFields(CONTEXT, event).value(field, key);
}

const busybox = aDetectionEvent({
  process: aProcess({ binary: '/usr/bin/busybox', argv: ['-sh', '-c', 'id x'] }),
});
const long = aDetectionEvent({
  process: aProcess({ binary: '/usr/lib/systemd/systemd-executor' }),
});
const orphan = aDetectionEvent();
const child = aDetectionEvent({
  ancestors: [
    aParent({ binary: '/bin/a', argv: ['a', '1'] }),
    aParent({ binary: '/bin/b', argv: ['b'] }),
  ],
});
const nested = aDetectionEvent({
  ancestors: [aParent({ binary: '/usr/bin/containerd-shim-runc-v2' })],
});
const inPod = aDetectionEvent({ workload: CONTAINER });
const inService = aDetectionEvent({ workload: { kind: 'service', name: 'ssh.service' } });

const CASES: readonly (readonly [DetectionEvent, string, FieldValue | undefined])[] = [
  [busybox, 'process.exe.path', ['/usr/bin/busybox', '/usr/bin/sh']],
  [busybox, 'process.name', ['busybox', 'sh']],
  [busybox, 'process.cmdline', '-sh -c id x'],
  [busybox, 'process.args', ['-c', 'id x']],
  [busybox, 'process.args[1]', 'id x'],
  [busybox, 'process.args[2]', undefined],
  [busybox, 'process.arg0', '-sh'],
  [long, 'process.name', ['systemd-executor', 'systemd-executo']],
  [long, 'process.exe.path', ['/usr/lib/systemd/systemd-executor']],
  [orphan, 'process.user', 'root'],
  [orphan, 'process.loginuid', undefined],
  [orphan, 'process.caps.effective', ['CAP_CHOWN', 'CAP_SYS_ADMIN']],
  [orphan, 'parent.name', undefined],
  [orphan, 'ancestors.name', []],
  [orphan, 'container.id', undefined],
  [orphan, 'event.time_ms', 2_000],
  [orphan, 'event.time', '1970-01-01T00:00:02.000Z'],
  [orphan, 'event.number', 1],
  [busybox, 'process.args_text', '-c id x'],
  [nested, 'ancestors.name', ['containerd-shim-runc-v2', 'containerd-shim']],
  [nested, 'ancestors.name[0]', ['containerd-shim-runc-v2', 'containerd-shim']],
  [nested, 'ancestors.name[1]', undefined],
  [child, 'parent.cmdline', 'a 1'],
  [child, 'ancestors.exe.path', ['/bin/a', '/bin/b']],
  [child, 'ancestors.name[1]', ['b']],
  [inPod, 'container.image.repository', 'registry:5000/shop/web'],
  [inPod, 'container.image.tag', '1.2'],
  [inPod, 'container.image.digest', 'sha256:bb'],
  [inPod, 'k8s.pod.label[app]', 'web'],
  [inPod, 'k8s.pod.label[toString]', []],
  [inPod, 'k8s.workload.kind', 'Deployment'],
  [inPod, 'service.name', undefined],
  [inService, 'service.name', 'ssh.service'],
  [inService, 'container.id', undefined],
];

describe('EventFields', () => {
  for (const [event, name, expected] of CASES) {
    it(`reads ${name} as ${JSON.stringify(expected)}`, () => {
      const [, field = '', key] = /^([^[]+)(?:\[(.*)\])?$/.exec(name) ?? [];

      assert.deepStrictEqual(read(event, field as FieldName, key), expected);
    });
  }

  it('reads every field of the table without failing', () => {
    for (const field of Object.keys(FIELDS) as FieldName[]) {
      assert.doesNotThrow(() => read(orphan, field));
      assert.doesNotThrow(() => read(inPod, field, '0'));
    }
  });

  it('reads facts of the event', () => {
    const event = aDetectionEvent({ class: 'file.open', facts: { 'file.path': '/etc/shadow' } });

    assert.equal(read(event, 'file.path'), '/etc/shadow');
    assert.equal(read(event, 'file.old_path'), undefined);
  });
});
