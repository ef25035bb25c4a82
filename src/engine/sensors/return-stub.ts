/** What stays attached to the return of a hook: it leads to the program of the right generation. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BpfLink, BpfMap, type BpfProgram } from '../kernel/index.ts';
import { RETURN_SLOTS } from '../records/index.ts';
import { u32Bytes } from './bytes.ts';
import { makePins, type Pinnable, removeEmpty } from './pin-set.ts';

const LINK_PIN = 'link';

/** What hooks see of it. */
export interface AttachedReturns extends Pinnable {
  /** Records that wait for their call to return. */
  readonly held: BpfMap;
  /** Puts the return program of a generation where its calls find it. */
  fill(generation: number, program: BpfProgram): void;
  /** Detaches, unless it is pinned. Calls that have not returned are then not reported. */
  close(): void;
}

export interface ReturnStubParts {
  readonly held: BpfMap;
  readonly slots: BpfMap;
  readonly links: readonly BpfLink[];
  /** Frees what the parts came from. */
  release(): void;
}

/** Of one function; that of system calls is shared. */
export class ReturnStub implements AttachedReturns {
  readonly held: BpfMap;
  readonly #parts: ReturnStubParts;
  #pinnedIn: string | undefined;

  constructor(parts: ReturnStubParts, pinnedIn?: string) {
    this.held = parts.held;
    this.#parts = parts;
    this.#pinnedIn = pinnedIn;
  }

  /** One that was pinned before. Throws a KernelError when a part of it is missing. */
  static adopt(directory: string): ReturnStub {
    const names = readdirSync(directory).filter((name) => name.startsWith(LINK_PIN));
    const links = names.map((_, place) => BpfLink.openPinned(linkPath(directory, place)));
    const held = BpfMap.openPinned(join(directory, 'held'));
    const slots = BpfMap.openPinned(join(directory, 'slots'));
    const release = (): void => {
      held.close();
      slots.close();
    };
    return new ReturnStub({ held, slots, links, release }, directory);
  }

  fill(generation: number, program: BpfProgram, base: number = 0): void {
    this.#parts.slots.setProgram(base + (generation % RETURN_SLOTS), program);
  }

  /** Takes the programs of one system call out. */
  empty(base: number): void {
    for (let slot = 0; slot < RETURN_SLOTS; slot++) {
      this.#parts.slots.delete(u32Bytes(base + slot));
    }
  }

  /** The links come last: with them it stays attached. Pinning twice is fine. */
  pin(directory: string): void {
    if (this.#pinnedIn !== undefined) return;
    const { held, slots, links } = this.#parts;
    makePins(directory, () => {
      held.pin(join(directory, 'held'));
      slots.pin(join(directory, 'slots'));
      for (const [place, link] of links.entries()) link.pin(linkPath(directory, place));
    });
    this.#pinnedIn = directory;
  }

  unpin(): void {
    const directory = this.#pinnedIn;
    if (directory === undefined) return;
    const { held, slots, links } = this.#parts;
    for (const [place, link] of links.entries()) link.unpin(linkPath(directory, place));
    slots.unpin(join(directory, 'slots'));
    held.unpin(join(directory, 'held'));
    this.#pinnedIn = undefined;
    removeEmpty(directory);
  }

  close(): void {
    for (const link of this.#parts.links) link.close();
    this.#parts.release();
  }
}

/** Where the returns of a stub are pinned. */
export function returnsDirectory(stubDirectory: string): string {
  return join(stubDirectory, 'returns');
}

function linkPath(directory: string, place: number): string {
  return join(directory, `${LINK_PIN}${place}`);
}
