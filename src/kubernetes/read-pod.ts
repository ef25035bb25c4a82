/** Pods as the API server describes them, cut down to what is used; nothing else is kept. */
import type { ContainerKind, Owner, Pod, PodContainer } from '../model/pod.ts';

type Json = Readonly<Record<string, unknown>>;

/** Of a static pod: the uid that the kubelet knows, by which it names cgroups. */
const STATIC_HASH = 'kubernetes.io/config.hash';
const MIRROR = 'kubernetes.io/config.mirror';
const TEMPLATE_HASH = 'pod-template-hash';

/** Annotations that are long and that nobody looks for; kubectl's is a copy of the whole object. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A pod that is too large to be true does not fill the memory. */
const TEXT_LENGTH_MAX = 4096;

/** Undefined for what is no pod. */
export function readPod(object: unknown): Pod | undefined {
  const { metadata, spec, status } = json(object);
  const { uid, name, namespace, labels, annotations, ownerReferences } = json(metadata);
  if (!isName(uid) || !isName(name) || !isName(namespace)) return undefined;
  const { hostNetwork, serviceAccountName } = json(spec);
  const notes = readTexts(annotations);
  const ownLabels = readTexts(labels);
  const hash = notes[STATIC_HASH] ?? notes[MIRROR];
  const owner = ownerOf(list(ownerReferences), ownLabels);
  return {
    ...{ uid, cgroupUid: hash ?? uid, namespace, name },
    ...{ labels: ownLabels, annotations: withoutCopy(notes) },
    serviceAccount: text(serviceAccountName),
    ...(owner && { owner }),
    hostNetwork: hostNetwork === true,
    containers: readContainers(json(spec), json(status)),
  };
}

function readContainers(spec: Json, status: Json): readonly PodContainer[] {
  const kinds = [
    ['initContainers', 'initContainerStatuses', 'init'],
    ['containers', 'containerStatuses', 'container'],
    ['ephemeralContainers', 'ephemeralContainerStatuses', 'ephemeral'],
  ] as const;
  return kinds.flatMap(([specs, statuses, kind]) => {
    const byName = new Map(
      list(status[statuses]).map((one) => [text(json(one)['name']), json(one)]),
    );
    return list(spec[specs]).map((one) => {
      const described = json(one);
      return readContainer(described, byName.get(text(described['name'])) ?? {}, kind);
    });
  });
}

function readContainer(spec: Json, status: Json, kind: ContainerKind): PodContainer {
  const { running, terminated } = json(status['state']);
  const startedAt = json(running)['startedAt'] ?? json(terminated)['startedAt'];
  const isSidecar = kind === 'init' && spec['restartPolicy'] === 'Always';
  return {
    name: text(spec['name']),
    id: idOf(text(status['containerID'])),
    kind: isSidecar ? 'sidecar' : kind,
    image: text(spec['image']),
    imageId: text(status['imageID']),
    ...(typeof startedAt === 'string' && { startedAt }),
    isPrivileged: json(spec['securityContext'])['privileged'] === true,
  };
}

/** `containerd://<id>`. */
function idOf(containerId: string): string {
  const at = containerId.indexOf('://');
  return at === -1 ? containerId : containerId.slice(at + '://'.length);
}

/** What a Deployment or a CronJob makes is owned by what those make; the names tell. */
function ownerOf(references: readonly unknown[], labels: Pod['labels']): Owner | undefined {
  const controller = references.map(json).find((one) => one['controller'] === true);
  const kind = text(controller?.['kind']);
  const name = text(controller?.['name']);
  if (controller === undefined || kind === '' || name === '') return undefined;
  const config = labels['deploymentconfig'];
  if (kind === 'ReplicationController' && config !== undefined) {
    return { kind: 'DeploymentConfig', name: config };
  }
  const hash = labels[TEMPLATE_HASH];
  if (kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)) {
    return { kind: 'Deployment', name: name.slice(0, -hash.length - 1) };
  }
  const job = kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(name) : null;
  return job === null ? { kind, name } : { kind: 'CronJob', name: job[1] ?? name };
}

function withoutCopy(annotations: Pod['annotations']): Pod['annotations'] {
  const { [LAST_APPLIED]: _, ...others } = annotations;
  return others;
}

function readTexts(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(json(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries.map(([key, one]) => [key, one.slice(0, TEXT_LENGTH_MAX)]));
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= TEXT_LENGTH_MAX;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, TEXT_LENGTH_MAX) : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function json(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
