/** Sources as text of policies, for the hooks that rules want. */
import type { Condition } from '../ir/condition.ts';
import { pushDown, type Term } from './pushdown.ts';
import type { Source, SourceArgument, SourceCondition, SourceHook, SourceWay } from './source.ts';
import { SOURCES } from './source-table.ts';
import type { WantedEvents } from './wanted.ts';

/** One way of a source, as a policy. */
export interface SourcePolicy {
  readonly way: SourceWay;
  readonly text: string;
  /** The same with nothing left out, where the kernel does not take all that is to be. */
  readonly wholeText: string;
}

/** One source that is wanted, with its ways, the best first. */
export interface WantedSource {
  readonly source: Source;
  readonly policies: readonly SourcePolicy[];
}

/** Whose events are of no use: the agent's own. */
export interface Excluded {
  /** In the pid namespace of the node. */
  readonly pid: number;
}

/** Policies for the classes that are wanted. */
export function sourcePolicies(wanted: WantedEvents, excluded: Excluded): readonly WantedSource[] {
  return SOURCES.flatMap((source) => {
    const conditions = wanted.conditions.get(source.class);
    if (conditions === undefined) return [];
    const writer = { source, wanted, excluded };
    const policies = source.ways.map((way) => ({
      way,
      text: writePolicy(way, { ...writer, conditions }),
      wholeText: writePolicy(way, { ...writer, conditions: undefined }),
    }));
    return [{ source, policies }];
  });
}

interface Writer {
  readonly source: Source;
  readonly wanted: WantedEvents;
  readonly excluded: Excluded;
  /** Undefined: nothing is left out. */
  readonly conditions: readonly Condition[] | undefined;
}

const SECTIONS = {
  ...{ lsm: 'lsmhooks', function: 'kprobes', syscall: 'kprobes', tracepoint: 'tracepoints' },
} as const;

function writePolicy(way: SourceWay, writer: Writer): string {
  const hooks = way.hooks.map((hook) => `\n    - {${writeHook(hook, way, writer)}}`);
  return [
    'apiVersion: cilium.io/v1alpha1',
    'kind: TracingPolicy',
    `metadata: {name: ${writer.source.name.replaceAll('_', '-')}}`,
    `spec:\n  ${SECTIONS[way.kind]}:${hooks.join('')}`,
    '',
  ].join('\n');
}

function writeHook(hook: SourceHook, { kind }: SourceWay, writer: Writer): string {
  const args = hook.arguments.filter(
    ({ onlyFor }) => onlyFor === undefined || writer.wanted.fields.has(onlyFor),
  );
  const { data = [], returnsSocket, isOptional } = hook;
  return [
    placeOf(hook, kind),
    // What tells the hooks of one policy from each other.
    `tags: [${JSON.stringify(hook.call)}]`,
    `args: [${args.map(writeArgument).join(', ')}]`,
    ...(data.length === 0 ? [] : [`data: [${data.map(writeDatum).join(', ')}]`]),
    ...(returnsSocket ? ['return: true, returnArg: {index: 0, type: sock}'] : []),
    ...(isOptional ? ['ignore: {callNotFound: true}'] : []),
    `selectors: [${writeSelectors(hook, args, writer).join(', ')}]`,
  ].join(', ');
}

function placeOf({ call }: SourceHook, kind: SourceWay['kind']): string {
  switch (kind) {
    case 'lsm':
      return `hook: ${call}`;
    case 'tracepoint': {
      const [subsystem, event] = call.split('/');
      return `subsystem: ${subsystem}, event: ${event}, raw: true`;
    }
    default:
      return `call: ${call}, syscall: ${kind === 'syscall'}`;
  }
}

function writeArgument({ index, type, label, resolve }: SourceArgument): string {
  const path = resolve === undefined ? '' : `, resolve: ${JSON.stringify(resolve)}`;
  return `{index: ${index}, type: ${type}, label: ${label}${path}}`;
}

function writeDatum(argument: SourceArgument): string {
  return writeArgument(argument).replace('{', '{source: current_task, ');
}

/** What has to be true of every run, and one for each thing that somebody looks for. */
function writeSelectors(
  hook: SourceHook,
  args: readonly SourceArgument[],
  { conditions, excluded }: Writer,
): readonly string[] {
  const terms = conditions && pushDown(conditions, hook);
  const always = hook.conditions ?? [];
  const isWhole = terms === undefined || terms.length === 0;
  const choices = isWhole ? [[]] : conditionsOf(terms).map((each) => [each]);
  const own = `matchPIDs: [{operator: NotIn, isNamespacePID: false, values: [${excluded.pid}]}]`;
  const socket = 'matchReturnArgs: [{index: 0, operator: Family, values: [AF_INET, AF_INET6]}]';
  const { data = [] } = hook;
  return choices.map((choice) => {
    const all = [...always, ...choice];
    const parts = [
      own,
      ...writeMatches('matchArgs', all, args),
      ...writeMatches('matchData', all, data),
      ...(hook.returnsSocket ? [socket] : []),
    ];
    return `{${parts.join(', ')}}`;
  });
}

/** Values of one argument that are compared alike are one condition. */
function conditionsOf(terms: readonly Term[]): readonly SourceCondition[] {
  const groups = Map.groupBy(terms, ({ label, operator }) => `${label} ${operator}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const values = [...new Set(group.map(({ value }) => value))];
    return [{ labels: [first.label], operator: first.operator, values }];
  });
}

/** Conditions on values of one list. */
function writeMatches(
  field: string,
  conditions: readonly SourceCondition[],
  values: readonly SourceArgument[],
): readonly string[] {
  const own = conditions.filter(({ labels: [first] }) =>
    values.some(({ label }) => label === first),
  );
  const written = own.map((each) => writeCondition(each, values));
  return written.length === 0 ? [] : [`${field}: [${written.join(', ')}]`];
}

function writeCondition(
  { labels, operator, values }: SourceCondition,
  args: readonly SourceArgument[],
): string {
  const places = labels.map((label) => args.findIndex((argument) => argument.label === label));
  const shown = values?.map((value) => JSON.stringify(value)).join(', ');
  const list = shown === undefined ? '' : `, values: [${shown}]`;
  return `{args: [${places.join(', ')}], operator: ${operator}${list}}`;
}
