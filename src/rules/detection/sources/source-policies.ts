/** Sources as text of policies, for the hooks that rules want. */
import type { Condition } from '../ir/condition.ts';
import { pushDown, type Term } from './pushdown.ts';
import type { Source, SourceArgument, SourceCondition, SourceHook, SourceWay } from './source.ts';
import { ALL_SOURCES } from './source-table.ts';
import { type Clause, sufficientClauses } from './sufficient.ts';
import type { WantedEvents, WantedKill } from './wanted.ts';

/** One way of a source, as a policy. */
export interface SourcePolicy {
  readonly way: SourceWay;
  /** What is tried, the best first: others are for kernels that do not take all of it. */
  readonly texts: readonly SourceText[];
}

export interface SourceText {
  readonly text: string;
  /** Processes are killed where they are seen. */
  readonly acts: boolean;
}

/** One source that is wanted, with its ways, the best first. */
export interface WantedSource {
  readonly source: Source;
  readonly policies: readonly SourcePolicy[];
}

/** Whose events are of no use, and whom nothing is done to. */
export interface Excluded {
  /** The agent, in the pid namespace of the node: its own events are no events of rules. */
  readonly pid: number;
  /** Whom it descends from. */
  readonly parents?: readonly number[];
}

/** Policies for the classes that are wanted. */
export function sourcePolicies(wanted: WantedEvents, excluded: Excluded): readonly WantedSource[] {
  return ALL_SOURCES.flatMap((source) => {
    const conditions = wanted.conditions.get(source.class);
    if (conditions === undefined) return [];
    const policies = source.ways.map((way) => {
      return { way, texts: textsOf(way, { source, wanted, excluded, conditions }) };
    });
    return policies.some(({ texts }) => texts.length > 0) ? [{ source, policies }] : [];
  });
}

function textsOf(
  way: SourceWay,
  writer: Writer & { readonly conditions: readonly Condition[] },
): readonly SourceText[] {
  const { source, wanted } = writer;
  const kills = wanted.kills.get(source.class) ?? [];
  // What the process can still change is not acted on.
  const canAct = way.isDegraded === undefined && hasClauses(way, kills);
  const acting = canAct ? [{ text: writePolicy(way, { ...writer, kills }), acts: true }] : [];
  if (source.onlyActs) return acting;
  return [
    ...acting,
    { text: writePolicy(way, writer), acts: false },
    // Nothing is left out.
    { text: writePolicy(way, { ...writer, conditions: undefined }), acts: false },
  ];
}

function hasClauses({ hooks }: SourceWay, kills: readonly WantedKill[]): boolean {
  return hooks.some((hook) => clausesOf(kills, hook).length > 0);
}

interface DeadlyClause {
  readonly clause: Clause;
  readonly isTree: boolean;
}

/** Those for trees first, as the first selector that holds is the one that acts. */
function clausesOf(kills: readonly WantedKill[], hook: SourceHook): readonly DeadlyClause[] {
  const clauses = kills.flatMap(({ condition, isTree }) =>
    sufficientClauses(condition, hook).map((clause) => ({ clause, isTree })),
  );
  const inOrder = clauses.toSorted((a, b) => Number(b.isTree) - Number(a.isTree));
  return inOrder.slice(0, CLAUSES_MAX);
}

interface Writer {
  readonly source: Source;
  readonly wanted: WantedEvents;
  readonly excluded: Excluded;
  /** Undefined: nothing is left out. */
  readonly conditions: readonly Condition[] | undefined;
  /** Under which the kernel kills. */
  readonly kills?: readonly WantedKill[];
}

/** Selectors that act, of one hook: a quarter of what a hook can have, as others need some too. */
const CLAUSES_MAX = 128;

/** Of the first process of the machine, which ends with it. */
const FIRST_PID = 1;

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

/** One for each thing that is acted on, and one for each that somebody looks for. */
function writeSelectors(
  hook: SourceHook,
  args: readonly SourceArgument[],
  { source, conditions, excluded, kills = [] }: Writer,
): readonly string[] {
  const { pid, parents = [] } = excluded;
  const spared = [...new Set([pid, FIRST_PID, ...parents])];
  const acting = clausesOf(kills, hook).map(({ clause, isTree }) =>
    writeSelector(hook, args, {
      pids: spared,
      choice: clause.map(conditionOf),
      action: `matchActions: [{action: Sigkill${isTree ? ', killTree: true' : ''}}]`,
    }),
  );
  if (source.onlyActs) return acting;
  const terms = conditions && pushDown(conditions, hook);
  const isWhole = terms === undefined || terms.length === 0;
  const choices = isWhole ? [[]] : conditionsOf(terms).map((each) => [each]);
  return [
    ...acting,
    ...choices.map((choice) => writeSelector(hook, args, { pids: [pid], choice })),
  ];
}

interface Selector {
  /** Who is never meant. */
  readonly pids: readonly number[];
  readonly choice: readonly SourceCondition[];
  readonly action?: string;
}

/** What has to be true of every run, and what is chosen. */
function writeSelector(
  { conditions = [], data = [], returnsSocket }: SourceHook,
  args: readonly SourceArgument[],
  { pids, choice, action }: Selector,
): string {
  const all = [...conditions, ...choice];
  const socket = 'matchReturnArgs: [{index: 0, operator: Family, values: [AF_INET, AF_INET6]}]';
  const parts = [
    `matchPIDs: [{operator: NotIn, isNamespacePID: false, values: [${pids.join(', ')}]}]`,
    ...writeMatches('matchArgs', all, args),
    ...writeMatches('matchData', all, data),
    ...(returnsSocket ? [socket] : []),
    ...(action === undefined ? [] : [action]),
  ];
  return `{${parts.join(', ')}}`;
}

/** As policies write it. */
function conditionOf({ label, operator, values, isNegated }: Clause[number]): SourceCondition {
  return { labels: [label], operator: isNegated ? `Not${operator}` : operator, values };
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
