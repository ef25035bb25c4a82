/** The meaning of policies, written without rows, sets or tries. */
import type { HookMember } from '../../src/engine/sensors/join-plans.ts';
import type { PairMatch } from '../../src/model/number-pair.ts';
import type {
  ArgumentMatch,
  BinaryMatch,
  SelectorPlan,
  TextOperator,
} from '../../src/model/plan.ts';
import { type ProcessRun, processHolds } from './process-model.ts';

/** One run of a hook: what it is called with, and by whom. */
export interface Run extends ProcessRun {
  /** Argument 0, a string. */
  readonly text: string;
  /** Arguments 1 and 2, a size_t and an int64. */
  readonly unsigned: bigint;
  readonly signed: bigint;
  /** Argument 3, a sock. */
  readonly socket: SocketRun;
  /** Arguments 4 and 5, sets of capabilities. */
  readonly before: bigint;
  readonly after: bigint;
  /** S_IFMT of argument 0. */
  readonly fileType: number;
  readonly binary: string;
  /** Executables of its ancestors. */
  readonly ancestors: readonly string[];
}

/** Ends of a connection; addresses have 128 bits. */
export interface SocketRun {
  readonly family: number;
  readonly protocol: number;
  readonly state: number;
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Whether every condition of the selector holds. */
export function selectorHolds(selector: SelectorPlan, run: Run): boolean {
  return (
    selector.matchBinaries.every((match) => binaryHolds(match, run)) &&
    processHolds(selector, run) &&
    selector.matchArgs.every((match) => argumentHolds(match, run))
  );
}

/** A selector that posts, with these conditions. */
export function aSelector(parts: Partial<SelectorPlan>): SelectorPlan {
  return {
    matchArgs: [],
    matchBinaries: [],
    matchParentBinaries: [],
    matchPids: [],
    matchNamespaces: [],
    matchCapabilities: [],
    matchNamespaceChanges: [],
    matchCapabilityChanges: [],
    actions: [{ kind: 'Post' }],
    ...parts,
  };
}

/** A policy with the arguments of a Run. */
export function aMember(policyName: string, selectors: readonly SelectorPlan[]): HookMember {
  return {
    policyName,
    plan: {
      hook: { kind: 'function', name: 'f' },
      source: 'kprobes[0]',
      arguments: [
        { index: 1, type: 'string', label: '' },
        { index: 0, type: 'size_t', label: '' },
        { index: 2, type: 'int64', label: '' },
        { index: 3, type: 'sock', label: '' },
        { index: 4, type: 'kernel_cap_t', label: '' },
        { index: 5, type: 'kernel_cap_t', label: '' },
      ],
      selectors,
      message: '',
      tags: [],
      optional: false,
    },
  };
}

function binaryHolds({ operator, followChildren, values }: BinaryMatch, run: Run): boolean {
  const holds: Readonly<Record<string, (value: string) => boolean>> = {
    In: (value) => value === run.binary || (followChildren && run.ancestors.includes(value)),
    Prefix: (value) => run.binary.startsWith(value),
    Postfix: (value) => run.binary.endsWith(value),
  };
  const isNegated = operator.startsWith('Not');
  return values.some(holds[operator.replace('Not', '')] ?? (() => false)) !== isNegated;
}

function argumentHolds(match: ArgumentMatch, run: Run): boolean {
  if (match.kind === 'text') return textHolds(match.operator, match.values, run.text);
  if (match.kind === 'gained') return (run.after & ~run.before) !== 0n;
  if (match.kind === 'address') return addressHolds(match, run);
  if (match.kind === 'pair') return pairHolds(match, run);
  const value = numberOf(match, run);
  if (match.kind === 'range') {
    const isInside = match.ranges.some(({ min, max }) => min <= value && value <= max);
    return isInside === (match.operator === 'InRange');
  }
  const bits = BigInt.asUintN(64, value);
  const hasBit = match.values.some((mask) => (mask & bits) !== 0n);
  if (match.operator === 'Mask') return hasBit;
  if (match.operator === 'NotMask') return !hasBit;
  return match.values.includes(bits) === (match.operator === 'Equal');
}

function pairHolds(match: PairMatch, run: Run): boolean {
  const read = (argument: number): bigint => (argument === 1 ? run.unsigned : run.signed);
  const [one, other] = [read(match.argument), read(match.other)];
  const wrap = match.isSigned ? BigInt.asIntN : BigInt.asUintN;
  const results = {
    sum: BigInt.asUintN(match.bits, one + other),
    difference: BigInt.asUintN(match.bits, one - other),
    order: wrap(64, one) < wrap(64, other) ? 0n : wrap(64, one) === wrap(64, other) ? 1n : 2n,
  };
  return match.values.includes(results[match.relation]) === (match.operator === 'Equal');
}

function addressHolds(match: Extract<ArgumentMatch, { kind: 'address' }>, run: Run): boolean {
  const address = match.end === 'source' ? run.socket.source : run.socket.destination;
  const isInside = match.prefixes.some(
    (prefix) => prefix.bits === 0 || (address ^ prefix.address) >> BigInt(128 - prefix.bits) === 0n,
  );
  return isInside === (match.operator === 'In');
}

function numberOf(match: Extract<ArgumentMatch, { kind: 'number' | 'range' }>, run: Run): bigint {
  switch (match.part) {
    case 'family':
      return BigInt(run.socket.family);
    case 'protocol':
      return BigInt(run.socket.protocol);
    case 'state':
      return BigInt(run.socket.state);
    case 'source_port':
      return BigInt(run.socket.sourcePort);
    case 'destination_port':
      return BigInt(run.socket.destinationPort);
    case 'file_type':
      return BigInt(run.fileType);
    default:
      return match.argument === 1 ? run.unsigned : run.signed;
  }
}

/** Text that is empty is found nowhere; bytes are compared, and only letters of ASCII fold. */
function textHolds(operator: TextOperator, values: readonly string[], text: string): boolean {
  const some = (test: (value: string) => boolean): boolean => text !== '' && values.some(test);
  const folded = (word: string): string => word.replace(/[A-Z]/g, (c) => c.toLowerCase());
  switch (operator) {
    case 'Equal':
      return some((value) => text === value);
    case 'NotEqual':
      return !some((value) => text === value);
    case 'Prefix':
      return some((value) => text.startsWith(value));
    case 'NotPrefix':
      return !some((value) => text.startsWith(value));
    case 'Postfix':
      return some((value) => text.endsWith(value));
    case 'NotPostfix':
      return !some((value) => text.endsWith(value));
    case 'SubString':
      return some((value) => text.includes(value));
    case 'NotSubString':
      return !some((value) => text.includes(value));
    case 'SubStringIgnCase':
      return some((value) => folded(text).includes(folded(value)));
  }
}
