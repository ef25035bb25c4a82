/** What the kernel may leave out, because no rule can want it. */
import { EVENT_CLASSES, type EventClass } from '../../../model/event-class.ts';
import { specialise } from '../evaluate/specialise.ts';
import type { Condition, Test } from '../ir/condition.ts';
import type { DetectionRule } from '../ir/rule.ts';

/** Paths that opens are watched for, by how they stand. */
export interface WatchedPaths {
  readonly equals: readonly string[];
  readonly starts_with: readonly string[];
  readonly ends_with: readonly string[];
  readonly contains: readonly string[];
}

/** What rules want of opens: those for writing always, of others none, some, or all. */
export interface WantedOpens {
  readonly reads: 'none' | 'all' | WatchedPaths;
}

/** Classes that rules are about, and what of opens they want. */
export interface WantedEvents {
  readonly classes: ReadonlySet<EventClass>;
  readonly opens: WantedOpens;
}

/** More paths than a hook takes well; then all opens are wanted. */
const PATHS_MAX = 2_000;

/** Shorter parts of paths are in too many of them. */
const PART_LENGTH_MIN = 3;

/** Longest text that the kernel looks for inside of a path. */
const PART_LENGTH_MAX = 64;

type PathTest = Test & {
  readonly operator: Extract<Test['operator'], { texts: readonly string[] }>;
};

/** Reads conditions only; when in doubt, everything of a class is wanted. */
export function findWanted(rules: readonly DetectionRule[]): WantedEvents {
  const conditions = rules
    .filter((rule) => rule.kind === 'event' && rule.isEnabled)
    .map((rule) => (rule.kind === 'event' ? rule.condition : NEVER));
  const classes = new Set(
    (Object.keys(EVENT_CLASSES) as EventClass[]).filter((eventClass) =>
      conditions.some((condition) => canHold(specialise(condition, eventClass))),
    ),
  );
  const covers = conditions
    .map((condition) => specialise(condition, 'file.open'))
    .filter(canHold)
    .map(coverOf);
  if (covers.some((cover) => cover === undefined)) return { classes, opens: { reads: 'all' } };
  const tests = covers.flatMap((cover) => cover ?? []).filter((test) => test !== 'write');
  return { classes, opens: { reads: collect(tests) } };
}

const NEVER: Condition = { kind: 'constant', value: false };

function canHold(condition: Condition): boolean {
  return condition.kind !== 'constant' || condition.value;
}

function collect(tests: readonly PathTest[]): WantedOpens['reads'] {
  const of = (kind: PathTest['operator']['kind']): readonly string[] => [
    ...new Set(tests.flatMap(({ operator }) => (operator.kind === kind ? operator.texts : []))),
  ];
  const paths = {
    equals: of('equals'),
    starts_with: of('starts_with'),
    ends_with: of('ends_with'),
    contains: of('contains'),
  };
  const count = Object.values(paths).reduce((sum, list) => sum + list.length, 0);
  if (count === 0) return 'none';
  return count > PATHS_MAX ? 'all' : paths;
}

/**
 * Tests of which one holds whenever the condition does: of paths, or that the file is written to,
 * which is always reported. Undefined when there are none.
 */
function coverOf(condition: Condition): readonly (PathTest | 'write')[] | undefined {
  switch (condition.kind) {
    case 'constant':
      return condition.value ? undefined : [];
    case 'test':
      return coverOfTest(condition);
    case 'and': {
      const covers = condition.parts.map(coverOf).filter((cover) => cover !== undefined);
      return covers.sort((a, b) => a.length - b.length || weight(a) - weight(b))[0];
    }
    case 'or': {
      const covers = condition.parts.map(coverOf);
      if (covers.some((cover) => cover === undefined)) return undefined;
      return covers.flatMap((cover) => cover ?? []);
    }
    default:
      return undefined;
  }
}

/** Writing costs nothing more, and whole paths less than parts of them. */
function weight(cover: readonly (PathTest | 'write')[]): number {
  return cover.reduce((sum, test) => {
    if (test === 'write') return sum;
    return sum + (test.operator.kind === 'contains' ? 2 : 1) * test.operator.texts.length;
  }, 0);
}

function coverOfTest(test: Test): readonly (PathTest | 'write')[] | undefined {
  const { field, operator, transforms } = test;
  if (transforms.length > 0 || !('texts' in operator)) return undefined;
  if (field === 'file.flags' && operator.kind === 'equals') {
    const isWrite = operator.texts.every((text) => ['write', 'create', 'truncate'].includes(text));
    return isWrite ? ['write'] : undefined;
  }
  if (field !== 'file.path') return undefined;
  return operator.texts.every(isPushable) ? [{ ...test, operator }] : undefined;
}

/** The kernel compares as written: `/ETC` is another file, whatever a rule says of case. */
function isPushable(text: string): boolean {
  const isPlain = /^[\x20-\x7e]+$/.test(text);
  return isPlain && text.length >= PART_LENGTH_MIN && text.length <= PART_LENGTH_MAX;
}
