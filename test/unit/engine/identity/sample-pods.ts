/** Pods, containers and paths for the tests of identity. */
import type { ContainerNotice, Pod, PodContainer } from '../../../../src/model/pod.ts';

export const UID = '6f1c8b1a-9d2e-4c3b-8a7f-0e1d2c3b4a59';
export const ID: string = 'a1'.repeat(32);
export const PATH: string = `/kubepods/burstable/pod${UID}/${ID}`;

export function sampleContainer(changes: Partial<PodContainer> = {}): PodContainer {
  return {
    name: 'nginx',
    id: ID,
    kind: 'container',
    image: 'registry:5000/shop/nginx:1.27',
    imageId: 'registry:5000/shop/nginx@sha256:00ff',
    startedAt: '2026-01-02T03:04:05Z',
    isPrivileged: false,
    ...changes,
  };
}

export function samplePod(changes: Partial<Pod> = {}): Pod {
  return {
    uid: UID,
    cgroupUid: UID,
    namespace: 'shop',
    name: 'web-0',
    labels: { app: 'web' },
    annotations: {},
    serviceAccount: 'default',
    owner: { kind: 'StatefulSet', name: 'web' },
    hostNetwork: false,
    containers: [sampleContainer()],
    ...changes,
  };
}

export function sampleNotice(changes: Partial<ContainerNotice> = {}): ContainerNotice {
  return {
    id: ID,
    pid: 4711,
    name: 'nginx',
    image: 'registry:5000/shop/nginx:1.27',
    pod: { namespace: 'shop', name: 'web-0', uid: UID },
    isSandbox: false,
    ...changes,
  };
}
