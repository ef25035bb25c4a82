/** Arguments and dimensions of a hook, in words. */
import { type ArgumentType, isReadEarly, isTextType } from '../../model/argument-types.ts';
import type { ExplainedArgument, ExplainedDimension } from '../../model/explanation.ts';
import { FACT, STRUCT_SIZES } from '../records/index.ts';
import type { DimensionKind, Subject } from './condition.ts';
import { type Dimension, stageOf } from './dimension.ts';
import type { JoinedArgument, JoinedPlans } from './join-plans.ts';

/** Of texts that are not paths; see limits.h. */
const SHORT_TEXTS: Readonly<Partial<Record<ArgumentType, number>>> = {
  net_device: 16,
  module: 64,
  load_info: 64,
  sockaddr_un: 108,
};

const PATH_BYTES = 4096;
const NUMBER_BYTES = 8;

const DETAILS: Readonly<Partial<Record<ArgumentType, number>>> = {
  sock: STRUCT_SIZES.SOCKET_DETAIL,
  socket: STRUCT_SIZES.SOCKET_DETAIL,
  skb: STRUCT_SIZES.SOCKET_DETAIL,
  sockaddr: STRUCT_SIZES.SOCKET_DETAIL,
  cred: STRUCT_SIZES.CRED_DETAIL,
  user_namespace: STRUCT_SIZES.USER_NAMESPACE_DETAIL,
  bpf_attr: STRUCT_SIZES.BPF_DETAIL,
  bpf_prog: STRUCT_SIZES.BPF_DETAIL,
  bpf_map: STRUCT_SIZES.BPF_DETAIL,
  perf_event: STRUCT_SIZES.PERF_EVENT_DETAIL,
  nop: 0,
};

const STRUCTURES: Readonly<Record<DimensionKind, string>> = {
  indexed: 'array by the id of the executable',
  scope: 'hash by the scopes of the workload',
  lineage: 'hash by the ids of ancestors',
  number: 'hash',
  range: 'hash of ranges, by length',
  address: 'hash of networks, by length',
  mask: 'hash by bit',
  text: 'hash of whole texts',
  prefix: 'hash of beginnings, by length',
  postfix: 'hash of ends, by length',
  substring: 'automaton',
  substring_folded: 'automaton, letters in any case',
};

const FACT_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(FACT).map(([name, number]) => [number, name.toLowerCase().replaceAll('_', ' ')]),
);

export function explainArgument(argument: JoinedArgument): ExplainedArgument {
  const { index, type, resolve, atReturn } = argument;
  const text = isTextType(type) ? (SHORT_TEXTS[type] ?? PATH_BYTES) : NUMBER_BYTES;
  return {
    ...{ index, type, resolve: resolve?.path ?? '' },
    bytes: DETAILS[type] ?? text,
    isLate: !isReadEarly(type),
    isAtReturn: atReturn !== undefined,
  };
}

export function explainDimension(dimension: Dimension, joined: JoinedPlans): ExplainedDimension {
  const { kind, subject, rows, constrained } = dimension;
  const written = [...new Set(joined.selectors.map(keyOf))];
  const asked = joined.selectors.filter(({ number }) => (constrained >> BigInt(number)) & 1n);
  return {
    stage: stageOf(dimension),
    subject: describeSubject(subject, joined),
    structure: STRUCTURES[kind],
    rows: rows.size,
    selectors: [...new Set(asked.map((selector) => written.indexOf(keyOf(selector))))],
  };
}

/** The same for all alternatives of a selector. */
function keyOf({ member, place }: JoinedPlans['selectors'][number]): string {
  return `${member.plan.source} ${place}`;
}

function describeSubject(subject: Subject, joined: JoinedPlans): string {
  if (subject.kind === 'fact') return FACT_NAMES.get(subject.fact) ?? 'the process';
  const name = (place: number): string => {
    const { index, type } = joined.arguments[place] ?? { index: place, type: '' };
    return `argument ${index} (${type})`;
  };
  if (subject.kind === 'gained') {
    return `bits of ${name(subject.after)} that ${name(subject.argument)} lacks`;
  }
  if (subject.kind === 'pair') {
    return `${subject.relation} of ${name(subject.argument)} and ${name(subject.other)}`;
  }
  const part = subject.part?.replaceAll('_', ' ');
  return part === undefined ? name(subject.argument) : `${part} of ${name(subject.argument)}`;
}
