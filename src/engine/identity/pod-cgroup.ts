/** The cgroup that holds all of a pod, or a container that is in none. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { placeOfCgroup } from './cgroup-path.ts';
import { cgroupOfProcess, findCgroupMount } from './walk-cgroups.ts';

/**
 * Path of the cgroup of the pod of a container, from the path of a cgroup in it; of the container
 * where there is no pod. Undefined when the path is of no such container.
 */
export function podCgroupPath(path: string, containerId: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  for (let depth = 1; depth <= parts.length; depth++) {
    const above = `/${parts.slice(0, depth).join('/')}`;
    const place = placeOfCgroup(above);
    if (place.kind !== 'container' || place.containerId !== containerId) continue;
    return place.podUid === '' ? above : dirname(above);
  }
  return undefined;
}

/** Its id, by a process in it; undefined when the process is gone or no longer in the container. */
export function podCgroupOf(pid: number, containerId: string): bigint | undefined {
  const mount = findCgroupMount();
  const own = mount === undefined ? undefined : cgroupOfProcess(pid, mount);
  const path = own === undefined ? undefined : podCgroupPath(own.path, containerId);
  if (mount === undefined || path === undefined) return undefined;
  return statSync(join(mount, path), { bigint: true, throwIfNoEntry: false })?.ino;
}
