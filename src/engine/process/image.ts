/** One row of the process table: an image, its place in the tree, and whether it still runs. */
import type { Process } from '../../model/event.ts';

/** Mutable on purpose; never leaves the table. */
export interface Image {
  process: Process;
  /** Halves of process.startNs, so that a key in a record is compared without making a bigint. */
  readonly startLow: number;
  readonly startHigh: number;
  /** May be one that was freed: it then has no parent itself, so at most one is kept per child. */
  parent: Image | undefined;
  /** Who forked the process, if that was not its parent. */
  forker: Image | undefined;
  /** Images in the table whose parent or forker this is, running or not. */
  children: number;
  state: 'live' | 'fresh' | 'held' | 'freed';
  exited: boolean;
  releasedNs: number;
  /** Other images of the same tgid, by age. */
  newer: Image | undefined;
  older: Image | undefined;
  /** Neighbours in the list of the state `fresh` or `held`. */
  previous: Image | undefined;
  next: Image | undefined;
}

/** A row for a process that runs and has no place yet. */
export function createImage(process: Process): Image {
  return {
    process,
    startLow: Number(process.startNs & 0xffff_ffffn),
    startHigh: Number(process.startNs >> 32n),
    parent: undefined,
    forker: undefined,
    children: 0,
    state: 'live',
    exited: false,
    releasedNs: 0,
    newer: undefined,
    older: undefined,
    previous: undefined,
    next: undefined,
  };
}

/** Makes one image the parent of another. */
export function adopt(parent: Image | undefined, child: Image): void {
  // Its own parent it can only be in a record that is wrong, and then it would hold itself forever.
  if (parent === undefined || parent === child) return;
  child.parent = parent;
  parent.children += 1;
}

/** As adopt, for who forked a child that is another's. */
export function credit(forker: Image | undefined, child: Image): void {
  if (forker === undefined || forker === child || forker.state === 'freed') return;
  child.forker = forker;
  forker.children += 1;
}

/** Images in the order they were added; adding and removing take constant time. */
export class ImageList {
  #first: Image | undefined;
  #last: Image | undefined;

  get first(): Image | undefined {
    return this.#first;
  }

  append(image: Image): void {
    image.previous = this.#last;
    image.next = undefined;
    if (this.#last === undefined) this.#first = image;
    else this.#last.next = image;
    this.#last = image;
  }

  remove(image: Image): void {
    if (image.previous === undefined) this.#first = image.next;
    else image.previous.next = image.next;
    if (image.next === undefined) this.#last = image.previous;
    else image.next.previous = image.previous;
    image.previous = undefined;
    image.next = undefined;
  }
}
