/** Reports what is asked of name servers and what they answer, while somebody wants to know. */
import { join } from 'node:path';
import { findCgroupMount } from '../identity/index.ts';
import { BpfObject } from '../kernel/index.ts';
import { u32Bytes } from './bytes.ts';
import { SensorError } from './errors.ts';
import { type HookEnvironment, SHARED_MAP_NAMES } from './hook-program.ts';

const FILE = 'dns.bpf.o';

/** Who asks is remembered before the answer comes. */
const PROGRAMS = ['dns_query', 'dns_answer'] as const;

type Parts = Pick<HookEnvironment, 'objectDirectory' | 'shared' | 'checkLayout'>;

/** Attached to the root of the cgroups from `start` to `close`. */
export class DnsSensor {
  readonly #parts: Parts;
  #object: BpfObject | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Does nothing when it is attached. Throws KernelError, and ENGINE_HOOK_UNATTACHABLE where there
   * are no cgroups of the default hierarchy.
   */
  start(): void {
    if (this.#object !== undefined) return;
    const mount = findCgroupMount();
    if (mount === undefined) {
      const message = 'names cannot be watched: the hierarchy of cgroups (cgroup2) is not mounted';
      throw new SensorError('ENGINE_HOOK_UNATTACHABLE', message);
    }
    const { objectDirectory, shared, checkLayout } = this.#parts;
    const object = BpfObject.open(join(objectDirectory, FILE));
    try {
      checkLayout(object);
      for (const map of SHARED_MAP_NAMES) object.reuseMap(map, shared[map]);
      object.setVariable('scratch_count', u32Bytes(shared.scratches.info.maxEntries));
      object.load();
      for (const name of PROGRAMS) {
        object.program(name).attachTo({ kind: 'cgroup', directory: mount });
      }
      this.#object = object;
    } catch (error) {
      object.close();
      throw error;
    }
  }

  /** Closing twice is fine. */
  close(): void {
    this.#object?.close();
    this.#object = undefined;
  }
}
