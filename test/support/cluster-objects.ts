/** Objects as users and kubelets write them, for the API server of the tests. */
import type { Pod } from '../../src/model/pod.ts';
import type { ApiServer } from './api-server/api-server.ts';
import type { ObjectKey } from './api-server/object-store.ts';
import { RESOURCES } from './api-server/resources.ts';
import { type Json, jsonOf, mergePatch } from './api-server/stored-object.ts';

export const NODE_NAME = 'node-1';

/** By its plural, in the core group or in that of policies. */
export function keyOf(plural: string, namespace: string, name: string): ObjectKey {
  const resource = RESOURCES.find((kind) => kind.plural === plural);
  if (resource === undefined) throw new Error(`no resource ${plural}`);
  return { resource, namespace, name };
}

/** A running pod of this node; `patch` is merged into it. */
export function aPod(name: string, patch: Json = {}): Json {
  const pod = {
    metadata: {
      namespace: 'shop',
      name,
      uid: `uid-of-${name}`,
      labels: { app: name },
      managedFields: [{ manager: 'kubelet', fieldsV1: { 'f:status': {} } }],
    },
    spec: {
      nodeName: NODE_NAME,
      serviceAccountName: 'default',
      containers: [{ name: 'main', image: 'nginx:1.27' }],
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'main',
          containerID: `containerd://${idOf(name)}`,
          imageID: 'docker.io/library/nginx@sha256:1234',
          state: { running: { startedAt: '2026-05-04T03:02:01Z' } },
        },
      ],
    },
  };
  return jsonOf(mergePatch(pod, patch));
}

/** What the model makes of `aPod(name)`. */
export function theModelOf(name: string, changes: Partial<Pod> = {}): Pod {
  return {
    uid: `uid-of-${name}`,
    cgroupUid: `uid-of-${name}`,
    namespace: 'shop',
    name,
    labels: { app: name },
    annotations: {},
    serviceAccount: 'default',
    hostNetwork: false,
    containers: [
      {
        name: 'main',
        id: idOf(name),
        kind: 'container',
        image: 'nginx:1.27',
        imageId: 'docker.io/library/nginx@sha256:1234',
        startedAt: '2026-05-04T03:02:01Z',
        isPrivileged: false,
      },
    ],
    ...changes,
  };
}

/** A policy that watches a system call. */
export function aPolicy(call: string): Json {
  return { spec: { kprobes: [{ call, syscall: true }] } };
}

/** Creates it, or changes it by a merge patch. */
export function putObject(server: ApiServer, key: ObjectKey, body: Json): void {
  const before = server.store.get(key);
  if (before === undefined) server.store.create(key, body);
  else server.store.replace(key, before, jsonOf(mergePatch(before, body)));
}

/** Creates it, or changes it by a merge patch: a pod of the namespace `shop`. */
export function putPod(server: ApiServer, name: string, patch: Json = {}): void {
  const key = keyOf('pods', 'shop', name);
  putObject(server, key, server.store.get(key) === undefined ? aPod(name, patch) : patch);
}

export function deletePod(server: ApiServer, name: string): void {
  server.store.delete(keyOf('pods', 'shop', name));
}

function idOf(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
}
