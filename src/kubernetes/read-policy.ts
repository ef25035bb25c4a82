/** Policies as the API server keeps them, without what servers add. */
import type { ClusterPolicy } from '../model/cluster-policy.ts';
import type { ClusterPolicyKind } from '../model/cluster-policy-status.ts';

/** Undefined for what is no object of that kind. */
export function readPolicy(object: unknown, kind: ClusterPolicyKind): ClusterPolicy | undefined {
  const { apiVersion, metadata, spec } = { ...Object(object) };
  const { name, namespace, uid, generation, annotations, labels } = { ...Object(metadata) };
  if (typeof name !== 'string' || typeof uid !== 'string') return undefined;
  const isNamespaced = kind === 'TracingPolicyNamespaced';
  if (isNamespaced !== (typeof namespace === 'string')) return undefined;
  return {
    kind,
    namespace: isNamespaced ? namespace : '',
    name,
    uid,
    generation: typeof generation === 'number' ? generation : 0,
    text: JSON.stringify(
      { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec },
      undefined,
      1,
    ),
  };
}
