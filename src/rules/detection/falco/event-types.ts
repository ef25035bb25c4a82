/** Types of events of Falco's language and the classes that they are here. */
import type { EventClass } from '../../../model/event-class.ts';
import { SOURCES } from '../sources/source-table.ts';
import { SYSCALL_CLASSES } from '../syscalls/syscall-classes.ts';

/** Types that are no system calls, and calls that only this language asks about. */
const OTHERS: Readonly<Record<string, readonly EventClass[]>> = {
  procexit: ['process.exit'],
  mmap: ['process.mapping'],
  mmap2: ['process.mapping'],
  sendmmsg: ['network.send'],
};

const TYPES: ReadonlyMap<string, readonly EventClass[]> = new Map([
  ...Object.entries(SYSCALL_CLASSES),
  ...Object.entries(OTHERS),
]);

/** Classes of events that there are without a source. */
const BASE: readonly EventClass[] = ['process.exec', 'process.exit', 'process.mapping'];

const REPORTED: ReadonlySet<EventClass> = new Set([
  ...BASE,
  ...SOURCES.flatMap(({ classes }) => classes),
]);

/** Whether there are events of the class. */
export function isReported(eventClass: EventClass): boolean {
  return REPORTED.has(eventClass);
}

/** Classes of a type that are reported; none when nothing reports it. */
export function classesOf(type: string): readonly EventClass[] {
  return (TYPES.get(type) ?? []).filter(isReported);
}

/** Events of several calls are of one class: these say which call it was. */
const TELLING: ReadonlySet<string> = new Set(
  SOURCES.filter(({ isSyscall, classes: [first] }) => {
    const same = SOURCES.filter(({ classes }) => first !== undefined && classes.includes(first));
    return isSyscall === true && same.length > 1 && same.every((source) => source.isSyscall);
  }).map(({ call = '' }) => call.replace(/^sys_/, '')),
);

/** Whether events of the type say that they are of it, and others of their class are not. */
export function saysItsCall(type: string): boolean {
  return TELLING.has(type);
}

/** All types that are reported, for hints. */
export const EVENT_TYPES: readonly string[] = [...TYPES.keys()].filter((type) => {
  return classesOf(type).length > 0;
});
