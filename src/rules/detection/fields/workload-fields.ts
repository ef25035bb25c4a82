/** Reads what rules ask of the container, pod or service of a process. */
import type { DetectionEvent } from '../../../model/detection-event.ts';
import type { Pod, PodContainer } from '../../../model/pod.ts';
import type { ContainerWorkload } from '../../../model/workload.ts';
import type { FieldName } from './field-table.ts';
import type { FieldValue } from './field-value.ts';

type WorkloadField = Extract<
  FieldName,
  `container.${string}` | `k8s.${string}` | 'service.name' | 'node.name' | 'cluster.name'
>;

type Reader = (
  event: DetectionEvent,
  context: unknown,
  key: string | undefined,
) => FieldValue | undefined;

const text = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

function ofContainer(read: (workload: ContainerWorkload) => FieldValue | undefined): Reader {
  return ({ workload }) => (workload?.kind === 'container' ? read(workload) : undefined);
}

function ofImage(read: (container: PodContainer) => FieldValue | undefined): Reader {
  return ofContainer(({ container }) => (container === undefined ? undefined : read(container)));
}

function ofPod(read: (pod: Pod, key: string | undefined) => FieldValue | undefined): Reader {
  return ({ workload }, _context, key) => {
    const pod = workload?.kind === 'container' ? workload.pod : undefined;
    return pod === undefined ? undefined : read(pod, key);
  };
}

function named(values: Readonly<Record<string, string>>, key: string | undefined): FieldValue {
  if (key === undefined) return Object.values(values);
  return Object.hasOwn(values, key) ? (values[key] ?? []) : [];
}

/** An image as it was asked for, in its parts; a part that is not there is empty. */
export function splitImage(image: string): { repository: string; tag: string; digest: string } {
  const [name = '', digest = ''] = image.split('@');
  const colon = name.lastIndexOf(':');
  // A colon before a slash is that of the port of a registry.
  const hasTag = colon > name.lastIndexOf('/');
  const repository = hasTag ? name.slice(0, colon) : name;
  return { repository, tag: hasTag ? name.slice(colon + 1) : '', digest };
}

function digestOf({ image, imageId }: PodContainer): string | undefined {
  return text(splitImage(imageId).digest) ?? text(splitImage(image).digest);
}

/** By field. */
export const WORKLOAD_READERS: Readonly<
  Record<Exclude<WorkloadField, 'node.name' | 'cluster.name'>, Reader>
> = {
  'container.id': ofContainer(({ containerId }) => text(containerId)),
  'container.name': ofImage(({ name }) => text(name)),
  'container.runtime': ofContainer(({ runtime }) => text(runtime)),
  'container.image': ofImage(({ image }) => text(image)),
  'container.image.repository': ofImage(({ image }) => text(splitImage(image).repository)),
  'container.image.tag': ofImage(({ image }) => text(splitImage(image).tag)),
  'container.image.digest': ofImage(digestOf),
  'container.privileged': ofImage(({ isPrivileged }) => isPrivileged),
  'k8s.namespace': ofPod(({ namespace }) => text(namespace)),
  'k8s.pod': ofPod(({ name }) => text(name)),
  'k8s.pod.uid': ofPod(({ uid }) => text(uid)),
  'k8s.pod.label': ofPod(({ labels }, key) => named(labels, key)),
  'k8s.pod.annotation': ofPod(({ annotations }, key) => named(annotations, key)),
  'k8s.pod.host_network': ofPod(({ hostNetwork }) => hostNetwork),
  'k8s.service_account': ofPod(({ serviceAccount }) => text(serviceAccount)),
  'k8s.workload.kind': ofPod(({ owner }) => owner?.kind),
  'k8s.workload.name': ofPod(({ owner }) => owner?.name),
  'service.name': ({ workload }) => (workload?.kind === 'service' ? workload.name : undefined),
};
