/** Inode numbers of the host's namespaces: those of the first process, as policies call them. */
import { readlinkSync } from 'node:fs';
import type { NamespaceName } from '../../model/plan.ts';
import { SensorError } from './errors.ts';

export type HostNamespaces = (name: NamespaceName) => number;

const LINKS: Readonly<Record<NamespaceName, string>> = {
  uts: 'uts',
  ipc: 'ipc',
  mnt: 'mnt',
  pid: 'pid',
  pidForChildren: 'pid_for_children',
  net: 'net',
  time: 'time',
  timeForChildren: 'time_for_children',
  cgroup: 'cgroup',
  user: 'user',
};

/**
 * Where the first process cannot be looked at, the agent's own namespaces count: it runs in those
 * of the host. Throws ENGINE_NAMESPACE_UNKNOWN when the kernel does not have the kind.
 */
export function hostNamespace(name: NamespaceName): number {
  for (const process of ['1', 'self']) {
    try {
      const link = readlinkSync(`/proc/${process}/ns/${LINKS[name]}`);
      const number = /\[(\d+)\]$/.exec(link)?.[1];
      if (number !== undefined) return Number(number);
    } catch {
      // Not readable, or no such kind: the next one, or the error below, says so.
    }
  }
  throw new SensorError('ENGINE_NAMESPACE_UNKNOWN', `this kernel has no ${name} namespace`);
}
