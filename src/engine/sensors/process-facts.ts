/** Numbers of the facts about a process that conditions name. */
import { LINUX_CAPABILITIES } from '../../model/linux-capabilities.ts';
import type { CapabilityMatch, NamespaceMatch } from '../../model/plan.ts';
import { FACT } from '../records/index.ts';

/** Facts of namespaces. */
export const NAMESPACE_FACTS: Readonly<Record<NamespaceMatch['namespace'], number>> = {
  uts: FACT.NAMESPACE_UTS,
  ipc: FACT.NAMESPACE_IPC,
  mnt: FACT.NAMESPACE_MNT,
  pid: FACT.NAMESPACE_PID_NS,
  pidForChildren: FACT.NAMESPACE_PID_FOR_CHILDREN,
  net: FACT.NAMESPACE_NET,
  time: FACT.NAMESPACE_TIME,
  timeForChildren: FACT.NAMESPACE_TIME_FOR_CHILDREN,
  cgroup: FACT.NAMESPACE_CGROUP,
  user: FACT.NAMESPACE_USER,
};

/** Bits of capabilities that there are. */
export const ALL_CAPABILITIES: bigint = (1n << BigInt(LINUX_CAPABILITIES.length)) - 1n;

/** Facts of one kind by the set of capabilities. */
export type CapabilityFacts = Readonly<Record<CapabilityMatch['set'], number>>;

/** What a process has. */
export const CAPABILITY_FACTS: CapabilityFacts = {
  effective: FACT.CAP_EFFECTIVE,
  permitted: FACT.CAP_PERMITTED,
  inheritable: FACT.CAP_INHERITABLE,
};

/** What changed since its exec. */
export const CAPABILITY_CHANGE_FACTS: CapabilityFacts = {
  effective: FACT.CAP_EFFECTIVE_CHANGES,
  permitted: FACT.CAP_PERMITTED_CHANGES,
  inheritable: FACT.CAP_INHERITABLE_CHANGES,
};
