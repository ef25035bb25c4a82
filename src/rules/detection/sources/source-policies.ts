/** Sources as text of policies, for the hooks that rules want. */
import type { WantedEvents, WatchedPaths } from './pushdown.ts';
import { SOURCES, type SourceArgument, type SourceHook } from './source-table.ts';

/** One source, in one of the ways it can be attached. */
export interface SourcePolicy {
  readonly source: string;
  readonly way: 'lsm' | 'function' | 'syscall';
  readonly text: string;
}

/** What begins the names of policies of sources; users' names cannot have it. */
export const SOURCE_PREFIX = 'warder:';

/** O_WRONLY and O_RDWR. */
const WRITING = 3;

/** Policies for the classes that are wanted, of each source the best way first. */
export function sourcePolicies(wanted: WantedEvents): readonly SourcePolicy[] {
  return SOURCES.filter(({ classes }) => classes.some((each) => wanted.classes.has(each))).flatMap(
    (source) =>
      waysOf(source).map((way) => ({ source: source.name, way, text: write(source, way, wanted) })),
  );
}

function waysOf({ lsm, isSyscall }: SourceHook): readonly SourcePolicy['way'][] {
  if (lsm !== undefined) return ['lsm', 'function'];
  return isSyscall ? ['syscall'] : ['function'];
}

function write(source: SourceHook, way: SourcePolicy['way'], wanted: WantedEvents): string {
  const { name, lsm = '', call = '', returnsSocket } = source;
  const selectors = source.classes.includes('file.open') ? openSelectors(wanted) : source.selectors;
  const body = [
    ...(way === 'lsm' ? [`hook: ${lsm}`] : [`call: ${call || `security_${lsm}`}`]),
    ...(way === 'lsm' ? [] : [`syscall: ${way === 'syscall'}`]),
    `args: [${source.arguments.map(writeArgument).join(', ')}]`,
    ...(returnsSocket ? ['return: true', 'returnArg: {index: 0, type: sock}'] : []),
    ...(selectors === undefined ? [] : [`selectors: ${selectors}`]),
  ];
  const section = way === 'lsm' ? 'lsmhooks' : 'kprobes';
  return [
    'apiVersion: cilium.io/v1alpha1',
    'kind: TracingPolicy',
    `metadata: {name: ${name.replaceAll('_', '-')}}`,
    `spec: {${section}: [{${body.join(', ')}}]}`,
    '',
  ].join('\n');
}

function writeArgument({ index, type, label, resolve }: SourceArgument): string {
  const path = resolve === undefined ? '' : `, resolve: ${resolve}`;
  return `{index: ${index}, type: ${type}, label: ${label}${path}}`;
}

/** Opens for writing, and those of paths that some rule watches. */
function openSelectors({ opens }: WantedEvents): string | undefined {
  if (opens.reads === 'all') return undefined;
  const writes = match(PLACE.flags, 'Mask', [WRITING]);
  if (opens.reads === 'none') return `[${writes}]`;
  const { reads } = opens;
  const watched = OPERATORS.filter(([kind]) => reads[kind].length > 0).map(([kind, operator]) =>
    match(PLACE.path, operator, reads[kind]),
  );
  return `[${[writes, ...watched].join(', ')}]`;
}

/** Of the arguments of sources of opens. */
const PLACE = { path: 0, flags: 1 } as const;

const OPERATORS: readonly (readonly [keyof WatchedPaths, string])[] = [
  ['equals', 'Equal'],
  ['starts_with', 'Prefix'],
  ['ends_with', 'Postfix'],
  ['contains', 'SubString'],
];

function match(place: number, operator: string, values: readonly (string | number)[]): string {
  const shown = values.map((value) => JSON.stringify(value)).join(', ');
  return `{matchArgs: [{args: [${place}], operator: ${operator}, values: [${shown}]}]}`;
}
