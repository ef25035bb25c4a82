/** Fields of containers and of what Kubernetes says of them. */
import { absent, allAbsent, field, holds, type MappedField } from './mapped-field.ts';

/** What the language says of processes that are in no container. */
const HOST = 'host';

/** The controller of the pod, when it is of this kind. */
const controller = (kind: string): MappedField => {
  const guard = holds('k8s.workload.kind', kind);
  return { kind: 'guarded', guard, part: field('k8s.workload.name') };
};

/** Fields that begin with `container` and `k8s`. */
export const WORKLOAD: Readonly<Record<string, MappedField>> = {
  'container.id': { kind: 'fallback', field: 'container.id', value: HOST, isCut: true },
  'container.full_id': { kind: 'fallback', field: 'container.id', value: '' },
  'container.name': { kind: 'fallback', field: 'container.name', value: HOST },
  'container.type': { kind: 'fallback', field: 'container.runtime', value: HOST },
  'container.image': field('container.image'),
  'container.image.repository': field('container.image.repository'),
  'container.image.tag': field('container.image.tag'),
  'container.image.digest': field('container.image.digest'),
  'container.privileged': field('container.privileged'),
  ...allAbsent('it is not known of containers', [
    ...['container.image.id', 'container.image.full_id', 'container.mounts', 'container.mount'],
    ...['container.mount.dest', 'container.mount.source', 'container.mount.mode'],
    ...['container.mount.rdwr', 'container.mount.propagation', 'container.labels'],
    ...['container.label', 'container.start_ts', 'container.duration', 'container.ip'],
    ...['container.cni.json', 'container.healthcheck', 'container.liveness_probe'],
    ...['container.readiness_probe', 'container.host_pid', 'container.host_network'],
    ...['container.host_ipc'],
  ]),
  'k8s.ns.name': field('k8s.namespace'),
  'k8s.pod.name': field('k8s.pod'),
  'k8s.pod.id': field('k8s.pod.uid'),
  'k8s.pod.uid': field('k8s.pod.uid'),
  'k8s.pod.label': field('k8s.pod.label'),
  'k8s.deployment.name': controller('Deployment'),
  'k8s.rs.name': controller('ReplicaSet'),
  'k8s.rc.name': controller('ReplicationController'),
  'k8s.pod.labels': absent('labels are asked for by their names: k8s.pod.label[app]'),
  ...allAbsent('it is not known of pods', [
    ...['k8s.pod.sandbox_id', 'k8s.pod.full_sandbox_id', 'k8s.pod.cni.json', 'k8s.pod.ip'],
    ...['k8s.ns.id', 'k8s.ns.label', 'k8s.ns.labels', 'k8s.rc.id', 'k8s.rc.label'],
    ...['k8s.rc.labels', 'k8s.svc.name', 'k8s.svc.id', 'k8s.svc.label', 'k8s.svc.labels'],
    ...['k8s.rs.id', 'k8s.rs.label', 'k8s.rs.labels', 'k8s.deployment.id'],
    ...['k8s.deployment.label', 'k8s.deployment.labels'],
  ]),
};
