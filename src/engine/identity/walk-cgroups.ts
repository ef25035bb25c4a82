/** The cgroups that are there already, read from the file system. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CgroupFacts } from '../../model/pipeline.ts';

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

/** Every cgroup below `mount`, parents first. What goes meanwhile is left out. */
export function walkCgroups(mount: string): readonly CgroupFacts[] {
  const found: CgroupFacts[] = [];
  const visit = (path: string, parentId: bigint): void => {
    const directory = join(mount, path);
    const id = inodeOf(directory);
    if (id === undefined) return;
    found.push({ id, parentId, path });
    for (const name of directoriesIn(directory)) visit(join(path, name), id);
  };
  visit('/', 0n);
  return found;
}

/** The cgroup of a process in the default hierarchy, by its path; undefined when it is gone. */
export function cgroupOfProcess(pid: number, mount: string): CgroupFacts | undefined {
  const path = pathOfProcess(pid);
  if (path === undefined) return undefined;
  const id = inodeOf(join(mount, path));
  if (id === undefined) return undefined;
  return { id, parentId: (path !== '/' && inodeOf(join(mount, path, '..'))) || 0n, path };
}

function pathOfProcess(pid: number): string | undefined {
  try {
    const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n');
    return lines.find((line) => line.startsWith('0::'))?.slice('0::'.length);
  } catch {
    return undefined;
  }
}

function inodeOf(directory: string): bigint | undefined {
  return statSync(directory, { bigint: true, throwIfNoEntry: false })?.ino;
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
