/** Whether a policy with a scope is about a workload. */
import type { LabelRequirement, LabelSelector, PolicyScope } from '../../model/scope.ts';
import type { Workload } from '../../model/workload.ts';

/** A scope without `nodes`: whoever loads the policy has chosen the node already. */
export function isInScope(scope: PolicyScope, { pod, container }: Workload): boolean {
  if (pod === undefined) return scope.host === true;
  const { namespace, pods, containers } = scope;
  // What says nothing of pods is of the host alone.
  if (namespace === undefined && pods === undefined && containers === undefined) return false;
  if (namespace !== undefined && namespace !== pod.namespace) return false;
  if (pods !== undefined && !selects(pods, pod.labels)) return false;
  if (containers === undefined) return true;
  return selects(containers, container === undefined ? {} : { ...container });
}

function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
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
