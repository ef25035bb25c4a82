/** The meaning of matchers of the process other than its executable, and random ones. */
import {
  type CapabilityChangeMatch,
  type CapabilityMatch,
  NAMESPACE_NAMES,
  type NamespaceChangeMatch,
  type NamespaceMatch,
  type NamespaceName,
  type PidMatch,
  type SelectorPlan,
} from '../../src/model/plan.ts';
import { one, type Random, some } from './random.ts';

/** By whom a hook is called. */
export interface ProcessRun {
  readonly pid: number;
  /** Its parent first. */
  readonly ancestorPids: readonly number[];
  readonly mntNamespace: number;
  readonly userNamespace: number;
  readonly capabilities: bigint;
  /** Since its exec. */
  readonly changedNamespaces: readonly NamespaceName[];
  readonly changedCapabilities: bigint;
}

export type ProcessMatches = Pick<
  SelectorPlan,
  | 'matchPids'
  | 'matchNamespaces'
  | 'matchCapabilities'
  | 'matchNamespaceChanges'
  | 'matchCapabilityChanges'
>;

/** The user namespace that these policies take for the host's. */
export const HOST_USER_NAMESPACE = 7;

const PIDS: readonly number[] = [1, 2, 77, 4_000_000];
const NAMESPACES: readonly number[] = [4026531840, 4026531841, HOST_USER_NAMESPACE];
const CAPABILITIES: readonly bigint[] = [0n, 1n, 1n << 21n, (1n << 21n) | 2n, (1n << 41n) - 1n];

/** Whether every matcher of the process holds. */
export function processHolds(selector: SelectorPlan, run: ProcessRun): boolean {
  return (
    selector.matchPids.every((match) => pidHolds(match, run)) &&
    selector.matchNamespaces.every(
      ({ operator, values }) =>
        values.some((value) => value === run.mntNamespace) === (operator === 'In'),
    ) &&
    selector.matchCapabilities.every(
      (match) =>
        isWhere(match, run) && hasAny(run.capabilities, match.mask) === (match.operator === 'In'),
    ) &&
    selector.matchNamespaceChanges.every(({ namespaces }) =>
      namespaces.some((name) => run.changedNamespaces.includes(name)),
    ) &&
    selector.matchCapabilityChanges.every(
      (match) => isWhere(match, run) && capabilityChangeHolds(match, run.changedCapabilities),
    )
  );
}

export function randomProcessMatches(random: Random): ProcessMatches {
  const sometimes = <T>(make: () => T): readonly T[] => (random(5) === 0 ? [make()] : []);
  return {
    matchPids: sometimes(() => randomPids(random)),
    matchNamespaces: sometimes(
      (): NamespaceMatch => ({
        namespace: 'mnt',
        operator: randomOperator(random),
        values: some(random, NAMESPACES, 2),
      }),
    ),
    matchCapabilities: sometimes(() => randomCapabilities(random)),
    matchNamespaceChanges: sometimes(
      (): NamespaceChangeMatch => ({ namespaces: some(random, NAMESPACE_NAMES, 6) }),
    ),
    matchCapabilityChanges: sometimes(() => randomCapabilities(random)),
  };
}

export function randomProcessRun(random: Random): ProcessRun {
  return {
    pid: one(random, PIDS),
    ancestorPids: some(random, PIDS, 2),
    mntNamespace: one(random, NAMESPACES),
    userNamespace: one(random, NAMESPACES),
    capabilities: one(random, CAPABILITIES),
    changedNamespaces: random(2) ? some(random, NAMESPACE_NAMES, 2) : [],
    changedCapabilities: one(random, CAPABILITIES),
  };
}

function pidHolds({ operator, followForks, values }: PidMatch, run: ProcessRun): boolean {
  const pids = followForks ? [run.pid, ...run.ancestorPids] : [run.pid];
  return values.some((value) => pids.includes(value)) === (operator === 'In');
}

function isWhere({ isNamespaceCapability }: CapabilityMatch, run: ProcessRun): boolean {
  return !isNamespaceCapability || run.userNamespace !== HOST_USER_NAMESPACE;
}

function capabilityChangeHolds(match: CapabilityChangeMatch, changed: bigint): boolean {
  if (match.operator === 'In') return hasAny(changed, match.mask);
  return !hasAny(changed, match.mask) && hasAny(changed, ~match.mask);
}

function hasAny(set: bigint, mask: bigint): boolean {
  return (set & mask) !== 0n;
}

function randomOperator(random: Random): 'In' | 'NotIn' {
  return random(2) ? 'In' : 'NotIn';
}

function randomPids(random: Random): PidMatch {
  return {
    operator: randomOperator(random),
    isNamespacePid: false,
    followForks: random(2) === 1,
    values: some(random, PIDS, 2),
  };
}

function randomCapabilities(random: Random): CapabilityMatch {
  return {
    set: 'effective',
    operator: randomOperator(random),
    isNamespaceCapability: random(3) === 0,
    mask: one(random, CAPABILITIES),
  };
}
