/** Filters on the capabilities of a process. */
import { objectAt, textsAt } from '../events/read-json.ts';
import { CapabilitiesTypeSchema } from '../generated/tetragon/capabilities_pb.ts';
import type { CapFilter, CapFilterSet } from '../generated/tetragon/events_pb.ts';
import { type EventTest, invalidFilter } from './filter-tools.ts';

type SetTest = (held: ReadonlySet<string>) => boolean;

const SETS = ['permitted', 'effective', 'inheritable'] as const;

/** All sets that are asked for have to match; what has no capabilities in it matches none. */
export function compileCapabilities(filter: CapFilter): EventTest {
  const tests = SETS.flatMap((name) => {
    const set = filter[name];
    return set === undefined ? [] : [{ name, test: compileSet(set, name) }];
  });
  return ({ process }) => {
    const own =
      objectAt(process, 'cap') ?? objectAt(objectAt(process, 'process_credentials'), 'caps');
    if (own === undefined) return false;
    return tests.every(({ name, test }) => test(new Set(textsAt(own, name))));
  };
}

function compileSet({ any, all, exactly, none }: CapFilterSet, name: string): SetTest {
  const given = [any, all, exactly, none].filter((list) => list.length > 0);
  if (given.length !== 1) {
    throw invalidFilter('capabilities', `\`${name}\` needs one of any, all, exactly and none`);
  }
  const names = new Set(given.flat().map(nameOf));
  const hasAny: SetTest = (held) => [...names].some((one) => held.has(one));
  const hasAll: SetTest = (held) => [...names].every((one) => held.has(one));
  if (any.length > 0) return hasAny;
  if (all.length > 0) return hasAll;
  if (none.length > 0) return (held) => !hasAny(held);
  return (held) => held.size === names.size && hasAll(held);
}

function nameOf(number: number): string {
  const value = CapabilitiesTypeSchema.values.find((one) => one.number === number);
  if (value === undefined) throw invalidFilter('capabilities', `there is no number ${number}`);
  return value.name;
}
