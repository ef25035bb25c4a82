/** Types of events of Falco's language and the classes that they are here. */
import type { EventClass } from '../../../model/event-class.ts';
import { CLASSES_WITHOUT_SOURCE, SOURCES } from '../sources/source-table.ts';
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

const REPORTED: ReadonlySet<EventClass> = new Set([
  ...CLASSES_WITHOUT_SOURCE,
  ...SOURCES.map((source) => source.class),
]);

/** Whether there are events of the class. */
function isReported(eventClass: EventClass): boolean {
  return REPORTED.has(eventClass);
}

/** Classes of a type that are reported; none when nothing reports it. */
export function classesOf(type: string): readonly EventClass[] {
  return (TYPES.get(type) ?? []).filter(isReported);
}

/** Calls by the class that tells them apart: each of its hooks says which call it was. */
const TOLD: ReadonlyMap<EventClass, ReadonlySet<string>> = new Map(
  [...REPORTED].flatMap((reported) => {
    const sources = SOURCES.filter((source) => source.class === reported);
    const hooks = sources.flatMap(({ ways }) => ways.flatMap((way) => way.hooks));
    const calls = new Set(hooks.map(({ syscall = '' }) => syscall));
    return calls.size > 1 && !calls.has('') ? [[reported, calls] as const] : [];
  }),
);

function toldWith(type: string): ReadonlySet<string> | undefined {
  const [only] = classesOf(type);
  const calls = only === undefined ? undefined : TOLD.get(only);
  return calls?.has(type) === true ? calls : undefined;
}

/** Whether events of the type say that they are of it, and others of their class are not. */
export function saysItsCall(type: string): boolean {
  return toldWith(type) !== undefined;
}

/** The other calls that events of the same class are of. */
export function otherCalls(type: string): readonly string[] {
  return [...(toldWith(type) ?? [])].filter((call) => call !== type);
}

/** All types that are reported, for hints. */
export const EVENT_TYPES: readonly string[] = [...TYPES.keys()].filter((type) => {
  return classesOf(type).length > 0;
});
