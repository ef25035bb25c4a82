/** The cgroups that are there already, read from the file system. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CgroupFacts } from '../../model/pipeline.ts';
import { type NodeTest, placeOfCgroup } from './cgroup-path.ts';

/** Where the default hierarchy is mounted; undefined when it is not. */
export function findCgroupMount(mounts: string = readMounts()): string | undefined {
  for (const line of mounts.split('\n')) {
    // Mount point, and behind the dash the type: proc(5). The root field must be that of the tree.
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, point] = before.split(' ');
    if (after.startsWith('cgroup2 ') && root === '/' && point !== undefined)
      return unescapeOctal(point);
  }
  return undefined;
}

/** Of the root of the hierarchy: the first that a kernfs gives out. */
const ROOT_ID = 1n;

/** What the agent sees of the default hierarchy. */
export interface CgroupView {
  readonly mount: string;
  readonly isNode: NodeTest;
}

/**
 * Undefined when it is not mounted, and when only the agent's own container can be seen: its cgroup
 * would be taken for that of the machine.
 */
export function viewCgroups(mount: string | undefined = findCgroupMount()): CgroupView | undefined {
  const own = pathOfProcess('self');
  if (mount === undefined || own === undefined) return undefined;
  // The kernel reports whole paths, in which the agent finds the containers that it is in.
  if (inodeOf(mount) === ROOT_ID) {
    return { mount, isNode: (containerId) => own.includes(containerId) };
  }
  // In the namespace of a node that is a container itself, whose id cannot be seen from in there.
  return own === '/' ? undefined : { mount, isNode: () => true };
}

/**
 * Every cgroup below `mount`, parents first, and those beside each other in the order in which they
 * were made. What goes meanwhile is left out.
 */
export function walkCgroups(mount: string): readonly CgroupFacts[] {
  const found: CgroupFacts[] = [];
  const visit = (cgroup: CgroupFacts): void => {
    found.push(cgroup);
    for (const child of childrenOf(cgroup, mount)) visit(child);
  };
  const id = inodeOf(mount);
  if (id !== undefined) visit({ id, parentId: 0n, path: '/' });
  return found;
}

function childrenOf({ id: parentId, path }: CgroupFacts, mount: string): readonly CgroupFacts[] {
  return directoriesIn(join(mount, path))
    .map((name) => join(path, name))
    .map((child) => ({ id: inodeOf(join(mount, child)), parentId, path: child }))
    .filter((child): child is CgroupFacts => child.id !== undefined)
    .sort((one, other) => Number(one.id - other.id));
}

/** The cgroup of a process in the default hierarchy, by its path; undefined when it is gone. */
export function cgroupOfProcess(pid: number, mount: string): CgroupFacts | undefined {
  const path = pathOfProcess(pid);
  if (path === undefined) return undefined;
  const id = inodeOf(join(mount, path));
  if (id === undefined) return undefined;
  return { id, parentId: (path !== '/' && inodeOf(join(mount, path, '..'))) || 0n, path };
}

/**
 * Whether a cgroup that is said to be a container's has others in it, and no name of a container: a
 * runtime can be told to leave a container in the cgroup of whoever started it.
 */
export function isSharedCgroup(pid: number, { path }: CgroupFacts, mount: string): boolean {
  if (placeOfCgroup(path, () => true).kind === 'container') return false;
  try {
    const pids = readFileSync(join(mount, path, 'cgroup.procs'), 'utf8')
      .trim()
      .split('\n');
    return pids.some((other) => other !== String(pid));
  } catch {
    return true;
  }
}

function pathOfProcess(pid: number | 'self'): string | undefined {
  try {
    const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
    return lines.find((line) => line.startsWith('0::'))?.slice('0::'.length);
  } catch {
    return undefined;
  }
}

/** Undefined when it is gone, or deeper than paths can say: nobody keeps cgroups from that. */
function inodeOf(directory: string): bigint | undefined {
  try {
    return statSync(directory, { bigint: true, throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}

function directoriesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function readMounts(): string {
  return readFileSync('/proc/self/mountinfo', 'utf8');
}

/** Octal escapes of the kernel for what would end a field. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
