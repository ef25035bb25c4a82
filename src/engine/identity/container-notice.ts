/** What a runtime says of a container: the OCI state that it gives its hooks. */
import type { ContainerNotice } from '../../model/pod.ts';
import { IdentityError } from './errors.ts';

/** Who makes the annotations: containerd's CRI, CRI-O with the kubelet's labels. */
const KEYS = {
  type: ['io.kubernetes.cri.container-type', 'io.kubernetes.cri-o.ContainerType'],
  name: ['io.kubernetes.cri.container-name', 'io.kubernetes.container.name'],
  image: ['io.kubernetes.cri.image-name', 'io.kubernetes.cri-o.ImageName'],
  podName: ['io.kubernetes.cri.sandbox-name', 'io.kubernetes.pod.name'],
  podNamespace: ['io.kubernetes.cri.sandbox-namespace', 'io.kubernetes.pod.namespace'],
  podUid: ['io.kubernetes.cri.sandbox-uid', 'io.kubernetes.pod.uid'],
} as const;

const TEXT_LENGTH_MAX = 4096;

/** Throws ENGINE_CONTAINER_INVALID with the member that is wrong. */
export function readContainerNotice(state: unknown): ContainerNotice {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) {
    throw invalid('', 'is no object');
  }
  const { id, pid, annotations }: Readonly<Record<string, unknown>> = { ...state };
  if (typeof id !== 'string' || id === '' || id.length > TEXT_LENGTH_MAX) {
    throw invalid('id', 'is no id of a container');
  }
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0 || pid > 2 ** 31 - 1) {
    throw invalid('pid', 'is no pid of a process');
  }
  const notes = readAnnotations(annotations ?? {});
  const find = (keys: readonly string[]): string =>
    keys.map((key) => notes.get(key)).find((value) => value !== undefined) ?? '';
  const pod = {
    namespace: find(KEYS.podNamespace),
    name: find(KEYS.podName),
    uid: find(KEYS.podUid),
  };
  return {
    ...{ id, pid, name: find(KEYS.name), image: find(KEYS.image) },
    ...(pod.name !== '' && pod.uid !== '' && { pod }),
    isSandbox: find(KEYS.type) === 'sandbox',
  };
}

/** A map, as a key may be that of something all objects have. */
function readAnnotations(annotations: unknown): ReadonlyMap<string, string> {
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) {
    throw invalid('annotations', 'is no object');
  }
  return new Map(
    Object.entries(annotations).map(([key, value]) => {
      if (typeof value !== 'string') throw invalid(`annotations.${key}`, 'is no text');
      return [key, value.slice(0, TEXT_LENGTH_MAX)];
    }),
  );
}

function invalid(member: string, what: string): IdentityError {
  const place = member === '' ? 'the state' : `${member} of the state`;
  return new IdentityError('ENGINE_CONTAINER_INVALID', `${place} ${what}`);
}
