/** What the path of a cgroup says about whom it is for. */

/** A container, by the components of a path. */
export interface ContainerPlace {
  readonly kind: 'container';
  readonly containerId: string;
  /** Empty when the path does not tell. */
  readonly runtime: string;
  /** Empty outside of Kubernetes. */
  readonly podUid: string;
}

export type CgroupPlace =
  | ContainerPlace
  /** Of Kubernetes, above its containers: nothing runs there but what is to become a container. */
  | { readonly kind: 'pods' }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'host' };

const HOST: CgroupPlace = { kind: 'host' };
const PODS: CgroupPlace = { kind: 'pods' };

/** Digits of a container id, as every runtime makes them. */
const ID_LENGTH = 64;
const HEX = /^[0-9a-f]+$/;
const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Of a static pod: a hash of its file. */
const STATIC_UID = /^[0-9a-f]{32}$/;

/** What stands before the id, and whose it is. */
const RUNTIMES: Readonly<Record<string, string>> = {
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
  docker: 'docker',
  libpod: 'podman',
  'libpod-payload': 'podman',
};

/** Processes of a runtime that watch over a container from beside it. */
const MONITORS: readonly string[] = ['crio-conmon', 'libpod-conmon'];

/** Directories of runtimes that name their containers by the id alone. */
const PARENTS: Readonly<Record<string, string>> = { docker: 'docker', libpod_parent: 'podman' };

/** Below it users have cgroups that they may name as they like. */
const USERS = 'user.slice';

/** Whether a container is a machine to this agent: a node of a cluster in it, as in kind. */
export type NodeTest = (containerId: string) => boolean;

/**
 * Reads a path of the default hierarchy or, of version 1, of any: those of kubelets with both
 * drivers, of containerd, CRI-O, Docker and podman, nested ones too. The outermost container counts
 * that is no node: who may make cgroups in a container may give them the names of other pods.
 */
export function placeOfCgroup(path: string, isNode: NodeTest = () => false): CgroupPlace {
  const parts = path.split('/').filter((part) => part !== '');
  let podUid = '';
  let container: ContainerPlace | undefined;
  let isOfPods = false;
  for (const [at, part] of parts.entries()) {
    if (container !== undefined && !isNode(container.containerId)) return container;
    const mayBePod = container !== undefined || !parts.slice(0, at).includes(USERS);
    const uid = mayBePod ? podUidOf(part) : '';
    if (uid !== '') {
      podUid = uid;
      container = undefined;
    }
    isOfPods ||= mayBePod && isPodsDirectory(part);
    container ??= containerOf(part, parts[at - 1] ?? '', podUid);
  }
  return container ?? placeBesideContainers(parts, isOfPods || podUid !== '');
}

function placeBesideContainers(parts: readonly string[], isOfPods: boolean): CgroupPlace {
  if (isOfPods) return isMonitor(parts) ? HOST : PODS;
  return serviceOf(parts);
}

function isPodsDirectory(part: string): boolean {
  return /^(?:kubelet-)?kubepods(?:[-.]|$)/.test(part);
}

/** `pod<uid>`, `kubepods-burstable-pod<uid_>.slice`, and that with `:cri-containerd:<id>`. */
function podUidOf(part: string): string {
  const [slice = ''] = part.split(':');
  const name = slice.endsWith('.slice') ? slice.slice(0, -'.slice'.length) : slice;
  const at = name.lastIndexOf('pod');
  if (at > 0 && name[at - 1] !== '-') return '';
  const uid = name.slice(at + 'pod'.length).replaceAll('_', '-');
  return at >= 0 && (UID.test(uid) || STATIC_UID.test(uid)) ? uid : '';
}

function containerOf(part: string, above: string, podUid: string): ContainerPlace | undefined {
  const name = part.endsWith('.scope') ? part.slice(0, -'.scope'.length) : part;
  const containerId = name.slice(-ID_LENGTH);
  if (containerId.length < ID_LENGTH || !HEX.test(containerId)) return undefined;
  const before = name.slice(0, -ID_LENGTH);
  const prefix = before.slice(0, -1).split(':').at(-1) ?? '';
  if (before !== '' && !/[-:]$/.test(before)) return undefined;
  if (MONITORS.includes(prefix)) return undefined;
  const runtime = before === '' ? (PARENTS[above] ?? '') : (RUNTIMES[prefix] ?? '');
  return { kind: 'container', containerId, runtime, podUid };
}

function isMonitor(parts: readonly string[]): boolean {
  return parts.some((part) => MONITORS.some((name) => part.startsWith(`${name}-`)));
}

/** The innermost unit of systemd that is not only a part of the tree. */
function serviceOf(parts: readonly string[]): CgroupPlace {
  const name = parts.findLast((part) => part.endsWith('.service') || part.endsWith('.scope'));
  return name === undefined ? HOST : { kind: 'service', name };
}
