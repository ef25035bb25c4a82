/** The part of a hook that stays attached, and the map whose slots lead to the main programs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BpfLink, BpfMap, BpfProgram } from '../kernel/index.ts';
import { makePins, type Pinnable, removeEmpty } from './pin-set.ts';

const LINK_PIN = 'link';

/** What hooks see of a stub. */
export interface AttachedStub extends Pinnable {
  readonly slots: BpfMap;
  readonly program: BpfProgram;
  /** Detaches, unless it is pinned. */
  close(): void;
}

export interface StubParts {
  readonly slots: BpfMap;
  readonly program: BpfProgram;
  readonly links: readonly BpfLink[];
  /** Frees what the parts came from. */
  release(): void;
}

/** A stub of its own; the dispatcher of system calls is one that several hooks share. */
export class Stub implements AttachedStub {
  readonly slots: BpfMap;
  readonly program: BpfProgram;
  readonly #links: readonly BpfLink[];
  readonly #release: () => void;
  #pinnedIn: string | undefined;

  constructor(parts: StubParts, pinnedIn?: string) {
    this.slots = parts.slots;
    this.program = parts.program;
    this.#links = parts.links;
    this.#release = () => parts.release();
    this.#pinnedIn = pinnedIn;
  }

  /** One that was pinned before. Throws a KernelError when a part of it is missing. */
  static adopt(directory: string): Stub {
    const names = readdirSync(directory).filter((name) => name.startsWith(LINK_PIN));
    const links = names.map((_, place) => BpfLink.openPinned(linkPath(directory, place)));
    const slots = BpfMap.openPinned(join(directory, 'slots'));
    const program = BpfProgram.openPinned(join(directory, 'stub'));
    const release = (): void => {
      slots.close();
      program.close();
    };
    return new Stub({ slots, program, links, release }, directory);
  }

  get isPinned(): boolean {
    return this.#pinnedIn !== undefined;
  }

  /** The links come last: with them the stub stays attached. */
  pin(directory: string): void {
    makePins(directory, () => {
      this.slots.pin(join(directory, 'slots'));
      this.program.pin(join(directory, 'stub'));
      for (const [place, link] of this.#links.entries()) link.pin(linkPath(directory, place));
    });
    this.#pinnedIn = directory;
  }

  unpin(): void {
    const directory = this.#pinnedIn;
    if (directory === undefined) return;
    for (const [place, link] of this.#links.entries()) link.unpin(linkPath(directory, place));
    this.program.unpin(join(directory, 'stub'));
    this.slots.unpin(join(directory, 'slots'));
    this.#pinnedIn = undefined;
    removeEmpty(directory);
  }

  close(): void {
    for (const link of this.#links) link.close();
    this.#release();
  }
}

function linkPath(directory: string, place: number): string {
  return join(directory, `${LINK_PIN}${place}`);
}
