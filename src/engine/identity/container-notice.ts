/** What a runtime says of a container: the OCI state that it gives its hooks. */
import type { ContainerNotice } from '../../model/pod.ts';
import { IdentityError } from './errors.ts';

/** The annotations of one runtime. */
interface Keys {
  readonly type: string;
  readonly name: string;
  readonly image: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly podUid: string;
}

/** CRI-O makes annotations of the kubelet's labels, too. */
const CRI_O: Keys = {
  type: 'io.kubernetes.cri-o.ContainerType',
  name: 'io.kubernetes.container.name',
  image: 'io.kubernetes.cri-o.ImageName',
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
};

const CONTAINERD: Keys = {
  type: 'io.kubernetes.cri.container-type',
  name: 'io.kubernetes.cri.container-name',
  image: 'io.kubernetes.cri.image-name',
  podName: 'io.kubernetes.cri.sandbox-name',
  podNamespace: 'io.kubernetes.cri.sandbox-namespace',
  podUid: 'io.kubernetes.cri.sandbox-uid',
};

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
  const keys = keysOf(notes);
  const find = (key: keyof Keys): string => notes.get(keys[key]) ?? '';
  const pod = {
    namespace: find('podNamespace'),
    name: find('podName'),
    uid: find('podUid'),
  };
  return {
    ...{ id, pid, name: find('name'), image: find('image') },
    ...(pod.name !== '' && pod.uid !== '' && { pod }),
    isSandbox: find('type') === 'sandbox',
  };
}

/**
 * The keys of the runtime that wrote the annotations; those of the other are not looked at. CRI-O
 * copies the annotations of a pod, so whoever may make a pod may put containerd's keys there; its
 * own keys it writes after them, and containerd copies none unless it is told to.
 */
function keysOf(notes: ReadonlyMap<string, string>): Keys {
  return notes.has(CRI_O.type) ? CRI_O : CONTAINERD;
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
