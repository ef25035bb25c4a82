/** Where the agent is: whom it descends from, and which cgroups it is in. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cgroupOfProcess, findCgroupMount } from '../identity/index.ts';
import type { Surroundings } from './check-request.ts';

/** A chain of parents ends; this is for one that changes while it is read. */
const PARENTS_MAX = 4096;

/** As of the last time that somebody looked. */
let lineage: readonly number[] = [];

/**
 * Parents are read anew only for a target that was one of them: who loses its parent is adopted by
 * another that it descends from, so that none is ever added. Cgroups are read as far as they are
 * asked for, as the agent may have been moved.
 */
export function readSurroundings(target: number | undefined): Surroundings {
  if (lineage[0] !== process.pid || (target !== undefined && lineage.includes(target))) {
    lineage = readLineage();
  }
  return {
    lineage,
    get cgroups() {
      return readCgroups();
    },
  };
}

/** Whom the agent descends from, its parent first. */
export function agentParents(): readonly number[] {
  return readLineage().slice(1);
}

function readLineage(): readonly number[] {
  const found = [process.pid];
  for (let pid = parentOf(process.pid); pid > 0; pid = parentOf(pid)) {
    if (found.length > PARENTS_MAX) break;
    found.push(pid);
  }
  return found;
}

function readCgroups(): ReadonlySet<bigint> {
  const mount = findCgroupMount();
  return new Set(mount === undefined ? [] : [process.pid, 1].flatMap((pid) => idsOf(pid, mount)));
}

function parentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The cgroup of a process, and those above it. */
function idsOf(pid: number, mount: string): readonly bigint[] {
  const found = cgroupOfProcess(pid, mount);
  if (found === undefined) return [];
  const ids = [found.id];
  for (let path = found.path; path !== '/'; ) {
    path = dirname(path);
    const id = statSync(join(mount, path), { bigint: true, throwIfNoEntry: false })?.ino;
    if (id !== undefined) ids.push(id);
  }
  return ids;
}
