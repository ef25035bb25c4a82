/** The hierarchy of cgroups that tests make theirs in. */
import { readFileSync } from 'node:fs';

/** Where the default hierarchy, version 2, is mounted. Throws when it is not. */
export function findCgroupRoot(): string {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [, path, type] = line.split(' ');
    if (type === 'cgroup2' && path !== undefined) return path;
  }
  throw new Error('no cgroup2 hierarchy is mounted');
}
