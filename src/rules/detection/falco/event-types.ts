/** Types of events of Falco's language and the classes that they are here. */
import type { EventClass } from '../../../model/event-class.ts';
import { SYSCALL_CLASSES } from '../syscalls/syscall-classes.ts';

/** Types that are no system calls, and calls that only this language asks about. */
const OTHERS: Readonly<Record<string, readonly EventClass[]>> = {
  procexit: ['process.exit'],
  mmap: ['process.mapping'],
  mmap2: ['process.mapping'],
  fchdir: [],
  umount: [],
  umount2: [],
};

/** Classes of a type; undefined when nothing reports it. */
export function classesOf(type: string): readonly EventClass[] | undefined {
  const classes = Object.hasOwn(SYSCALL_CLASSES, type) ? SYSCALL_CLASSES[type] : undefined;
  const others = Object.hasOwn(OTHERS, type) ? OTHERS[type] : undefined;
  const found = classes ?? others;
  return found === undefined || found.length === 0 ? undefined : found;
}

/** All types that are reported, for hints. */
export const EVENT_TYPES: readonly string[] = [
  ...Object.keys(SYSCALL_CLASSES),
  ...Object.keys(OTHERS).filter((type) => classesOf(type) !== undefined),
];
