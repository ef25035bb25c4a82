/** Takes sockets that end out of those that are tracked, while some policy may track them. */
import { join } from 'node:path';
import { CodedError } from '../../model/errors.ts';
import { BpfObject } from '../kernel/index.ts';
import { type HookEnvironment, SHARED_MAP_NAMES } from './hook-program.ts';

const FILE = 'sockets.bpf.o';

type Parts = Pick<HookEnvironment, 'objectDirectory' | 'shared' | 'checkLayout'>;

/** Attached from the first `watch` to `close`: what is tracked outlives the policy that did it. */
export class SocketEnds {
  readonly #parts: Parts;
  #object: BpfObject | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws KernelError when neither program can be attached. */
  watch(): void {
    if (this.#object !== undefined) return;
    this.#object = attachEither(this.#parts);
    // What a pinned hook tracked while nobody watched may have ended, and others be in its place.
    const { sockets } = this.#parts.shared;
    for (const { key } of sockets.entries()) sockets.delete(key);
  }

  close(): void {
    this.#object?.close();
    this.#object = undefined;
  }
}

function attachEither(parts: Parts): BpfObject {
  try {
    return attachProgram(parts, 'socket_end');
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return attachProgram(parts, 'socket_end_probe');
  }
}

function attachProgram({ objectDirectory, shared, checkLayout }: Parts, name: string): BpfObject {
  const object = BpfObject.open(join(objectDirectory, FILE));
  try {
    checkLayout(object);
    for (const other of object.programNames()) object.setAutoload(other, other === name);
    for (const map of SHARED_MAP_NAMES) object.reuseMap(map, shared[map]);
    object.load();
    object.program(name).attach();
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}
