/** Filters of a request to functions. */
import type { EventView } from '../events/event-view.ts';
import {
  flagAt,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  textAt,
} from '../events/read-json.ts';
import type { Filter } from '../generated/tetragon/events_pb.ts';
import { compileCapabilities } from './capability-filter.ts';
import { conditionVariables, variablesOfEvent } from './condition-variables.ts';
import { type EventTest, type FilterTools, invalidFilter } from './filter-tools.ts';
import { compileLabelSelector } from './label-selector.ts';
import { PidTree } from './pid-tree.ts';

/** Filters in one list; values in one field of a filter. */
const FILTERS_MAX = 256;
const VALUES_MAX = 1024;
/** Expressions in one request: each is compiled, and then tried on every event. */
const EXPRESSIONS_MAX = 1024;

/** Which events a client is given: those of the allow list, all if it is empty, without denied. */
export function compileLists(
  lists: { readonly allow: readonly Filter[]; readonly deny: readonly Filter[] },
  tools: FilterTools,
): EventTest {
  const count = [...lists.allow, ...lists.deny].reduce((sum, one) => sum + countOf(one), 0);
  if (count > EXPRESSIONS_MAX) {
    throw invalidFilter('allow_list', `there are more than ${EXPRESSIONS_MAX} expressions`);
  }
  const allow = compileList(lists.allow, tools);
  const deny = compileList(lists.deny, tools);
  return (event) => {
    // Each sees every event: some remember what they saw.
    const isAllowed = holdsAny(allow, event);
    const isDenied = holdsAny(deny, event);
    return !isDenied && (isAllowed || allow.length === 0);
  };
}

/** Expressions of a filter. */
function countOf(filter: Filter): number {
  return [
    ...[filter.binaryRegex, filter.argumentsRegex, filter.containerId, filter.podRegex],
    ...[filter.parentBinaryRegex, filter.parentArgumentsRegex, filter.ancestorBinaryRegex],
    ...[filter.namespaceRegex, filter.containerNameRegex, filter.celExpression, filter.labels],
  ].reduce((sum, values) => sum + values.length, 0);
}

function holdsAny(tests: readonly EventTest[], event: EventView): boolean {
  let holds = false;
  for (const test of tests) if (test(event)) holds = true;
  return holds;
}

/** Throws SERVER_FILTER_INVALID with the field that is wrong. */
function compileList(filters: readonly Filter[], tools: FilterTools): readonly EventTest[] {
  if (filters.length > FILTERS_MAX) {
    throw invalidFilter('allow_list', `there are more than ${FILTERS_MAX} filters`);
  }
  return filters.map((filter) => compileFilter(filter, tools));
}

/** All fields that are set have to hold. */
function compileFilter(filter: Filter, tools: FilterTools): EventTest {
  const tests = [
    ...plainTests(filter),
    ...podTests(filter, tools),
    ...regexTests(filter, tools),
    ...conditionTests(filter, tools),
  ];
  if (filter.pidSet.length === 0) return (event) => tests.every((test) => test(event));
  const tree = new PidTree(bounded(filter.pidSet, 'pid_set'));
  return (event) => tree.see(event) && tests.every((test) => test(event));
}

function plainTests(filter: Filter): readonly EventTest[] {
  const tests: EventTest[] = [];
  const types = new Set<number>(filter.eventSet);
  if (types.size > 0) tests.push(({ type }) => types.has(type));
  const pids = new Set(bounded(filter.pid, 'pid'));
  if (pids.size > 0) tests.push(({ process }) => pids.has(numberAt(process, 'pid') ?? -1));
  const policies = new Set(bounded(filter.policyNames, 'policy_names'));
  if (policies.size > 0) tests.push(({ body }) => policies.has(textAt(body, 'policy_name')));
  const { inInitTree, capabilities } = filter;
  if (inInitTree !== undefined) {
    tests.push(({ process }) => has(process) && flagAt(process, 'in_init_tree') === inInitTree);
  }
  if (capabilities !== undefined) tests.push(compileCapabilities(capabilities));
  return tests;
}

function podTests(filter: Filter, tools: FilterTools): readonly EventTest[] {
  const tests: EventTest[] = [];
  const { healthCheck } = filter;
  if (healthCheck !== undefined) {
    tests.push(({ process }) => {
      return has(process) && flagAt(containerOf(process), 'maybe_exec_probe') === healthCheck;
    });
  }
  const namespaces = new Set(bounded(filter.namespace, 'namespace'));
  // The empty one is that of processes outside of pods.
  if (namespaces.size > 0) {
    tests.push(
      ({ process }) => has(process) && namespaces.has(textAt(podOf(process), 'namespace')),
    );
  }
  const selectors = bounded(filter.labels, 'labels').map((text) => {
    return orInvalid(compileLabelSelector(text), 'labels');
  });
  if (selectors.length > 0) {
    tests.push(({ process }) => {
      const pod = podOf(process);
      return has(pod) && selectors.some((test) => test(objectAt(pod, 'pod_labels') ?? {}));
    });
  }
  const ofPod = regexes(filter.podRegex, 'pod_regex', tools);
  if (has(ofPod)) tests.push(({ process }) => ofNamed(ofPod, podOf(process), 'name'));
  const ofSpace = regexes(filter.namespaceRegex, 'namespace_regex', tools);
  if (has(ofSpace)) tests.push(({ process }) => ofNamed(ofSpace, podOf(process), 'namespace'));
  const ofName = regexes(filter.containerNameRegex, 'container_name_regex', tools);
  if (has(ofName)) tests.push(({ process }) => ofNamed(ofName, containerOf(process), 'name'));
  return tests;
}

function regexTests(filter: Filter, tools: FilterTools): readonly EventTest[] {
  const parentOf = ({ body }: EventView): JsonObject | undefined => objectAt(body, 'parent');
  const places = [
    { field: 'binary_regex', values: filter.binaryRegex, key: 'binary', of: processOf },
    { field: 'arguments_regex', values: filter.argumentsRegex, key: 'arguments', of: processOf },
    { field: 'container_id', values: filter.containerId, key: 'docker', of: processOf },
    { field: 'parent_binary_regex', values: filter.parentBinaryRegex, key: 'binary', of: parentOf },
    {
      field: 'parent_arguments_regex',
      values: filter.parentArgumentsRegex,
      key: 'arguments',
      of: parentOf,
    },
  ];
  const tests = places.flatMap(({ field, values, key, of }): readonly EventTest[] => {
    const matches = regexes(values, field, tools);
    return has(matches) ? [(event) => ofNamed(matches, of(event), key)] : [];
  });
  const ofAncestor = regexes(filter.ancestorBinaryRegex, 'ancestor_binary_regex', tools);
  if (!has(ofAncestor)) return tests;
  const ofAny: EventTest = ({ body }) =>
    objectsAt(body, 'ancestors').some((one) => ofNamed(ofAncestor, one, 'binary'));
  return [...tests, ofAny];
}

function conditionTests(filter: Filter, tools: FilterTools): readonly EventTest[] {
  const field = 'cel_expression';
  const conditions = bounded(filter.celExpression, field).map((text) => {
    return orInvalid(tools.compileCondition(text, conditionVariables()), field);
  });
  if (conditions.length === 0) return [];
  return [
    (event) => {
      const values = variablesOfEvent(event);
      return conditions.some((condition) => condition.evaluate(values));
    },
  ];
}

type TextMatch = (text: string) => boolean;

/** Undefined when there are none. */
function regexes(
  values: readonly string[],
  field: string,
  tools: FilterTools,
): TextMatch | undefined {
  const tests = bounded(values, field).map((text) => orInvalid(tools.compileRegex(text), field));
  return tests.length === 0 ? undefined : (text) => tests.some((test) => test.matches(text));
}

/** What is not there matches nothing, not even an expression that matches the empty text. */
function ofNamed(matches: TextMatch, from: JsonObject | undefined, key: string): boolean {
  return has(from) && matches(textAt(from, key));
}

function processOf({ process }: EventView): JsonObject | undefined {
  return process;
}

function podOf(process: JsonObject | undefined): JsonObject | undefined {
  return objectAt(process, 'pod');
}

function containerOf(process: JsonObject | undefined): JsonObject | undefined {
  return objectAt(podOf(process), 'container');
}

function has<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function bounded<T>(values: readonly T[], field: string): readonly T[] {
  if (values.length <= VALUES_MAX) return values;
  throw invalidFilter(field, `there are more than ${VALUES_MAX} values`);
}

function orInvalid<T>(made: T | string, field: string): T {
  if (typeof made === 'string') throw invalidFilter(field, made);
  return made;
}
