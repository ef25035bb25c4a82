/** Cases about matchers of the process. */
import { aSelector } from './policy-text.ts';
import type { CodeCase } from './text-cases.ts';

const pids = (body: string): string => aSelector(`matchPIDs: [{${body}}]`);
const namespaces = (body: string): string => aSelector(`matchNamespaces: [{${body}}]`);
const capabilities = (body: string): string => aSelector(`matchCapabilities: [{${body}}]`);

const changes = (name: string, body: string): string => aSelector(`${name}: [{${body}}]`);

/** Mistakes and their twins. */
export const PROCESS_CASES: readonly CodeCase[] = [
  {
    name: 'a misspelt operator for pids',
    code: 'POLICY_OPERATOR_UNKNOWN',
    bad: pids('operator: in, values: [1]'),
    good: pids('operator: In, values: [1], isNamespacePID: true'),
  },
  {
    name: 'pids without values',
    code: 'POLICY_VALUE_MISSING',
    bad: pids('operator: In'),
    good: pids('operator: NotIn, values: [0, 1]'),
  },
  {
    name: 'a pid below 0',
    code: 'POLICY_VALUE_RANGE',
    bad: pids('operator: In, values: [-1]'),
    good: pids('operator: In, values: [4194304]'),
  },
  {
    name: 'followForks that is neither true nor false',
    code: 'POLICY_VALUE_TYPE',
    bad: pids('operator: In, values: [1], followForks: always'),
    good: pids('operator: In, values: [1], followForks: true'),
  },
  {
    name: 'a change of a namespace that there is not',
    code: 'POLICY_VALUE_INVALID',
    bad: changes('matchNamespaceChanges', 'operator: In, values: [Mount]'),
    good: changes('matchNamespaceChanges', 'operator: In, values: [Mnt, Uts]'),
  },
  {
    name: 'changes of namespaces without values',
    code: 'POLICY_VALUE_MISSING',
    bad: changes('matchNamespaceChanges', 'operator: NotIn'),
    good: changes('matchNamespaceChanges', 'operator: NotIn, values: [Net]'),
  },
  {
    name: 'a change of a capability that there is not',
    code: 'POLICY_VALUE_INVALID',
    bad: changes('matchCapabilityChanges', 'operator: In, values: [SYS_ADMIN]'),
    good: changes('matchCapabilityChanges', 'type: Permitted, operator: NotIn, values: [CAP_BPF]'),
  },
  {
    name: 'isNamespaceCapability that is neither true nor false',
    code: 'POLICY_VALUE_TYPE',
    bad: capabilities('operator: In, values: [CAP_BPF], isNamespaceCapability: 1'),
    good: capabilities('operator: In, values: [CAP_BPF], isNamespaceCapability: true'),
  },
  {
    name: 'a misspelt namespace',
    code: 'POLICY_VALUE_INVALID',
    bad: namespaces('namespace: Mount, operator: In, values: [host_ns]'),
    good: namespaces('namespace: Mnt, operator: In, values: [host_ns]'),
  },
  {
    name: 'a namespace that is not a number',
    code: 'POLICY_VALUE_INVALID',
    bad: namespaces('namespace: Net, operator: NotIn, values: [host]'),
    good: namespaces('namespace: Net, operator: NotIn, values: [4026531840, "host_ns"]'),
  },
  {
    name: 'a matcher of namespaces without a namespace',
    code: 'POLICY_FIELD_MISSING',
    bad: namespaces('operator: In, values: [host_ns]'),
    good: namespaces('namespace: PidForChildren, operator: In, values: [host_ns]'),
  },
  {
    name: 'a misspelt capability',
    code: 'POLICY_VALUE_INVALID',
    bad: capabilities('operator: In, values: [CAP_SYSADMIN]'),
    good: capabilities('operator: In, values: [CAP_SYS_ADMIN, CAP_BPF]'),
  },
  {
    name: 'a misspelt set of capabilities',
    code: 'POLICY_VALUE_INVALID',
    bad: capabilities('type: effective, operator: In, values: [CAP_BPF]'),
    good: capabilities('type: Inheritable, operator: NotIn, values: [CAP_BPF]'),
  },
];
