/** How many cgroups somebody has who may make them: nobody is to use up the room of all others. */
import type { CgroupPlace } from './cgroup-path.ts';

/** Of one container, or of one user. */
const CROWD_MAX = 1024;

/** `/user.slice/user-1000.slice`. */
const USER_SLICE = /^\/user\.slice\/[^/]+/;

/** Counts cgroups that are not gone. Those of the machine itself are of no crowd. */
export class Crowds {
  readonly #sizes = new Map<string, number>();

  /** Empty for the machine itself; below a user, whatever the user calls it. */
  of(path: string, place: CgroupPlace): string {
    const [user] = USER_SLICE.exec(path) ?? [];
    return user ?? (place.kind === 'container' ? place.containerId : '');
  }

  /** False when there is no room for one more. */
  join(crowd: string): boolean {
    if (crowd === '') return true;
    const size = this.#sizes.get(crowd) ?? 0;
    if (size >= CROWD_MAX) return false;
    this.#sizes.set(crowd, size + 1);
    return true;
  }

  leave(crowd: string): void {
    const left = (this.#sizes.get(crowd) ?? 0) - 1;
    if (left > 0) this.#sizes.set(crowd, left);
    else this.#sizes.delete(crowd);
  }
}
