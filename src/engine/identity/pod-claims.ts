/** Whose the containers are that have one uid in their paths. */
import type { Pod } from '../../model/pod.ts';
import type { Container } from './container-table.ts';

interface Claim {
  readonly pod: Pod;
  isGone: boolean;
  /** Something of this node says the same: a container that the kubelet or a runtime gave it. */
  isProven: boolean;
}

/**
 * The pods that say that a uid is theirs. The uid of a pod is its own; but that of a pod of a file
 * is a hash, and whoever may make a pod may write that hash on it. What only such a pod says of
 * itself is not believed: the kubelet never runs it, so it has none of the containers.
 */
export class PodClaims {
  /** In the order in which they were heard of. */
  readonly containers: Set<Container> = new Set();
  readonly #claims = new Map<string, Claim>();

  get isGone(): boolean {
    return [...this.#claims.values()].every(({ isGone }) => isGone);
  }

  /** Undefined when nobody has named it, or nobody who can be believed. */
  get pod(): Pod | undefined {
    for (const claim of this.#claims.values()) claim.isProven ||= this.#isProven(claim.pod);
    const proven = [...this.#claims.values()].filter(({ isProven }) => isProven);
    return (proven.find(({ isGone }) => !isGone) ?? proven.at(-1))?.pod;
  }

  set(pod: Pod): void {
    const isProven = this.#claims.get(pod.uid)?.isProven ?? false;
    this.#claims.set(pod.uid, { pod, isProven, isGone: false });
    // Of one that was made again under another uid, the last is enough.
    for (const [uid, { isGone }] of this.#claims) {
      if (isGone && this.pod?.uid !== uid) this.#claims.delete(uid);
    }
  }

  /** What is proven stays known: its containers may still run. */
  leave(uid: string): void {
    const claim = this.#claims.get(uid);
    if (claim === undefined) return;
    claim.isGone = true;
    if (this.pod?.uid !== uid) this.#claims.delete(uid);
  }

  leaveAllBut(uids: ReadonlySet<string>): void {
    for (const uid of this.#claims.keys()) if (!uids.has(uid)) this.leave(uid);
  }

  #isProven(pod: Pod): boolean {
    if (pod.uid === pod.cgroupUid) return true;
    const ids = new Set(pod.containers.map(({ id }) => id));
    return [...this.containers].some(
      ({ id, notice }) =>
        ids.has(id) || (notice?.pod?.namespace === pod.namespace && notice.pod.name === pod.name),
    );
  }
}
