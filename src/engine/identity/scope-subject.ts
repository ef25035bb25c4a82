/** What scopes see of a workload. */
import type { ScopeSubject } from '../../model/scope.ts';
import type { ContainerWorkload, Workload } from '../../model/workload.ts';

/** Whom the kernel should take a workload for. */
export function subjectOf(workload: Workload): ScopeSubject {
  if (workload.kind === 'unknown') return { kind: 'unnamed' };
  if (workload.kind !== 'container') return { kind: 'host' };
  // A container of Docker alone is a process of this machine, outside of pods.
  if (workload.podUid === '') return { kind: 'host' };
  const { pod, container, unknown } = workload;
  if (pod === undefined) return { kind: 'unnamed' };
  const hasLabels = unknown === undefined || unknown === 'container_pending';
  return {
    kind: 'pod',
    namespace: pod.namespace,
    labels: hasLabels ? pod.labels : undefined,
    container:
      unknown === 'container_pending'
        ? 'unnamed'
        : container && { name: container.name, repo: repositoryOf(container.image) },
  };
}

/** `registry:5000/team/app` of `registry:5000/team/app:1.2@sha256:…`. */
export function repositoryOf(image: string): string {
  const [named = ''] = image.split('@');
  const tag = named.lastIndexOf(':');
  return tag > named.lastIndexOf('/') ? named.slice(0, tag) : named;
}

/** Whether more may be heard of it soon. */
export function isPending({ unknown }: ContainerWorkload): boolean {
  return unknown === 'pod_pending' || unknown === 'container_pending';
}
