/** The containers of a pod: what it asks for, and what the kubelet says became of it. */
import type { ContainerKind, PodContainer } from '../../model/pod.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../api/fields.ts';

/** Of an id or an image id: `containerd://`, `docker-pullable://`. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//;

/** In the order of the pod: init containers and sidecars, containers, ephemeral containers. */
export function readContainers(spec: Fields, status: Fields): readonly PodContainer[] {
  return [
    ...readGroup(spec['initContainers'], status['initContainerStatuses'], initKindOf),
    ...readGroup(spec['containers'], status['containerStatuses'], () => 'container'),
    ...readGroup(
      spec['ephemeralContainers'],
      status['ephemeralContainerStatuses'],
      () => 'ephemeral',
    ),
  ];
}

/** An init container that is started again goes on next to the others. */
function initKindOf(container: Fields): ContainerKind {
  return container['restartPolicy'] === 'Always' ? 'sidecar' : 'init';
}

function readGroup(
  containers: unknown,
  statuses: unknown,
  kindOf: (container: Fields) => ContainerKind,
): readonly PodContainer[] {
  const byName = new Map(
    listOf(statuses).map((status) => {
      const fields = fieldsOf(status);
      return [textOf(fields['name']), fields] as const;
    }),
  );
  return listOf(containers).map((value) => {
    const container = fieldsOf(value);
    const name = textOf(container['name']);
    const status = byName.get(name) ?? {};
    const startedAt = readStart(status);
    return {
      name,
      id: withoutScheme(status['containerID']),
      kind: kindOf(container),
      image: textOf(container['image']),
      imageId: withoutScheme(status['imageID']),
      ...(startedAt === '' ? {} : { startedAt }),
      isPrivileged: fieldsOf(container['securityContext'])['privileged'] === true,
    };
  });
}

function withoutScheme(value: unknown): string {
  return textOf(value).replace(SCHEME, '');
}

/** While a container waits to be started again, its id is that of the last run. */
function readStart(status: Fields): string {
  const { running, terminated } = fieldsOf(status['state']);
  const last = fieldsOf(fieldsOf(status['lastState'])['terminated']);
  const isLast = last['containerID'] === status['containerID'];
  return (
    textOf(fieldsOf(running)['startedAt']) ||
    textOf(fieldsOf(terminated)['startedAt']) ||
    (isLast ? textOf(last['startedAt']) : '')
  );
}
