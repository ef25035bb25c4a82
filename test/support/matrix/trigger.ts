/** What makes a cell of the matrix happen: a hook that the trigger program comes to once. */
import type { CapabilityName } from '../../../src/model/capability.ts';
import type { Section } from './sections.ts';
import type { Subject } from './values.ts';

/**
 * Parts of the trigger program, each run by a copy of its own: `calls`, what would disturb those,
 * objects of bpf and perf, sockets with ports below 1024 and above, and a module that is loaded.
 */
export const PARTS = ['calls', 'apart', 'objects', 'low', 'high', 'module'] as const;

export type Part = (typeof PARTS)[number];

/** A hook entry without its selectors. */
export interface Trigger {
  readonly section: Section;
  /** Types that may be written for the argument. */
  readonly types: readonly string[];
  readonly subject: Subject;
  /** `calls` when absent. */
  readonly part?: Part;
  /** Everything of the entry before `args`; PROGRAM stands for the path of the trigger program. */
  readonly hook: string;
  /** The argument without its type: `index: 1`. */
  readonly argument: string;
  /** A second argument, and what of it has to hold, where other runs of the hook would disturb. */
  readonly guard?: {
    readonly argument: string;
    readonly match: string;
    /** What does not hold, for types that no operator applies to. */
    readonly twin?: string;
  };
  /** For operators that compare two arguments: what comes second, of the same type. */
  readonly second?: string;
  /** What the kernel must be able to do, if not every kernel can. */
  readonly needs?: CapabilityName;
}

export const NARROW: readonly string[] = [
  ...['int', 'int32', 'sint32', 'int8', 'sint8', 'int16', 'sint16', 'uint8', 'uint16', 'uint32'],
];
export const WIDE: readonly string[] = [
  ...['int64', 'sint64', 'long', 'size_t', 'uint64', 'ulong', 'syscall64'],
];
export const NUMBERS: readonly string[] = [...NARROW, ...WIDE];
