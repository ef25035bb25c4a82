/** Whether a policy with a scope is about somebody. */
import type {
  LabelRequirement,
  LabelSelector,
  PolicyScope,
  ScopeSubject,
} from '../../model/scope.ts';

/** A scope without `nodes`: whoever loads the policy has chosen the node already. */
export function isInScope(scope: PolicyScope, subject: ScopeSubject): boolean {
  if (subject.kind === 'host') return scope.host === true;
  const { namespace, pods, containers } = scope;
  // What says nothing of pods is of the host alone.
  if (namespace === undefined && pods === undefined && containers === undefined) return false;
  // Who may write policies for one namespace has no say about what may be of another.
  if (subject.kind === 'unnamed') return scope.unknown === 'match' && namespace === undefined;
  if (namespace !== undefined && namespace !== subject.namespace) return false;
  const hasLabels = meetsLabels(pods ?? [], subject);
  if (hasLabels !== true) return hasLabels === 'unknown' && scope.unknown === 'match';
  if (containers === undefined || containers.length === 0) return true;
  if (subject.container === 'unnamed') return scope.unknown === 'match';
  return selects(containers, { ...subject.container });
}

/** Policies may ask for the namespace as if it were a label. */
const NAMESPACE_LABEL = 'k8s:io.kubernetes.pod.namespace';

/** The namespace is known before the labels are, and no label can take its place. */
function meetsLabels(
  pods: LabelSelector,
  { namespace, labels }: Extract<ScopeSubject, { kind: 'pod' }>,
): boolean | 'unknown' {
  const isAboutNamespace = ({ key }: LabelRequirement): boolean => key === NAMESPACE_LABEL;
  if (!selects(pods.filter(isAboutNamespace), { [NAMESPACE_LABEL]: namespace })) return false;
  const others = pods.filter((requirement) => !isAboutNamespace(requirement));
  if (others.length === 0) return true;
  return labels === undefined ? 'unknown' : selects(others, labels);
}

/** Labels of a pod or a node, by key. */
export type Labels = Readonly<Record<string, string>>;

/** Whether labels meet all requirements. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((requirement) => holds(requirement, labels));
}

/** As in Kubernetes: what is not there is not one of the values. */
function holds(
  { key, operator, values }: LabelRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
