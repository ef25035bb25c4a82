/** The keys `pod` and `docker` of a process. */
import type { ContainerWorkload, Workload } from '../../../model/workload.ts';
import type { JsonContainer, JsonPod } from './json-pod.ts';

type Labels = Readonly<Record<string, string>>;

/** Characters of a container id in `docker`. */
const DOCKER_LENGTH = 31;

/** `docker-<id>.scope`, `cri-containerd-<id>.scope`, `crio-<id>`, or the id alone. */
const CONTAINER_CGROUP = /^(?:[a-z][a-z-]*-)?([0-9a-f]{64})(?:\.scope)?$/;

/** `docker`; where nobody follows cgroups, by the name of the last one in the path. */
export function encodeDocker(
  workload: Workload | undefined,
  cgroupName: string,
): string | undefined {
  if (workload?.kind === 'container') return workload.containerId.slice(0, DOCKER_LENGTH);
  if (workload?.kind === 'service' || workload?.kind === 'host') return undefined;
  // CRI-O runs its monitor beside the container, in a cgroup with the container's id.
  if (cgroupName.length < 64 || cgroupName.startsWith('crio-conmon-')) return undefined;
  return CONTAINER_CGROUP.exec(cgroupName)?.[1]?.slice(0, DOCKER_LENGTH);
}

/** `pod`; undefined outside of pods, and for a pod that nobody has named. */
export function encodePod(
  workload: Workload | undefined,
  hasAnnotations: boolean,
): JsonPod | undefined {
  if (workload?.kind !== 'container' || workload.pod === undefined) return undefined;
  const { namespace, name, uid, labels, annotations, owner } = workload.pod;
  const isNamed = workload.unknown === undefined || workload.unknown === 'container_pending';
  return {
    namespace,
    name,
    uid,
    container: encodeContainer(workload),
    pod_labels: isEmpty(labels) ? undefined : boundLabels(labels),
    workload: isNamed ? (owner?.name ?? name) : undefined,
    workload_kind: isNamed ? (owner?.kind ?? 'Pod') : undefined,
    pod_annotations: hasAnnotations && !isEmpty(annotations) ? annotations : undefined,
  };
}

function encodeContainer({ container, containerId, runtime }: ContainerWorkload): JsonContainer {
  const id = runtime === '' ? containerId : `${runtime}://${containerId}`;
  if (container === undefined) return { id };
  const { name, image, imageId, startedAt, isPrivileged } = container;
  return {
    id,
    name,
    image: { id: imageId || undefined, name: image || undefined },
    start_time: startedAt,
    security_context: isPrivileged ? { privileged: true } : undefined,
  };
}

/** Characters of the labels of an event. */
const LABELS_LENGTH_MAX = 16 * 1024;

const bounded = new WeakMap<Labels, Labels>();

/**
 * Nothing bounds the labels of a pod but the size of objects: with a megabyte of them in each
 * event, its containers would hold up the events of all others.
 */
function boundLabels(labels: Labels): Labels {
  const known = bounded.get(labels);
  if (known !== undefined) return known;
  let room = LABELS_LENGTH_MAX;
  const kept = Object.entries(labels).filter(([key, value]) => {
    room -= key.length + value.length;
    return room >= 0;
  });
  const shown = room >= 0 ? labels : Object.fromEntries(kept);
  bounded.set(labels, shown);
  return shown;
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  return Object.keys(record).length === 0;
}
