/** What RuntimeHook says of a container, as the OCI state that other runtimes give. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerError } from '../../errors.ts';
import type { CreateContainer } from '../generated/tetragon/tetragon_pb.ts';

/** Says which runtime wrote the annotations. */
const CRI_O_TYPE = 'io.kubernetes.cri-o.ContainerType';
const TYPE = 'io.kubernetes.cri.container-type';

/**
 * The state, with the first process of the cgroup. Fields that stand for annotations go before
 * those of containerd; CRI-O writes its own. Throws SERVER_REQUEST_INVALID for a cgroup that is no
 * place below the root, or has no process yet.
 */
export function containerState(container: CreateContainer, cgroupRoot: string): object {
  const { cgroupsPath, containerID: id, annotations } = container;
  const given = new Map(Object.entries(annotations));
  const named: readonly (readonly [string, string])[] = [
    ['io.kubernetes.cri.container-name', container.containerName],
    ['io.kubernetes.cri.image-name', container.containerImage],
    ['io.kubernetes.cri.sandbox-name', container.podName],
    ['io.kubernetes.cri.sandbox-uid', container.podUID],
    ['io.kubernetes.cri.sandbox-namespace', container.podNamespace],
  ];
  if (!given.has(CRI_O_TYPE)) {
    if (!given.has(TYPE)) given.set(TYPE, 'container');
    for (const [key, value] of named) if (value !== '') given.set(key, value);
  }
  const pid = firstProcess(join(cgroupRoot, cgroupPath(cgroupsPath)), cgroupsPath);
  return { id, pid, annotations: Object.fromEntries(given) };
}

/** `/a/b`, or `slice:prefix:name` of runtimes that leave cgroups to systemd. */
export function cgroupPath(given: string): string {
  const [slice = '', prefix = '', name = '', ...rest] = given.split(':');
  const isSystemd = name !== '' && rest.length === 0 && slice.endsWith('.slice');
  if (given.split('/').includes('..') || given === '' || given.includes('\0')) throw refuse(given);
  if (!isSystemd) return given;
  return `${slicePath(slice)}/${prefix === '' ? '' : `${prefix}-`}${name}.scope`;
}

/** `a-b.slice` is in `a.slice`. */
function slicePath(slice: string): string {
  const parts = slice.slice(0, -'.slice'.length).split('-');
  const slices = parts.map((_, index) => `${parts.slice(0, index + 1).join('-')}.slice`);
  return slices.join('/');
}

function firstProcess(directory: string, given: string): number {
  let text: string;
  try {
    text = readFileSync(join(directory, 'cgroup.procs'), 'utf8');
  } catch {
    throw refuse(given);
  }
  const pid = Number(text.split('\n', 1)[0]);
  if (Number.isInteger(pid) && pid > 0) return pid;
  throw new ServerError('SERVER_CGROUP_EMPTY', `no process is in the cgroup ${given}`);
}

function refuse(given: string): ServerError {
  const message = `${JSON.stringify(given)} is no cgroup of this machine`;
  return new ServerError('SERVER_REQUEST_INVALID', message);
}
