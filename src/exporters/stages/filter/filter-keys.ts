/** The keys of a filter of events, as Tetragon has them: each gives one test. */
import type { ConfigPlace } from '../../../model/config-place.ts';
import type { OutboundMessage } from '../../../model/delivery.ts';
import { listOf, mapOf, textOf } from '../../json-members.ts';
import { EVENT_TYPES, type EventView, typeOf } from './event-view.ts';
import type { FilterSeams, MessageCondition } from './filter-seams.ts';
import { compileSelector } from './label-selector.ts';

/** An event, with the message that it came in and its body. */
export interface FilterInput {
  readonly view: EventView;
  readonly message: OutboundMessage;
  readonly body: unknown;
}

export type EventTest = (input: FilterInput) => boolean;

/** A test, or undefined when the value is of no use, which is noted at the place. */
type KeyReader = (place: ConfigPlace, seams: FilterSeams) => EventTest | undefined;

const CAPABILITY_SETS: readonly string[] = ['permitted', 'effective', 'inheritable'];
const PIDS = { min: 0, max: 2 ** 32 - 1 };

/** By the key. Values of one key are alternatives. */
export const FILTER_KEYS: Readonly<Record<string, KeyReader>> = {
  event_set: (place) => {
    const types = place.someOf(EVENT_TYPES) ?? [];
    return ({ view }) => types.includes(typeOf(view));
  },
  binary_regex: patterns(({ process }) => [process['binary']]),
  parent_binary_regex: patterns(({ parent }) => [parent['binary']]),
  ancestor_binary_regex: patterns(({ parent, ancestors }) =>
    [parent, ...ancestors].map(({ binary }) => binary),
  ),
  arguments_regex: patterns(({ process }) => [process['arguments'] ?? '']),
  parent_arguments_regex: patterns(({ parent }) => [parent['arguments'] ?? '']),
  namespace: (place) => {
    const names = place.texts() ?? [];
    return ({ view: { pod } }) => names.includes(textOf(pod['namespace']));
  },
  namespace_regex: patterns(({ pod }) => [pod['namespace']]),
  pod_regex: patterns(({ pod }) => [pod['name']]),
  container_id: patterns(({ process, pod }) => [process['docker'], mapOf(pod['container'])['id']]),
  container_name_regex: patterns(({ pod }) => [mapOf(pod['container'])['name']]),
  labels: readLabels,
  pid: (place) => {
    const pids = readPids(place);
    return ({ view: { process } }) => pids.includes(process['pid']);
  },
  pid_set: (place) => {
    const pids = readPids(place);
    return ({ view: { process, parent, ancestors } }) =>
      [process, parent, ...ancestors].some(({ pid }) => pids.includes(pid));
  },
  health_check: flags(({ pod }) => mapOf(pod['container'])['maybe_exec_probe'] === true),
  policy_names: (place) => {
    const names = place.texts() ?? [];
    return ({ view: { event } }) => names.includes(textOf(event['policy_name']));
  },
  capabilities: readCapabilities,
  in_init_tree: flags(({ process }) => process['in_init_tree'] === true),
  cel_expression: readConditions,
};

/** What is not there does not match, not even an expression that takes everything. */
function patterns(valuesOf: (view: EventView) => readonly unknown[]): KeyReader {
  return (place, { compilePattern }) => {
    const compiled = place.items().flatMap((item) => {
      const text = item.required().text();
      const pattern = text === undefined ? [] : compilePattern(text);
      if (typeof pattern !== 'string') return pattern;
      item.report('CONFIG_VALUE_INVALID', `it is no expression of RE2: ${pattern}`);
      return [];
    });
    return ({ view }) =>
      valuesOf(view).some(
        (value) => typeof value === 'string' && compiled.some((pattern) => pattern.test(value)),
      );
  };
}

function flags(isSo: (view: EventView) => boolean): KeyReader {
  return (place) => {
    const wanted = place.flag();
    return wanted === undefined ? undefined : ({ view }) => isSo(view) === wanted;
  };
}

function readPids(place: ConfigPlace): readonly unknown[] {
  return place.items().flatMap((item) => item.required().integer(PIDS) ?? []);
}

function readLabels(place: ConfigPlace): EventTest {
  const selectors = place.items().flatMap((item) => {
    const text = item.required().text();
    const selector = text === undefined ? [] : compileSelector(text);
    if (typeof selector !== 'string') return selector;
    item.report('CONFIG_VALUE_INVALID', selector);
    return [];
  });
  return ({ view: { pod } }) => {
    const labels = mapOf(pod['pod_labels']);
    return 'pod_labels' in pod && selectors.some((selects) => selects(labels));
  };
}

/** Sets are alternatives of nothing: all that are given have to hold. */
function readCapabilities(place: ConfigPlace): EventTest {
  place.expectKeys(CAPABILITY_SETS);
  const tests = CAPABILITY_SETS.filter((set) => !place.at(set).isAbsent).map((set) => ({
    set,
    holds: readCapabilitySet(place.at(set)),
  }));
  return ({ view: { process } }) => {
    const cap = mapOf(process['cap']);
    return tests.every(({ set, holds }) => holds(listOf(cap[set])));
  };
}

function readCapabilitySet(place: ConfigPlace): (has: readonly unknown[]) => boolean {
  place.expectKeys(['any', 'all', 'exactly', 'none']);
  const [any, all, exactly, none] = [
    ...['any', 'all', 'exactly', 'none'].map((key) => place.at(key).texts()),
  ];
  return (has) =>
    (any === undefined || any.some((name) => has.includes(name))) &&
    (all === undefined || all.every((name) => has.includes(name))) &&
    (none === undefined || !none.some((name) => has.includes(name))) &&
    (exactly === undefined || isSameSet(exactly, has));
}

function isSameSet(names: readonly string[], has: readonly unknown[]): boolean {
  const wanted = new Set<unknown>(names);
  return wanted.size === new Set(has).size && has.every((name) => wanted.has(name));
}

function readConditions(place: ConfigPlace, seams: FilterSeams): EventTest {
  const conditions = place.items().flatMap((item) => compileCondition(item, seams) ?? []);
  return ({ message, body }) => conditions.some((holds) => holds(message, body));
}

/** Undefined when the place has no value, or one of no use. */
export function compileCondition(
  place: ConfigPlace,
  { compileCondition: compile }: FilterSeams,
): MessageCondition | undefined {
  const text = place.text();
  if (text === undefined) return undefined;
  if (compile === undefined) {
    return place.report('CONFIG_VALUE_INVALID', 'conditions cannot be used here');
  }
  const condition = compile(text);
  if (typeof condition === 'function') return condition;
  return place.report(condition.code, condition.message);
}
