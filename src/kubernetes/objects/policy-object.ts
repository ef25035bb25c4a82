/** Cuts a policy of the API server down to what policy loading reads. */
import type { ClusterPolicy, ClusterPolicyKind } from '../../model/cluster-policy.ts';
import { fieldsOf, type ObjectIdentity } from '../api/fields.ts';

export const POLICY_API_VERSION = 'cilium.io/v1alpha1';

/** Undefined for an object that cannot be written as text again: one nested without end. */
export function readPolicyObject(
  kind: ClusterPolicyKind,
  object: unknown,
  { uid, namespace, name, resourceVersion }: ObjectIdentity,
): ClusterPolicy | undefined {
  const { metadata, spec } = fieldsOf(object);
  const { generation } = fieldsOf(metadata);
  const place = namespace === '' ? {} : { namespace };
  const text = toText({
    apiVersion: POLICY_API_VERSION,
    kind,
    metadata: { name, ...place },
    spec,
  });
  if (text === undefined) return undefined;
  return {
    kind,
    ...place,
    name,
    uid,
    generation: typeof generation === 'number' ? generation : 0,
    resourceVersion,
    text,
  };
}

function toText(policy: unknown): string | undefined {
  try {
    return JSON.stringify(policy);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
