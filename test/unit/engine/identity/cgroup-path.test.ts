/** Paths of cgroups as runtimes and kubelets make them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CgroupPlace, placeOfCgroup } from '../../../../src/engine/identity/cgroup-path.ts';

const ID = '0123456789abcdef'.repeat(4);
const OTHER = 'fedcba9876543210'.repeat(4);
const UID = '6f1c8b1a-9d2e-4c3b-8a7f-0e1d2c3b4a59';
const UID_ = UID.replaceAll('-', '_');
const SECOND = '11111111-2222-3333-4444-555555555555';
const STATIC = 'ab'.repeat(16);

const container = (runtime: string, podUid: string, containerId = ID): CgroupPlace => ({
  kind: 'container',
  containerId,
  runtime,
  podUid,
});

const SLICE = `kubepods-burstable-pod${UID_}.slice`;
const KIND = `/docker/${OTHER}/kubelet.slice/kubelet-kubepods.slice`;
const POD = `/kubepods.slice/kubepods-burstable.slice/${SLICE}`;

const CRI = `${POD}/cri-containerd-${ID}.scope`;
const USER = '/user.slice/user-1000.slice/user@1000.service';
const USER_SERVICE: CgroupPlace = { kind: 'service', name: 'user@1000.service' };

/** In a node that is the container OTHER. */
const NODE_CASES: readonly [string, string, CgroupPlace][] = [
  ['kind', `/docker/${OTHER}/kubelet/kubepods/burstable/pod${UID}/${ID}`, container('', UID)],
  [
    'kind, systemd',
    `${KIND}/kubelet-kubepods-burstable.slice/kubelet-${SLICE}/cri-containerd-${ID}.scope`,
    container('containerd', UID),
  ],
  [
    'a node in a pod',
    `/kubepods/pod${SECOND}/${OTHER}/kubepods/pod${UID}/${ID}`,
    container('', UID),
  ],
  [
    'a pod of the node that makes up another',
    `/docker/${OTHER}/kubelet/kubepods/pod${UID}/${ID}/kubepods/pod${SECOND}/${OTHER}`,
    container('', UID),
  ],
  ['what else is in the node', `/docker/${OTHER}/system.slice`, container('docker', '', OTHER)],
];

const CASES: readonly [string, string, CgroupPlace][] = [
  ['containerd, systemd', `${POD}/cri-containerd-${ID}.scope`, container('containerd', UID)],
  ['containerd, cgroupfs', `/kubepods/burstable/pod${UID}/${ID}`, container('', UID)],
  [
    'containerd with a mixed-up driver',
    `/${SLICE}:cri-containerd:${ID}`,
    container('containerd', UID),
  ],
  ['CRI-O, systemd', `${POD}/crio-${ID}.scope`, container('cri-o', UID)],
  ['CRI-O with a cgroup inside', `${POD}/crio-${ID}.scope/container`, container('cri-o', UID)],
  ['CRI-O, cgroupfs', `/kubepods/besteffort/pod${UID}/crio-${ID}`, container('cri-o', UID)],
  ['Docker in a pod', `${POD}/docker-${ID}.scope`, container('docker', UID)],
  [
    'guaranteed',
    `/kubepods.slice/kubepods-pod${UID_}.slice/cri-containerd-${ID}.scope`,
    container('containerd', UID),
  ],
  ['a static pod', `/kubepods/burstable/pod${STATIC}/${ID}`, container('', STATIC)],
  [
    'a pod that a pod makes up',
    `/kubepods/pod${UID}/${ID}/kubepods/pod${SECOND}/${OTHER}`,
    container('', UID),
  ],
  ['a pod that a pod begins to make up', `${CRI}/pod${SECOND}`, container('containerd', UID)],
  [
    'pods in Docker beside the node',
    `/docker/${ID}/kubelet/kubepods/pod${UID}/${OTHER}`,
    container('docker', ''),
  ],
  ['a pod that a user makes up', `${USER}/kubepods/pod${UID}/${ID}`, container('', '')],
  ['pods that a user makes up', `${USER}/kubepods/pod${UID}`, USER_SERVICE],
  [
    'Docker in a pod of its own',
    `${POD}/cri-containerd-${ID}.scope/docker/${OTHER}`,
    container('containerd', UID),
  ],
  ['Docker, systemd', `/system.slice/docker-${ID}.scope`, container('docker', '')],
  ['Docker, cgroupfs', `/docker/${ID}`, container('docker', '')],
  ['Docker in Docker', `/docker/${ID}/docker/${OTHER}`, container('docker', '')],
  ['podman', `/machine.slice/libpod-${ID}.scope/container`, container('podman', '')],
  ['podman, cgroupfs', `/libpod_parent/libpod-${ID}`, container('podman', '')],
  [
    'a rootless podman',
    `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`,
    container('podman', ''),
  ],
  ['a service', '/system.slice/ssh.service', { kind: 'service', name: 'ssh.service' }],
  [
    'a part of a service',
    '/system.slice/ssh.service/part',
    { kind: 'service', name: 'ssh.service' },
  ],
  [
    'a session',
    '/user.slice/user-0.slice/session-3.scope',
    { kind: 'service', name: 'session-3.scope' },
  ],
  ['the root', '/', { kind: 'host' }],
  ['a slice', '/system.slice', { kind: 'host' }],
  ['all pods', '/kubepods.slice', { kind: 'pods' }],
  ['a pod, before its containers', POD, { kind: 'pods' }],
  ['the monitor of CRI-O', `${POD}/crio-conmon-${ID}.scope`, { kind: 'host' }],
  [
    'the monitor of podman',
    `/machine.slice/libpod-conmon-${ID}.scope`,
    { kind: 'service', name: `libpod-conmon-${ID}.scope` },
  ],
  ['a name that only looks like pods', '/kubepodsy/x', { kind: 'host' }],
  ['a uid that is none', `/system.slice/podium-${'x'.repeat(36)}`, { kind: 'host' }],
  ['an id that is too short', `/docker/${ID.slice(1)}`, { kind: 'host' }],
  ['an id with a letter that is no digit', `/docker/${ID.slice(1)}g`, { kind: 'host' }],
  ['an id that runs into a name', `/docker/x${ID}`, { kind: 'host' }],
];

describe('placeOfCgroup', () => {
  for (const [name, path, place] of CASES) {
    it(`knows ${name}`, () => assert.deepStrictEqual(placeOfCgroup(path), place));
  }

  for (const [name, path, place] of NODE_CASES) {
    it(`knows ${name}`, () =>
      assert.deepStrictEqual(
        placeOfCgroup(path, (containerId) => containerId === OTHER),
        place,
      ));
  }

  it('takes no longer for a name made to confuse it', () => {
    const path = `/${'pod'.repeat(80)}${'-'.repeat(200)}${'f'.repeat(255)}`.repeat(8);
    assert.equal(placeOfCgroup(path).kind, 'host');
  });
});
