/** The object of responses, loaded once for the agent and once for the thread that ends trees. */
import { join } from 'node:path';
import { type BpfMap, BpfObject } from '../kernel/index.ts';

/** Maps that quarantines need, which outlive the agent with them. */
export const KEPT_MAPS = ['verdicts', 'responses', 'quarantined'] as const;

const SHARED_MAPS = ['processes', 'forebears', 'doomed'] as const;

/** The iterator that marks, and lists what lives and is marked. */
export const MARK = 'response_mark';

export interface ResponseObjectOptions {
  readonly objectDirectory: string;
  /**
   * Of the base sensor: whom processes descend from, and the ring of those that end with all that
   * descends from them.
   */
  readonly shared: Readonly<Record<(typeof SHARED_MAPS)[number], BpfMap>>;
  /** Programs that are not wanted. */
  readonly without: readonly string[];
  /** Gives it the maps of another. */
  readonly prepare?: (object: BpfObject) => void;
}

/** Throws a KernelError. */
export function loadResponseObject(options: ResponseObjectOptions): BpfObject {
  const { objectDirectory, shared, without, prepare } = options;
  const object = BpfObject.open(join(objectDirectory, 'response.bpf.o'));
  try {
    for (const name of without) object.setAutoload(name, false);
    for (const name of SHARED_MAPS) object.reuseMap(name, shared[name]);
    prepare?.(object);
    object.load();
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}
