/** Who descends from a process, by the images that the table has. */
import type { Process } from '../../model/event.ts';
import { EXECS_MAX } from '../records/index.ts';
import type { Image } from './image.ts';

/** A process by the key of any of its images. */
export interface ProcessKey {
  readonly tgid: number;
  readonly startNs: bigint;
}

/** Takes the newest image of every pid. Images of the process itself are not among the answer. */
export function findDescendants(newest: Iterable<Image>, root: ProcessKey): readonly Process[] {
  const known = new Map<Image, boolean>();
  const found: Process[] = [];
  for (const first of newest) {
    for (let image: Image | undefined = first; image !== undefined; image = image.older) {
      if (!isSameProcess(image.process, root) && descends(image, { root, known }))
        found.push(image.process);
    }
  }
  return found;
}

interface Search {
  readonly root: ProcessKey;
  /** Whether an image descends from the root, for those that were asked about. */
  readonly known: Map<Image, boolean>;
}

function descends(image: Image, { root, known }: Search): boolean {
  const passed: Image[] = [];
  let answer = false;
  for (let at: Image | undefined = image; at !== undefined; at = at.forker ?? at.parent) {
    const before = known.get(at);
    if (before !== undefined) answer = before;
    else if (at !== image && isSameProcess(at.process, root)) answer = true;
    else {
      passed.push(at);
      continue;
    }
    break;
  }
  for (const one of passed) known.set(one, answer);
  return answer;
}

/** Execs of one process are nanoseconds apart in their keys; two processes of one pid never are. */
export function isSameProcess(one: ProcessKey, other: ProcessKey): boolean {
  if (one.tgid !== other.tgid) return false;
  const apart = one.startNs - other.startNs;
  return apart < EXECS_MAX && -apart < EXECS_MAX;
}
